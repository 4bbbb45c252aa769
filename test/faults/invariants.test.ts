import { describe, expect, test } from '@jest/globals';
import type { LedgerEntry, LedgerKind } from '../../access/ledger';
import { broken } from './invariants';
import type { Evidence, PartEvidence, Use } from './run/evidence';
import type { Injury } from './run/draw-injuries';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString();
const ms = (second: number): number => Date.parse(at(second));
const DECIDED = 0;
const UNTIL = at(60);

const entry = (seq: number, kind: LedgerKind, data: LedgerEntry['data'] = {}): LedgerEntry => ({
  seq,
  kind,
  key: `${kind}:${seq}`,
  at: at(seq),
  recordedAt: at(seq),
  actor: 'carla',
  requestId: 'r-aaaaaaaaaaaaaaaa',
  grantId: 'g-aaaaaaaaaa',
  data,
  prev: '',
  hash: '',
});

const use = (change: Partial<Use> = {}): Use => ({
  what: 'ASIA1',
  endsByClock: true,
  fence: ms(60),
  from: ms(10),
  to: ms(10),
  answer: 'ok',
  wasObserved: false,
  wasAsked: false,
  ...change,
});

const message = (kind: string, buttons: string[] = [], text = kind, channel = 'C1') => ({
  channel,
  ts: `${kind}.1`,
  text,
  buttons,
  metadata: { requestId: 'r-aaaaaaaaaaaaaaaa', kind },
});

/** A grant that one owner approved, that was used, revoked and ended, as it should be. */
const good = (): PartEvidence => ({
  part: {
    who: 'Ada',
    role: 'owned-one',
    minutes: 1,
    story: 'granted',
    approvers: ['Carla'],
    ending: 'revoke',
    revoker: 'Emil',
    holdSeconds: 5,
    connects: true,
  },
  requestId: 'r-aaaaaaaaaaaaaaaa',
  grantId: 'g-aaaaaaaaaa',
  wasActive: true,
  ledger: [
    entry(1, 'request.opened'),
    entry(2, 'grant.opened', { person: 'ada' }),
    entry(3, 'request.decided'),
    { ...entry(4, 'request.reviewed', { verdict: 'approve' }), at: at(DECIDED) },
    entry(5, 'grant.activated', { until: UNTIL }),
    entry(6, 'connect.offered'),
    entry(7, 'mint.intended', { fence: UNTIL }),
    entry(8, 'mint.done', { accessKeyId: 'ASIA1' }),
    entry(20, 'end.asked'),
    entry(21, 'end.written'),
    entry(22, 'end.observed'),
    entry(23, 'grant.ended'),
  ],
  uses: [
    use(),
    use({ from: ms(24), to: ms(24), answer: 'AccessDenied', wasObserved: true, wasAsked: true }),
  ],
  sessions: [
    {
      requestId: 'r-aaaaaaaaaaaaaaaa',
      through: 'terminal',
      keys: { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' },
      fence: ms(60),
      askedAt: ms(7),
    },
  ],
  messages: ['card', 'waiting', 'active', 'ended'].map((kind) => message(kind)),
  said: [{ requestId: 'r-aaaaaaaaaaaaaaaa', text: 'Revoked', wasObserved: true }],
  inVain: [],
  history: ['activity decideRequest', 'timer the window ends', 'activity activate'],
  mintedTooLate: [],
});

/** The same by break-glass: nobody was asked, everybody was told, and one other looked at it. */
const emergency = (): PartEvidence => ({
  ...good(),
  part: { ...good().part, role: 'emergency', story: 'break-glass', approvers: [] },
  ledger: [
    ...good()
      .ledger.filter(({ kind }) => kind !== 'request.reviewed')
      .map((one) => (one.kind === 'request.decided' ? { ...one, at: at(DECIDED) } : one)),
    entry(24, 'breakglass.used'),
    entry(25, 'breakglass.reviewed'),
  ],
  messages: [
    ...['card', 'active', 'ended', 'task', 'reviewed'].map((kind) => message(kind)),
    message('alarm', [], 'BREAK-GLASS: Ada has it', 'C2'),
    message('alarm', [], 'BREAK-GLASS: Ada has it', 'C3'),
  ],
});

/** It extends {@link good}: the terminal goes on. */
const extension = (more: LedgerEntry[] = [], from = 'g-aaaaaaaaaa'): PartEvidence => ({
  ...good(),
  part: { ...good().part, extends: true },
  requestId: 'r-bbbbbbbbbbbbbbbb',
  grantId: 'g-bbbbbbbbbb',
  ledger: [
    ...good().ledger.map((one) =>
      one.kind === 'grant.opened' ? { ...one, data: { ...one.data, extends: from } } : one,
    ),
    ...more,
  ],
});

const brokenIn = (
  seen: PartEvidence,
  injuries: Evidence['injuries'] = [],
  before: PartEvidence[] = [],
): string[] => [
  ...new Set(
    broken({
      plan: { seed: '1-1', parts: [seen.part], injuries: [] },
      parts: [...before, seen],
      injuries,
      startedAt: '',
      endedAt: '',
    }).map(({ invariant }) => invariant),
  ),
];

const without = (kind: LedgerKind): PartEvidence => ({
  ...good(),
  ledger: good().ledger.filter((one) => one.kind !== kind),
});
const and = (...more: LedgerEntry[]): PartEvidence => ({
  ...good(),
  ledger: [...good().ledger, ...more].toSorted((one, other) => one.seq - other.seq),
});
const used = (change: Partial<Use>): PartEvidence => ({ ...good(), uses: [use(change)] });

const inEmergency = (change: Partial<PartEvidence>): PartEvidence => ({
  ...emergency(),
  ...change,
});
const messagesWithout = (kind: string) =>
  emergency().messages.filter(({ metadata }) => metadata?.kind !== kind);

test('nothing is broken where all went well', () => {
  expect(brokenIn(good())).toEqual([]);
  expect(brokenIn(emergency())).toEqual([]);
  expect(brokenIn(extension(), [], [good()])).toEqual([]);
});

test('access that stands by itself may be there for another grant, or because it was there before', () => {
  const late = { from: ms(70), to: ms(70), wasObserved: true, wasAsked: true };
  expect(brokenIn(used({ ...late, besides: 'another grant' }))).toEqual([]);
  expect(brokenIn(used({ ...late, besides: 'permanent' }))).toEqual([]);
  // What somebody holds goes when it is taken: a moment after the window's end.
  expect(brokenIn(used({ endsByClock: false, from: ms(61), to: ms(61) }))).toEqual([]);
});

describe('each invariant fails on what breaks it', () => {
  test.each<[string, PartEvidence]>([
    ['no access after its end', used({ from: ms(60) })],
    ['no access after its end', used({ wasObserved: true, wasAsked: true })],
    ['no access after its end', used({ endsByClock: false, wasObserved: true, wasAsked: true })],
    [
      'what somebody had before is never touched',
      used({ besides: 'permanent', answer: 'AccessDenied', wasAsked: true }),
    ],
    ['no early end', used({ answer: 'AccessDenied' })],
    ['no session longer than its window', and(entry(9, 'mint.intended', { fence: at(61) }))],
    ['nothing minted after the end was asked', and(entry(30, 'mint.intended', { fence: UNTIL }))],
    ['nothing minted after the end was asked', { ...good(), mintedTooLate: ['entry 9'] }],
    ['every session on record', without('mint.done')],
    ['every step once', and(entry(24, 'grant.ended'))],
    ['every request comes to one end', without('grant.ended')],
    ['every request comes to one end', and(entry(24, 'request.expired'))],
    ['asked, written, observed, ended, in this order', without('end.observed')],
    ['asked, written, observed, ended, in this order', without('end.asked')],
    ['no grant without its decision', without('request.reviewed')],
    ['no grant without its decision', without('request.decided')],
    ['nobody approves their own', and({ ...entry(9, 'request.reviewed'), actor: 'ada' })],
    ['silence is no approval', { ...good(), part: { ...good().part, story: 'silence' } }],
    ['the window as it was decided', { ...good(), part: { ...good().part, minutes: 2 } }],
    [
      'the end is set before anything is granted',
      { ...good(), history: ['activity activate', 'timer the window ends'] },
    ],
    ['people get through', { ...good(), inVain: ['Carla approves'] }],
    [
      '"revoked" and "ended" are said after it was observed',
      { ...good(), said: [{ requestId: '', text: 'Revoked', wasObserved: false }] },
    ],
    [
      'no button on what is over',
      { ...good(), messages: [...good().messages.slice(1), message('card', ['Approve'])] },
    ],
    ['everybody is told once', { ...good(), messages: [...good().messages, message('ended')] }],
    ['everybody is told once', { ...good(), messages: good().messages.slice(0, 3) }],
    ['everybody is told once', { ...good(), messages: good().messages.slice(1) }],
    ['an activation is told', { ...good(), messages: [message('card'), message('ended')] }],
    [
      'a break-glass is told to everybody at once',
      inEmergency({ messages: emergency().messages.slice(0, -1) }),
    ],
    [
      'a break-glass is told to everybody at once',
      inEmergency({ messages: [...emergency().messages, ...emergency().messages.slice(-1)] }),
    ],
    ['a break-glass is reviewed once', inEmergency({ messages: messagesWithout('task') })],
    ['a break-glass is reviewed once', inEmergency({ messages: messagesWithout('reviewed') })],
    [
      'a break-glass is reviewed once',
      inEmergency({ ledger: [...emergency().ledger, entry(26, 'breakglass.reviewed')] }),
    ],
    [
      'no button on what is over',
      inEmergency({ messages: [...messagesWithout('task'), message('task', ['Justified'])] }),
    ],
    [
      'a break-glass without review blocks the next',
      inEmergency({ part: { ...emergency().part, story: 'barred' } }),
    ],
  ])('%s', (invariant, seen) => {
    expect(brokenIn(seen)).toContain(invariant);
  });
});

test('an extension goes on from its grant, and nobody confirms its terminal again', () => {
  const broke = ['an extension goes on from its grant'];
  expect(brokenIn(extension([], 'g-cccccccccc'), [], [good()])).toEqual(broke);
  expect(brokenIn(extension([entry(24, 'connect.confirmed')]), [], [good()])).toEqual(broke);
});

describe('an operator who meddles with a workflow', () => {
  const after = (what: 'terminate' | 'reset'): Evidence['injuries'] => {
    const injury: Injury = { at: 'using', afterMs: 0, what };
    return [{ at: at(9), injury, note: 'done' }];
  };

  test('terminates it: it is closed and told all the same', () => {
    expect(brokenIn(without('grant.ended'), after('terminate'))).toContain(
      'every request comes to one end',
    );
    const untold = { ...good(), messages: good().messages.slice(0, 3) };
    expect(brokenIn(untold, after('terminate'))).toEqual(['everybody is told once']);
    const stale = { ...good(), messages: [...good().messages.slice(1), message('card', ['Deny'])] };
    expect(brokenIn(stale, after('terminate'))).toEqual(['no button on what is over']);
  });

  test('terminates it before its card was there: then nobody else has to hear of it', () => {
    const closed = {
      ...good(),
      ledger: [...good().ledger.slice(0, 3), entry(9, 'request.expired')],
      uses: [],
      sessions: [],
      said: [],
      messages: [message('refused')],
    };
    expect(brokenIn(closed, after('terminate'))).toEqual([]);
    expect(brokenIn(closed)).toEqual(['everybody is told once']);
    const granted = { ...good(), messages: good().messages.slice(1) };
    expect(brokenIn(granted, after('terminate'))).toEqual(['everybody is told once']);
  });

  test('terminates a break-glass before it was loud: then on-call is told of that', () => {
    const quiet = emergency().messages.slice(0, -1);
    expect(brokenIn(inEmergency({ messages: quiet }), after('terminate'))).toEqual([
      'a break-glass is told to everybody at once',
    ]);
    const told = [...quiet, message('alarm', [], 'emergency: the workflow was stopped')];
    expect(brokenIn(inEmergency({ messages: told }), after('terminate'))).toEqual([]);
  });

  test('resets it: its terminal has to connect again, and nothing else is excused', () => {
    const inVain = [
      'the terminal gets a session: not connected',
      'the terminal ends it: not connected',
    ];
    expect(brokenIn({ ...good(), inVain }, after('reset'))).toEqual([]);
    expect(brokenIn({ ...good(), inVain })).toEqual(['people get through']);
    expect(brokenIn({ ...good(), inVain: ['Carla approves'] }, after('reset'))).toEqual([
      'people get through',
    ]);
    const twice = { ...good(), messages: [...good().messages, message('card', ['Approve'])] };
    expect(brokenIn(twice, after('reset')).toSorted()).toEqual([
      'everybody is told once',
      'no button on what is over',
    ]);
    expect(brokenIn(and(entry(19, 'request.expired')), after('reset'))).toEqual([
      'every request comes to one end',
    ]);
    expect(brokenIn(used({ from: ms(60) }), after('reset'))).toEqual(['no access after its end']);
  });
});
