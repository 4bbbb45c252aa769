import { setImmediate } from 'node:timers/promises';
import { observedEnd } from '../access/ending';
import type { Ledger, LedgerEntry, LedgerKind } from '../access/ledger';
import { counter, family, histogram } from './prometheus';

const KINDS: readonly LedgerKind[] = [
  'grant.activated',
  'end.asked',
  'end.observed',
  'grant.ended',
];
/** Entries read in one go, so that a long record does not hold up the worker. */
const PAGE = 500;
/** In seconds; 30 is what p99 is promised to be. */
const BOUNDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800];

/** A grant that was activated or asked to end, and is not over. */
interface OpenGrant {
  until?: string;
  askedAt?: string;
}

/**
 * What can be counted of the record, in Prometheus's text format. It keeps nothing that is not on record:
 * each call reads on from where the last one stopped, and a new process reads everything once.
 */
export function createMetrics(
  ledger: Pick<Ledger, 'entries'>,
  lateAfterMinutes: number,
  now: () => number = Date.now,
): () => Promise<string> {
  const tallies = {
    ends: counter(),
    written: histogram(BOUNDS),
    observed: histogram(BOUNDS),
    inRegion: histogram(BOUNDS),
  };
  const open = new Map<string, OpenGrant>();
  let lastSeq = 0;

  function mechanismOf(grantId: string): string {
    const [opened] = ledger.entries({ grantId, kinds: ['grant.opened'], limit: 1 });
    return textOf(opened?.data['mechanism']) || 'role-session';
  }

  function count({ kind, grantId, at, data }: LedgerEntry): void {
    if (grantId === undefined) return;
    if (kind === 'grant.activated')
      open.set(grantId, { ...open.get(grantId), until: textOf(data['until']) });
    if (kind === 'end.asked') open.set(grantId, { ...open.get(grantId), askedAt: at });
    if (kind === 'end.observed') countObserved(grantId, data);
    if (kind === 'grant.ended') {
      open.delete(grantId);
      tallies.ends.add({ how: textOf(data['how']), mechanism: mechanismOf(grantId) }, 1);
    }
  }

  function countObserved(grantId: string, data: LedgerEntry['data']): void {
    const { how, seconds, regions } = observedEnd.parse(data);
    // With nothing handed out there was nothing to see, and no time that it took.
    if (!seconds || regions.length === 0) return;
    const labels = { how, mechanism: mechanismOf(grantId) };
    if (seconds.askedToWritten !== undefined) tallies.written.add(labels, seconds.askedToWritten);
    tallies.observed.add(labels, seconds.askedToObserved);
    for (const denial of regions)
      tallies.inRegion.add({ ...labels, region: denial.region }, denial.seconds);
  }

  async function readOn(): Promise<void> {
    for (;;) {
      const page = ledger.entries({ kinds: KINDS, afterSeq: lastSeq, limit: PAGE });
      for (const entry of page) {
        count(entry);
        lastSeq = entry.seq;
      }
      if (page.length < PAGE) return;
      await setImmediate();
    }
  }

  function text(): string {
    const grants = [...open.values()];
    const live = grants.filter(({ askedAt }) => askedAt === undefined).length;
    const overdue = grants.filter(
      ({ askedAt, until }) =>
        now() - Date.parse(askedAt ?? until ?? '') > lateAfterMinutes * 60_000,
    ).length;
    return [
      family('curfew_grants_live', 'gauge', 'Grants whose window is open.', [{ value: live }]),
      family(
        'curfew_grants_overdue',
        'gauge',
        `Grants whose end was due more than ${lateAfterMinutes} min ago and is not done.`,
        [{ value: overdue }],
      ),
      family('curfew_ends_total', 'counter', 'Grants that are over.', tallies.ends.samples()),
      family(
        'curfew_end_written_seconds',
        'histogram',
        'From asking for an end until it was written, where something had to be.',
        tallies.written.samples(),
      ),
      family(
        'curfew_end_observed_seconds',
        'histogram',
        'From asking for an end, or from the end of the window, until every Region in use was seen to deny it.',
        tallies.observed.samples(),
      ),
      family(
        'curfew_end_region_seconds',
        'histogram',
        'The same, until one Region was seen to deny it.',
        tallies.inRegion.samples(),
      ),
    ].join('');
  }

  // One reader at a time, so that nothing is counted twice.
  let reading: Promise<void> = Promise.resolve();
  return async () => {
    reading = reading.then(readOn, readOn);
    await reading;
    return text();
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
