import fc from 'fast-check';
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
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const some = <T extends object>(value: fc.Arbitrary<T>) =>
  value.map(
    (record) => Object.fromEntries(Object.entries(record).filter(([, v]) => v !== undefined)) as T,
  );

const less = some(
  fc.record({
    durationMinutes: fc.integer({ min: 1, max: 43_200 }),
    askedMinutes: fc.integer({ min: 1, max: 43_200 }),
    by: chatUser,
    reason: optional(hostileText),
  }),
);

const trailParts = {
  askedAt: anyInstant,
  writtenAt: optional(anyInstant),
  observedAt: anyInstant,
  seconds: optional(
    some(
      fc.record({
        askedToWritten: optional(fc.double({ min: 0, max: 1e6, noNaN: true })),
        askedToObserved: fc.double({ min: 0, max: 1e6, noNaN: true }),
      }),
    ),
  ),
};
const trail = some(fc.record(trailParts));

export const anyCard = some(
  fc.record({
    requestId: anyRequestId,
    grantId: optional(grantId),
    termsHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    channel: fc.constant('#access-prod'),
    state: fc.constantFrom(...GRANT_STATES),
    requester: chatUser,
    requesterName: hostileText,
    workload: optional(hostileText),
    role,
    account,
    risk: fc.constantFrom('low', 'medium', 'high'),
    durationMinutes: fc.integer({ min: 1, max: 43_200 }),
    less: optional(less),
    reason: hostileText,
    ticket: optional(hostileText),
    rule: fc.oneof(fc.constant(''), hostileText),
    needed: fc.integer({ min: 0, max: 5 }),
    stage: optional(some(fc.record({ at: fc.nat(5), of: fc.nat(5), rule: hostileText }))),
    reviews: fc.array(
      some(
        fc.record({
          by: chatUser,
          verdict: fc.constantFrom('approve', 'deny'),
          at: anyInstant,
          reason: optional(hostileText),
        }),
      ),
      { maxLength: 30 },
    ),
    answerBy: optional(anyInstant),
    until: optional(anyInstant),
    stopped: optional(
      some(
        fc.record({
          by: chatUser,
          how: fc.constantFrom('withdraw', 'end', 'revoke'),
          reason: optional(hostileText),
        }),
      ),
    ),
    overdue: optional(
      some(fc.record({ askedAt: optional(anyInstant), aliveUntil: optional(anyInstant) })),
    ),
    ending: optional(trail),
    extends: optional(fc.record({ grantId, until: anyInstant })),
    breakGlass: optional(
      some(fc.record({ reviewers: hostileText, factsAt: optional(anyInstant) })),
    ),
    note: optional(hostileText),
  }),
) as fc.Arbitrary<Card>;

const named = fc.record({ known: fc.array(chatUser, { maxLength: 8 }), others: fc.nat(40) });
const reminder = <K extends Reminder['kind']>(
  name: K,
  rest: Record<string, fc.Arbitrary<unknown>> = {},
) =>
  fc.record({
    requestId: anyRequestId,
    key: hostileText,
    to: named,
    rule: hostileText,
    answerBy: anyInstant,
    kind: fc.constant(name),
    ...rest,
  });
export const anyReminder = fc.oneof(
  reminder('reminder'),
  reminder('nudge', { by: chatUser }),
  reminder('escalation', {
    of: fc.oneof(fc.record({ group: hostileText }), fc.record({ schedule: hostileText })),
    missed: fc.array(hostileText, { maxLength: 2 }),
  }),
  reminder('stuck', { because: hostileText }),
) as unknown as fc.Arbitrary<Reminder>;

export const anyTask = some(
  fc.record({
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
    factsAt: optional(anyInstant),
    dueAt: anyInstant,
    overdue: fc.boolean(),
    outcome: optional(
      some(
        fc.record({
          by: chatUser,
          verdict: fc.constantFrom('justified', 'not-justified'),
          note: optional(hostileText),
          at: anyInstant,
        }),
      ),
    ),
  }),
) as fc.Arbitrary<ReviewTask>;

const kind = <K extends Notice['kind']>(name: K, rest: Record<string, fc.Arbitrary<unknown>>) =>
  some(
    fc.record({
      requestId: anyRequestId,
      grantId,
      role,
      account,
      kind: fc.constant(name),
      ...rest,
    }),
  );
export const anyNotice = fc.oneof(
  kind('waiting', {
    rule: hostileText,
    whoMay: optional(hostileText),
    channel: hostileText,
    answerBy: anyInstant,
    less: optional(less),
    remindedAt: optional(anyInstant),
    outcome: optional(hostileText),
  }),
  kind('refused', { because: hostileText, wouldPass: optional(hostileText) }),
  kind('denied', { by: chatUser, reason: optional(hostileText) }),
  kind('withdrawn', {}),
  kind('reviewed', {
    by: chatUser,
    verdict: fc.constantFrom('justified', 'not-justified'),
    note: optional(hostileText),
  }),
  kind('expired', { rule: hostileText }),
  kind('active', {
    until: anyInstant,
    less: optional(less),
    state: fc.constantFrom('active', 'ending', 'ended'),
    words: optional(fc.constant('one two three four')),
    connected: optional(fc.boolean()),
    extends: optional(grantId),
  }),
  kind('ended', {
    how: fc.constantFrom('natural', 'end', 'revoke', 'lapsed', 'failed'),
    by: optional(chatUser),
    reason: optional(hostileText),
    ...trailParts,
    statement: hostileText,
    goesOnUntil: optional(anyInstant),
  }),
) as unknown as fc.Arbitrary<Notice>;

export const anyCut: fc.Arbitrary<CutProgress> = some(
  fc.record({
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
  }),
);

export const anyQuarantine: fc.Arbitrary<Quarantine> = some(
  fc.record({
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
  }),
);

export const anyGrantView = some(
  fc.record({
    requestId: anyRequestId,
    grantId: optional(grantId),
    state: fc.constantFrom(...GRANT_STATES),
    requester: chatUser,
    requesterName: hostileText,
    role: hostileText,
    account: hostileText,
    durationMinutes: fc.integer({ min: 1, max: 43_200 }),
    reason: hostileText,
    until: optional(anyInstant),
  }),
) as fc.Arbitrary<GrantView>;

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
