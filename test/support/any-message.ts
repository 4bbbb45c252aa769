import fc from 'fast-check';
import type { Away, AwayTold } from '../../access/away';
import type { CutProgress } from '../../access/cut';
import type { RequestTrace } from '../../access/explanation';
import type { GrantView } from '../../access/grant';
import type { Card, Notice, Reminder, ReviewTask } from '../../access/messages';
import type { Quarantine } from '../../access/quarantine';
import { GRANT_STATES } from '../../access/states';
import { hostileText } from './hostile-text';

// Everything the chat may be asked to show, with the worst that people can have typed into it.

const chatUser = fc.record({
  workspace: fc.constant('T0CURFEW01'),
  user: fc.oneof(fc.constantFrom('U0ADA00001', 'W0BEN00002'), hostileText),
});
export const anyInstant = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
export const anyRequestId = fc.stringMatching(/^r-[a-z2-7]{16}$/);
const grantId = fc.stringMatching(/^g-[a-z2-7]{10}$/);
const role = fc.record({ id: hostileText, title: hostileText });
const account = fc.record({ id: hostileText, name: hostileText, env: hostileText });

type Given<T> = { [K in keyof T]: fc.Arbitrary<T[K]> };
/** A record of which the second part may be missing, each of it by itself. */
const record = <R extends object, O extends object>(always: Given<R>, perhaps: Given<O>) =>
  fc
    .tuple(fc.record<R>(always), fc.record<O, never>(perhaps, { requiredKeys: [] }))
    .map(([one, other]) => ({ ...one, ...other }));
const only = <const T extends string>(...texts: T[]) => fc.constantFrom(...texts);
const minutes = fc.integer({ min: 1, max: 43_200 });

const less = record(
  { durationMinutes: minutes, askedMinutes: minutes, by: chatUser },
  { reason: hostileText },
);

const trailAlways = { askedAt: anyInstant, observedAt: anyInstant };
const trailPerhaps = {
  writtenAt: anyInstant,
  seconds: record(
    { askedToObserved: fc.double({ min: 0, max: 1e6, noNaN: true }) },
    { askedToWritten: fc.double({ min: 0, max: 1e6, noNaN: true }) },
  ),
};

export const anyCard: fc.Arbitrary<Card> = record(
  {
    requestId: anyRequestId,
    termsHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    channel: fc.constant('#access-prod'),
    state: fc.constantFrom(...GRANT_STATES),
    requester: chatUser,
    requesterName: hostileText,
    role,
    account,
    risk: only('low', 'medium', 'high'),
    durationMinutes: minutes,
    reason: hostileText,
    rule: fc.oneof(fc.constant(''), hostileText),
    needed: fc.integer({ min: 0, max: 5 }),
    reviews: fc.array(
      record(
        { by: chatUser, verdict: only('approve', 'deny'), at: anyInstant },
        { reason: hostileText, for: chatUser },
      ),
      { maxLength: 30 },
    ),
  },
  {
    grantId,
    workload: hostileText,
    less,
    ticket: hostileText,
    stage: fc.record({ at: fc.nat(5), of: fc.nat(5), rule: hostileText }),
    answerBy: anyInstant,
    until: anyInstant,
    stopped: record(
      { by: chatUser, how: only('withdraw', 'end', 'revoke') },
      { reason: hostileText },
    ),
    overdue: record({}, { askedAt: anyInstant, aliveUntil: anyInstant }),
    ending: record(trailAlways, trailPerhaps),
    extends: fc.record({ grantId, until: anyInstant }),
    breakGlass: record({ reviewers: hostileText }, { factsAt: anyInstant }),
    note: hostileText,
  },
);

const reminded = {
  requestId: anyRequestId,
  key: hostileText,
  to: fc.record({ known: fc.array(chatUser, { maxLength: 8 }), others: fc.nat(40) }),
  rule: hostileText,
  answerBy: anyInstant,
};
export const anyReminder: fc.Arbitrary<Reminder> = fc.oneof(
  fc.record({ ...reminded, kind: only('reminder') }),
  fc.record({ ...reminded, kind: only('nudge'), by: chatUser }),
  fc.record({
    ...reminded,
    kind: only('escalation'),
    of: fc.oneof(fc.record({ group: hostileText }), fc.record({ schedule: hostileText })),
    missed: fc.array(hostileText, { maxLength: 2 }),
  }),
  fc.record({ ...reminded, kind: only('stuck'), because: hostileText }),
);

export const anyTask: fc.Arbitrary<ReviewTask> = record(
  {
    requestId: anyRequestId,
    grantId,
    channel: fc.constant('#security'),
    requester: chatUser,
    requesterName: hostileText,
    role,
    account,
    reason: hostileText,
    from: anyInstant,
    until: anyInstant,
    reviewers: hostileText,
    dueAt: anyInstant,
    overdue: fc.boolean(),
  },
  {
    factsAt: anyInstant,
    outcome: record(
      { by: chatUser, verdict: only('justified', 'not-justified'), at: anyInstant },
      { note: hostileText },
    ),
  },
);

const about = { requestId: anyRequestId, grantId, role, account };
export const anyNotice: fc.Arbitrary<Notice> = fc.oneof(
  record(
    {
      ...about,
      kind: only('waiting'),
      rule: hostileText,
      channel: hostileText,
      answerBy: anyInstant,
    },
    { whoMay: hostileText, less, remindedAt: anyInstant, outcome: hostileText },
  ),
  record(
    { ...about, kind: only('held-up') },
    { breakGlass: fc.constant(true as const), outcome: only('it was granted', 'expired') },
  ),
  record({ ...about, kind: only('refused'), because: hostileText }, { wouldPass: hostileText }),
  record({ ...about, kind: only('denied'), by: chatUser }, { reason: hostileText }),
  fc.record({ ...about, kind: only('withdrawn') }),
  record(
    {
      ...about,
      kind: only('reviewed'),
      by: chatUser,
      verdict: only('justified', 'not-justified'),
    },
    { note: hostileText },
  ),
  fc.record({ ...about, kind: only('expired'), rule: hostileText }),
  record(
    {
      ...about,
      kind: only('active'),
      until: anyInstant,
      state: only('active', 'ending', 'ended'),
    },
    {
      less,
      words: fc.constant('one two three four'),
      connected: fc.boolean(),
      extends: grantId,
      signIn: hostileText,
    },
  ),
  record(
    {
      ...about,
      kind: only('ended'),
      how: only('natural', 'end', 'revoke', 'lapsed', 'lost', 'failed'),
      ...trailAlways,
      statement: hostileText,
    },
    { by: chatUser, reason: hostileText, ...trailPerhaps, goesOnUntil: anyInstant },
  ),
);

export const anyCut: fc.Arbitrary<CutProgress> = fc.record({
  cutId: fc.constant('k-aaaaaaaaaaaaaaaa'),
  what: fc.oneof(
    fc.record({ of: fc.constant('person' as const), person: chatUser }),
    fc.record({ of: fc.constant('role' as const), role: hostileText }),
    fc.constant({ of: 'all' as const }),
  ),
  by: chatUser,
  reason: hostileText,
  askedAt: anyInstant,
  standing: fc.oneof(
    fc.constant({ stage: 'planning' as const }),
    fc.record({
      stage: fc.constant('refused' as const),
      because: hostileText,
      wouldPass: hostileText,
    }),
    fc.record({
      stage: fc.constantFrom('cutting' as const, 'over' as const),
      total: fc.nat(2000),
      ofMachines: fc.nat(2000),
      asked: fc.nat(2000),
      toWrite: fc.nat(2000),
      written: fc.nat(2000),
      observed: fc.nat(2000),
      aliveUntil: anyInstant,
      leftOut: fc.array(hostileText, { maxLength: 9 }),
    }),
  ),
});

const away: Given<Away & Pick<AwayTold, 'reader'>> = {
  awayId: fc.constant('d-aaaaaaaaaaaaaaaa'),
  by: chatUser,
  to: chatUser,
  from: anyInstant,
  until: anyInstant,
  reader: only('by', 'to'),
};
export const anyAwayTold: fc.Arbitrary<AwayTold> = fc.oneof(
  fc.record({ ...away, what: only('said') }),
  fc.record({ ...away, what: only('ended'), how: only('back', 'over'), at: anyInstant }),
  fc.record({ ...away, what: only('refused'), because: hostileText }),
);

export const anyQuarantine: fc.Arbitrary<Quarantine> = fc.record({
  quarantineId: fc.constant('q-aaaaaaaaaaaaaaaa'),
  requestId: anyRequestId,
  grantId,
  channel: fc.constant('#access-prod'),
  holder: chatUser,
  holderName: hostileText,
  role,
  account,
  removedAt: anyInstant,
  foundAt: anyInstant,
  removeAt: anyInstant,
  standing: fc.oneof(
    fc.constantFrom({ stage: 'open' as const }, { stage: 'held' as const }),
    fc.record({ stage: fc.constant('removing' as const), by: chatUser, askedAt: anyInstant }),
    fc.record({ stage: fc.constant('removing' as const), askedAt: anyInstant }),
    fc.record({
      stage: fc.constant('removed' as const),
      at: anyInstant,
      statement: hostileText,
    }),
    fc.record({ stage: fc.constant('kept' as const), at: anyInstant, statement: hostileText }),
    fc.record({ stage: fc.constant('gone' as const), at: anyInstant }),
  ),
});

export const anyGrantView: fc.Arbitrary<GrantView> = record(
  {
    requestId: anyRequestId,
    state: fc.constantFrom(...GRANT_STATES),
    requester: chatUser,
    requesterName: hostileText,
    role: hostileText,
    account: hostileText,
    durationMinutes: minutes,
    reason: hostileText,
  },
  { grantId, until: anyInstant },
);

const verdict = fc.constantFrom('grant' as const, 'ask' as const, 'deny' as const);
const policyHash = fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), hostileText);

export const anyTrace: fc.Arbitrary<RequestTrace> = fc.record(
  {
    now: fc.record({
      verdict,
      at: anyInstant,
      policyHash,
      parts: fc.array(
        fc.record({ title: hostileText, lines: fc.array(hostileText, { maxLength: 40 }) }),
        { maxLength: 20 },
      ),
    }),
    record: fc.array(
      fc.record(
        {
          at: anyInstant,
          what: fc.constantFrom('request' as const, 'review' as const),
          by: chatUser,
          said: fc.constantFrom('approve' as const, 'deny' as const),
          verdict,
          because: hostileText,
          policies: fc.array(hostileText, { maxLength: 5 }),
          policyHash,
        },
        { requiredKeys: ['at', 'what', 'because', 'policies', 'policyHash'] },
      ),
      { maxLength: 40 },
    ),
  },
  { requiredKeys: ['record'] },
);
