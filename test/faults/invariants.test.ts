import { describe, expect, test } from '@jest/globals';
import type { LedgerEntry, LedgerKind } from '../../access/ledger';
import { broken } from './invariants';
import type { Evidence, PartEvidence, Use } from './run/evidence';
import type { Injury } from './run/plan';

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
  accessKeyId: 'ASIA1',
  fence: ms(60),
  from: ms(10),
  to: ms(10),
  answer: 'ok',
  wasObserved: false,
  wasAsked: false,
  ...change,
});

const message = (kind: string, buttons: string[] = []) => ({
  channel: 'C1',
  ts: `${kind}.1`,
  text: kind,
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
      grantId: 'g-aaaaaaaaaa',
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

const brokenIn = (seen: PartEvidence, injuries: Evidence['injuries'] = []): string[] => [
  ...new Set(
    broken({
      plan: { seed: '1-1', parts: [seen.part], injuries: [] },
      parts: [seen],
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

test('nothing is broken where all went well', () => {
  expect(brokenIn(good())).toEqual([]);
});

describe('each invariant fails on what breaks it', () => {
  test.each<[string, PartEvidence]>([
    ['no access after its end', used({ from: ms(60) })],
    ['no access after its end', used({ wasObserved: true, wasAsked: true })],
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
    ['an activation is told', { ...good(), messages: [message('card'), message('ended')] }],
  ])('%s', (invariant, seen) => {
    expect(brokenIn(seen)).toContain(invariant);
  });
});

test('an operator who terminates a workflow excuses what nobody says any more, never what still works', () => {
  const terminate: Injury = { at: 'using', afterMs: 0, what: 'terminate' };
  const injuries = [{ at: at(9), injury: terminate, note: 'done' }];
  expect(brokenIn(without('grant.ended'), injuries)).toEqual([]);
  expect(brokenIn(used({ from: ms(60) }), injuries)).toEqual(['no access after its end']);
});
