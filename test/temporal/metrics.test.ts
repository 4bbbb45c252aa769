import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Ledger, LedgerKind } from '../../access/ledger';
import { openLedger } from '../../audit/ledger';
import { workerHealth } from '../../temporal/health';
import { createMetrics } from '../../temporal/metrics';
import { manyGrantIds } from '../support/grant-ids';
import { readMetrics } from '../support/metrics-text';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const START = Date.parse('2026-11-23T12:00:00.000Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
let ledger: Ledger;
let files = 0;
let seconds: number;
beforeEach(() => {
  seconds = 0;
  ledger = openLedger(path.join(folder, `metrics-${(files += 1)}.db`));
});
afterEach(() => ledger.close());

const GRANTS = manyGrantIds(300);
const idOf = (count: number): string => (GRANTS[count] ?? '').slice('g-'.length);
const record = (count: number, kind: LedgerKind, when: number, data = {}) =>
  ledger.append({
    kind,
    key: `${kind}:${count}`,
    at: at(when),
    requestId: `r-${idOf(count).padStart(16, 'a')}`,
    grantId: `g-${idOf(count)}`,
    actor: 'curfew',
    data,
  });
const activated = (count: number, mechanism?: string) => {
  record(count, 'grant.opened', 0, mechanism === undefined ? {} : { mechanism });
  record(count, 'grant.activated', 0, { until: at(3600) });
};
function ended(count: number, how: string, written: number | undefined, observed: number[]) {
  record(count, 'end.asked', 10, { how });
  record(count, 'end.observed', 20, {
    how,
    statement: 'Seen denied.',
    seconds: {
      ...(written !== undefined && { askedToWritten: written }),
      askedToObserved: Math.max(0, ...observed),
    },
    regions: observed.map((took, index) => ({
      region: ['eu-central-1', 'us-east-1'][index] ?? '',
      observedAt: at(20),
      seconds: took,
    })),
  });
  record(count, 'grant.ended', 21, { how });
}
const metricsOf = () => createMetrics(ledger, 2, () => START + seconds * 1000);
const read = async (metrics = metricsOf()) => readMetrics(await metrics()).values;

test('counts what is live, what is over, and what is overdue', async () => {
  for (const count of [1, 2, 3]) activated(count);
  ended(1, 'natural', undefined, [2]);
  record(2, 'end.asked', 10, { how: 'revoke' });
  const values = await read();
  expect(values.get('curfew_grants_live')).toBe(1);
  expect(values.get('curfew_grants_overdue')).toBe(0);
  expect(values.get('curfew_ends_total{how="natural",mechanism="role-session"}')).toBe(1);
  seconds = 131;
  expect((await read()).get('curfew_grants_overdue')).toBe(1);
});

test('a window that ran out and that nobody took back is overdue, too', async () => {
  activated(1);
  seconds = 3600 + 121;
  expect((await read()).get('curfew_grants_overdue')).toBe(1);
});

test('says how long writing and seeing took, by how and mechanism, and in each Region', async () => {
  for (const count of [1, 2, 3]) activated(count, count === 3 ? 'group' : undefined);
  ended(1, 'revoke', 1.5, [4, 31]);
  ended(2, 'revoke', 2.5, [4.5, 5]);
  ended(3, 'revoke', 7, [8]);
  const values = await read();
  const labels = 'how="revoke",mechanism="role-session"';
  expect(values.get(`curfew_end_written_seconds_sum{${labels}}`)).toBe(4);
  expect(values.get(`curfew_end_observed_seconds_bucket{${labels},le="30"}`)).toBe(1);
  expect(values.get(`curfew_end_observed_seconds_bucket{${labels},le="60"}`)).toBe(2);
  expect(values.get(`curfew_end_region_seconds_count{${labels},region="us-east-1"}`)).toBe(2);
  expect(values.get('curfew_end_observed_seconds_count{how="revoke",mechanism="group"}')).toBe(1);
});

test('an end with nothing handed out is an end, and took no time', async () => {
  activated(1);
  ended(1, 'end', undefined, []);
  const values = await read();
  expect(values.get('curfew_ends_total{how="end",mechanism="role-session"}')).toBe(1);
  expect([...values.keys()].some((name) => name.includes('_seconds'))).toBe(false);
});

test('reads on from where it stopped, counts nothing twice, and a new process counts the same', async () => {
  const metrics = metricsOf();
  for (let count = 0; count < 300; count += 1) activated(count);
  const [one, other] = await Promise.all([metrics(), metrics()]);
  expect(one).toBe(other);
  for (let count = 0; count < 300; count += 1) ended(count, 'revoke', 1, [2]);
  const later = await metrics();
  expect(later).toBe(await metricsOf()());
  expect(readMetrics(later).values.get('curfew_grants_live')).toBe(0);
});

test('is served beside the health of the worker, in the format it says', async () => {
  const fine = async () => ({ kind: 'real' as const, ok: true });
  const app = workerHealth({ aws: fine, directory: fine }, metricsOf());
  const answer = await app.inject({ url: '/metrics' });
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(readMetrics(answer.body).types.get('curfew_end_observed_seconds')).toBe('histogram');
  await app.close();
});
