import { setTimeout as pause } from 'node:timers/promises';
import { broken } from '../invariants';
import { atLaterHours, halfAnHourLater, secretsIn } from './aftermath';
import type { Evidence, Violation } from './evidence';
import { watchLists } from './lists';
import type { Plan } from './plan';
import { play } from './play';
import type { Site } from './site';
import { heldByTheRight } from './standing';

const LEDGER_VERIFIES = 'the ledger verifies';

export interface Outcome {
  evidence: Evidence[];
  violations: Violation[];
  taken: Awaited<ReturnType<Site['faultsTaken']>>;
  seconds: number;
  listLooks: number;
}

export interface RunOptions {
  /** So many scenarios at a time. */
  atOnce: number;
  /** Told of each scenario that is over. */
  tell: (evidence: Evidence, violations: Violation[]) => void;
  /** Told of whatever is broken, at once. */
  notice?: (violation: Violation) => void;
}

/** Plays all scenarios, many at a time, and then looks back at the whole. */
export async function run(
  site: Site,
  plans: readonly Plan[],
  { atOnce, tell, notice = () => undefined }: RunOptions,
): Promise<Outcome> {
  const began = performance.now();
  const watch = watchLists(site, notice);
  const evidence: Evidence[] = [];
  const violations: Violation[] = [];
  const waiting = [...plans];

  async function oneAfterAnother(nth: number): Promise<void> {
    // Not all at the same moment.
    await pause(nth * 300);
    for (;;) {
      if (waiting.length > 0) await machineIsQuick(site);
      const plan = waiting.shift();
      if (!plan) return;
      const seen = await play(site, plan);
      const wrong = broken(seen);
      evidence.push(seen);
      violations.push(...wrong);
      wrong.forEach(notice);
      tell(seen, wrong);
    }
  }
  await Promise.all(
    Array.from({ length: Math.min(atOnce, plans.length) }, (_, nth) => oneAfterAnother(nth)),
  );

  await site.curfew.healFaults();
  const found = (more: Violation[]): void => {
    violations.push(...more);
    more.forEach(notice);
  };
  found((await watch.stop()).map((violation) => named(violation, evidence)));
  found(await heldByTheRight(site));
  found(await atLaterHours(site, evidence));
  const taken = await site.faultsTaken();
  found(await halfAnHourLater(site));
  const sessions = evidence.flatMap(({ parts }) => parts.flatMap((part) => part.sessions));
  found(secretsIn(site.curfew.data, sessions));
  found(ledgerVerifies(site));
  found(mostGetThrough(evidence));
  const seconds = Math.round((performance.now() - began) / 1000);
  return { evidence, violations, taken, seconds, listLooks: watch.looks() };
}

const MOST = 0.5;
const ENOUGH_TO_TELL = 20;

/**
 * A terminal that is not connected before its window is over shows a slow machine, or a grant that was cut by
 * somebody; when that is the rule, it shows that nothing works.
 */
function mostGetThrough(evidence: readonly Evidence[]): Violation[] {
  const wanting = evidence
    .flatMap(({ parts }) => parts)
    .filter(({ part }) => part.story === 'granted' && part.connects);
  const got = wanting.filter(({ sessions }) => sessions.length > 0).length;
  if (wanting.length < ENOUGH_TO_TELL || got >= wanting.length * MOST) return [];
  const few = `${got} of ${wanting.length} terminals ever got a session`;
  return [{ invariant: 'most people get through', seed: '', evidence: few }];
}

const QUICK_MS = 700;
const BEHIND_AT_MOST_MS = 90_000;

/** Waits while the machine is behind with what it has: more at once would only show how slow it is. */
async function machineIsQuick({ curfew }: Site): Promise<void> {
  const end = Date.now() + BEHIND_AT_MOST_MS;
  for (;;) {
    const began = performance.now();
    const isWell = await curfew.health().then(
      ({ code }) => code === 200,
      () => false,
    );
    if ((isWell && performance.now() - began < QUICK_MS) || Date.now() > end) return;
    await pause(2_000);
  }
}

function ledgerVerifies({ ledger }: Site): Violation[] {
  const { broken: at } = ledger.verify();
  return at === undefined
    ? []
    : [{ invariant: LEDGER_VERIFIES, seed: '', evidence: `entry ${at} does not fit` }];
}

/** Whose grant it is. */
const named = (violation: Violation, evidence: readonly Evidence[]): Violation => ({
  ...violation,
  seed:
    evidence.find(({ parts }) => parts.some(({ requestId }) => requestId === violation.requestId))
      ?.plan.seed ?? '',
});
