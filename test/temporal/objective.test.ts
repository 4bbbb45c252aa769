import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../access/ledger';
import { openLedger } from '../../audit/ledger';
import { missedObjective, nearestRank } from '../../temporal/activities/objective';
import { manyGrantIds } from '../support/grant-ids';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let ledger: Ledger;
let files = 0;
let ends = 0;
beforeEach(() => {
  ledger = openLedger(path.join(folder, `objective-${(files += 1)}.db`));
});
afterEach(() => ledger.close());

const grantOf = (count: number) => {
  const grantId = manyGrantIds(count + 1).at(-1) ?? '';
  return { requestId: grantId.replace('g-', 'r-aaaaaa'), grantId };
};

/** One more end on record; gives what closing it says. */
function end(seconds: number, { how = 'revoke', regions = 1, tomorrow = false } = {}) {
  const grant = grantOf((ends += 1));
  const at = new Date().toISOString();
  ledger.append({
    kind: 'end.observed',
    key: `end.observed:${grant.grantId}`,
    at,
    ...grant,
    actor: 'curfew',
    data: {
      how,
      statement: 'Seen denied.',
      seconds: { askedToObserved: seconds },
      regions: Array.from({ length: regions }, () => ({ region: 'r', observedAt: at, seconds })),
    },
  });
  return { grant, missed: close(grant, tomorrow) };
}
const close = (grant: { requestId: string; grantId: string }, tomorrow = false) =>
  missedObjective({ ledger, now: () => new Date(Date.now() + (tomorrow ? 86_400_000 : 0)) }, grant);
const raised = () => ledger.entries({ kinds: ['alarm.raised'] });

describe('the promise that 99 of 100 early ends are seen denied within 30 s', () => {
  test.each<[string, number, object, boolean]>([
    ['a revocation in time', 30, {}, false],
    ['a revocation that is late', 30.1, {}, true],
    ['an end now that is late', 31, { how: 'end' }, true],
    ['rights that lapsed, late', 31, { how: 'lapsed' }, true],
    ['a window that ran out is none of it', 300, { how: 'natural' }, false],
    ['what could not be made ready is none of it', 300, { how: 'failed' }, false],
    ['an end with nothing handed out is none of it', 300, { regions: 0 }, false],
  ])('%s', (_what, seconds, about, isMissed) => {
    expect(end(seconds, about).missed !== undefined).toBe(isMissed);
    expect(raised()).toHaveLength(isMissed ? 1 : 0);
  });

  test('names p99, of how many ends, and the worst, and only the end that broke it alarms', () => {
    for (let count = 0; count < 98; count += 1) end(2);
    const late = end(61);
    expect(late.missed).toMatchObject({ title: expect.stringContaining('p99 61 s') });
    expect(end(2).missed).toBeUndefined();
    expect(raised()).toHaveLength(1);
    expect(late.missed?.text).toContain('Of 99 early ends in 30 days');
    expect(late.missed?.text).toContain(`The worst was ${late.grant.grantId}: 61 s`);
  });

  test('of a hundred ends one may be late, of a hundred and one not two', () => {
    for (let count = 0; count < 99; count += 1) end(2);
    expect(end(61).missed).toBeUndefined();
    expect(end(45).missed).toMatchObject({ title: expect.stringContaining('p99 45 s') });
  });

  test('is alarmed once a day, by one grant, and that one gets it again when it asks again', () => {
    const first = end(61);
    expect(first.missed).toBeDefined();
    expect(end(90).missed).toBeUndefined();
    expect(close(first.grant)).toEqual(first.missed);
    expect(raised()).toHaveLength(1);
    expect(end(70, { tomorrow: true }).missed).toBeDefined();
    expect(raised()).toHaveLength(2);
  });

  test('an end on record from before the seconds were counts for nothing', () => {
    const grant = grantOf((ends += 1));
    const key = `end.observed:${grant.grantId}`;
    const data = { how: 'revoke', statement: 'Seen denied.' };
    const at = new Date().toISOString();
    ledger.append({ kind: 'end.observed', key, at, ...grant, actor: 'curfew', data });
    expect(close(grant)).toBeUndefined();
    expect(end(31).missed?.text).toContain('Of 1 early ends');
  });
});

test('the nearest rank is a value that was there, not below it fewer than the share', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(100), { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const rank = nearestRank(values, share);
        expect(values).toContain(rank);
        const atMost = values.filter((value) => value <= rank).length;
        const below = values.filter((value) => value < rank).length;
        expect(atMost).toBeGreaterThanOrEqual(share * values.length - 1e-9);
        expect(below).toBeLessThan(share * values.length);
      },
    ),
  );
});
