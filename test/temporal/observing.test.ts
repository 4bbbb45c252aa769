import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ledger, LedgerKind } from '../../access/ledger';
import type { Sighting } from '../../access/session';
import { openLedger } from '../../audit/ledger';
import { observing } from '../../temporal/activities/observing';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const GRANT = { requestId: 'r-aaaaaaaaaaaaaaaa', grantId: 'g-aaaaaaaaaa' };
const AT = Date.parse('2026-11-23T12:00:00.000Z');
const after = (seconds: number): string => new Date(AT + seconds * 1000).toISOString();
type Seen = Sighting['seen'] | 'fault';

let ledger: Ledger;
let looks: string[];
let files = 0;
beforeEach(() => {
  looks = [];
  ledger = openLedger(path.join(folder, `observing-${(files += 1)}.db`));
});
afterEach(() => ledger.close());

const record = (kind: LedgerKind, key: string, at: string, data = {}) =>
  ledger.append({ kind, key: `${kind}:${key}`, at, ...GRANT, actor: 'curfew', data });

/** A grant whose window ends after 60 s, and that was asked to end after 10 s. */
function asked(how: string, { regions = ['eu-central-1'], minted = true, writtenAt = 0 } = {}) {
  record('grant.opened', GRANT.requestId, after(0), {
    person: '00uada',
    role: 'dev-readonly',
    account: '111111111111',
    targetArn: 'arn:aws:iam::111111111111:role/jit/target/dev-readonly',
    region: regions[0] ?? '',
    ...(regions.length > 1 && { regions }),
  });
  record('grant.activated', GRANT.grantId, after(0), { until: after(60) });
  if (minted) record('mint.intended', 'one', after(1), { fence: after(60) });
  record('end.asked', GRANT.grantId, how === 'natural' ? after(61) : after(10), { how });
  if (writtenAt > 0) record('end.written', GRANT.grantId, after(writtenAt));
}

/** Each look in a Region shows the next of its answers, the last one for ever; each takes a second. */
function observeWith(
  answers: Record<string, Seen[]>,
  from = 12,
  how: 'revoke' | 'natural' = 'revoke',
) {
  const counts = new Map<string, number>();
  const step = (region: string): number => {
    const count = counts.get(region) ?? 0;
    counts.set(region, count + 1);
    return count;
  };
  return observing({
    ledger,
    now: () => new Date(AT + from * 1000),
    pause: async () => undefined,
    sourceIdentityFor: (id) => id,
    assignments: {},
    probe: {
      async look({ target: { region } }) {
        const count = step(region);
        looks.push(region);
        const seen = answers[region]?.[count] ?? answers[region]?.at(-1) ?? 'allowed';
        if (seen === 'fault') throw new Error(`Looking at STS in ${region} failed`);
        const at = after(from + count);
        return { seen, at, where: `at STS in ${region}`, canaries: [] };
      },
    },
  }).observeEnd({ requestId: GRANT.requestId, how });
}

const dataOf = (kind: LedgerKind) => ledger.entries({ kinds: [kind] }).map(({ data }) => data);

describe('how long an end took', () => {
  test('counts from when it was asked, to the write and to the second denial running', async () => {
    asked('revoke', { writtenAt: 11.5 });
    const seen = await observeWith({ 'eu-central-1': ['allowed', 'denied'] });
    expect(seen).toEqual({
      observedAt: after(14),
      statement: 'Seen denied at STS in eu-central-1 after 4 s.',
      writtenAt: after(11.5),
      seconds: { askedToWritten: 1.5, askedToObserved: 4 },
    });
    expect(dataOf('end.observed')).toEqual([
      expect.objectContaining({
        seconds: { askedToWritten: 1.5, askedToObserved: 4 },
        regions: [{ region: 'eu-central-1', observedAt: after(14), seconds: 4 }],
      }),
    ]);
  });

  test('counts from the end of the window when that ran out, however late somebody asked', async () => {
    asked('natural');
    expect(await observeWith({ 'eu-central-1': ['denied'] }, 62, 'natural')).toMatchObject({
      statement: 'Seen denied at STS in eu-central-1 after 3 s.',
      seconds: { askedToObserved: 3 },
    });
  });

  test('is never negative, whatever two clocks say', async () => {
    asked('revoke', { writtenAt: 9 });
    expect((await observeWith({ 'eu-central-1': ['denied'] }, 1)).seconds).toEqual({
      askedToWritten: 0,
      askedToObserved: 0,
    });
  });

  test('with nothing handed out there was nothing to see, and no look', async () => {
    asked('revoke', { minted: false });
    const seen = await observeWith({});
    expect(seen.statement).toBe('No credentials had been handed out.');
    expect(dataOf('end.observed')).toEqual([expect.objectContaining({ regions: [] })]);
    expect(looks).toEqual([]);
  });

  test('asked again, it says what is on record, and looks at nothing', async () => {
    asked('revoke', { writtenAt: 11 });
    const first = await observeWith({ 'eu-central-1': ['denied'] });
    looks = [];
    expect(await observeWith({ 'eu-central-1': ['allowed'] }, 40)).toEqual(first);
    expect(looks).toEqual([]);
  });
});

describe('several Regions in use', () => {
  const regions = ['eu-central-1', 'us-east-1'];

  test('it is over when each has denied it, and the last one’s time is the end’s', async () => {
    asked('revoke', { regions, writtenAt: 11 });
    const seen = await observeWith({
      'eu-central-1': ['denied'],
      'us-east-1': ['allowed', 'allowed', 'denied'],
    });
    expect(seen).toMatchObject({
      observedAt: after(15),
      statement: 'Seen denied at STS in eu-central-1 after 3 s and at STS in us-east-1 after 5 s.',
      seconds: { askedToObserved: 5 },
    });
    expect(looks.filter((region) => region === 'eu-central-1')).toHaveLength(2);
  });

  test.each<[string, Seen, RegExp]>([
    ['still allows it', 'allowed', /not seen denied yet at STS in us-east-1/],
    ['denies the control too', 'unproven', /unproven at STS in us-east-1/],
    ['cannot be asked', 'fault', /Looking at STS in us-east-1 failed/],
  ])('one that %s keeps it open and is named', async (_what, answer, named) => {
    asked('revoke', { regions, writtenAt: 11 });
    const looking = observeWith({ 'eu-central-1': ['denied'], 'us-east-1': [answer] });
    await expect(looking).rejects.toThrow(named);
    expect(dataOf('end.observed')).toEqual([]);
  });

  test('one that has denied it is not looked at again by the next attempt, nor is it forgotten', async () => {
    asked('revoke', { regions, writtenAt: 11 });
    const first = observeWith({ 'eu-central-1': ['denied'], 'us-east-1': ['allowed'] });
    await expect(first).rejects.toThrow('us-east-1');
    looks = [];
    const seen = await observeWith({ 'us-east-1': ['denied'] }, 40);
    expect(new Set(looks)).toEqual(new Set(['us-east-1']));
    expect(seen.statement).toBe(
      'Seen denied at STS in eu-central-1 after 3 s and at STS in us-east-1 after 31 s.',
    );
  });

  test('when all of them fail, all of them are named', async () => {
    asked('revoke', { regions, writtenAt: 11 });
    const looking = observeWith({ 'eu-central-1': ['fault'], 'us-east-1': ['unproven'] });
    await expect(looking).rejects.toThrow(/eu-central-1 failed; unproven at STS in us-east-1/);
  });

  test('a denial between two that allow it is no proof', async () => {
    asked('revoke', { writtenAt: 11 });
    const seen: Seen[] = ['denied', 'allowed', 'denied', 'unproven', 'denied', 'denied'];
    expect((await observeWith({ 'eu-central-1': seen })).observedAt).toBe(after(17));
  });
});
