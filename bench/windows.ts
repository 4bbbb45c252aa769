import { wholeSecond } from '../access/fence';
import type { LedgerKind } from '../access/ledger';
import { startBenchCore, type BenchCore } from './core';
import { eachOf, waitUntil } from './pace';
import { openRequest, untilActive } from './requests';
import { startStack } from './stack';
import { percentile } from './statistics';
import { countWorking, sessionOf } from './terminal';
import { closedLate, timersLate } from './timers';

/*
 * Many windows that end in the same second, each with a session minted through the whole path, on the AWS
 * stand-in. Looked at from outside: does any session still work after its window? And how long after it is each
 * grant seen denied and closed, beside as many bare workflows with one timer each, on the same server?
 */
const AT_ONCE = 16;
/** To open, connect and mint one; the end must not come before all of it is done. */
const LEAD_MS_EACH = 900;
const LEAD_MS = 30_000;
/** Until the timers of the floor; starting one takes some milliseconds. */
const FLOOR_LEAD_MS_EACH = 20;
const FLOOR_LEAD_MS = 10_000;

interface WindowFigures {
  windows: number;
  /** Sessions that worked before the end: shows that looking from outside can see access. */
  workedBefore: number;
  /** Sessions that worked after the end of their window. */
  lateAccess: number;
  /** Closed once each, on record. */
  closed: number;
  /** How often AWS was looked at for one end; two is the least. */
  looksEach: number;
  /** From the end of the window to the close, in milliseconds. */
  toClose: Spread;
  timers: Spread;
  /** Last close over last bare timer, and median over median. */
  ratio: { p50: number; last: number };
}
interface Spread {
  p50: number;
  p99: number;
  last: number;
}

/** Gives the figures, and says them. */
export async function measureWindows(
  windows: number,
  leadMs = LEAD_MS + windows * LEAD_MS_EACH,
): Promise<WindowFigures> {
  const stack = await startStack();
  try {
    const core = await startBenchCore(stack);
    const held = await holdWindows(core, windows, leadMs);
    await core.stop();
    const floorLeadMs = FLOOR_LEAD_MS + windows * FLOOR_LEAD_MS_EACH;
    const timers = spreadOf(await timersLate(stack.temporalAddress, windows, floorLeadMs));
    const toClose = spreadOf(held.late);
    const { workedBefore, lateAccess, closed, looksEach } = held;
    const ratio = { p50: over(toClose.p50, timers.p50), last: over(toClose.last, timers.last) };
    const figures = {
      windows,
      workedBefore,
      lateAccess,
      closed,
      looksEach,
      toClose,
      timers,
      ratio,
    };
    say(figures);
    return figures;
  } finally {
    await stack.stop();
  }
}

async function holdWindows(core: BenchCore, windows: number, leadMs: number) {
  const endsAt = Date.parse(wholeSecond(Date.now() + leadMs));
  const leftSeconds = (): number => Math.round((endsAt - Date.now()) / 1000);
  const requestIds = await openAll(core, windows, endsAt);
  console.error(`${windows} grants are live, ${leftSeconds()} s before their end`);
  const sessions = await eachOf(requestIds, AT_ONCE, async (requestId) =>
    sessionOf(core, (await core.desk.request(requestId))?.grantId ?? ''),
  );
  const workedBefore = await countWorking(core, sessions);
  console.error(`each has handed out a session, ${leftSeconds()} s before the end`);
  if (Date.now() > endsAt)
    throw new Error('the windows ended before every session was tried: give more time, --lead 900');
  await waitUntil(endsAt);
  const lateAccess = await countWorking(core, sessions);
  const late = await closedLate(core.client, 'accessRequest', windows, endsAt);
  const countOf = (kind: LedgerKind): number => core.ledger.entries({ kinds: [kind] }).length;
  // One more canary a grant is that of its activation.
  const looksEach = over(countOf('probe.canaries') - windows, windows);
  return { workedBefore, lateAccess, late, closed: countOf('grant.ended'), looksEach };
}

/** Opens so many requests that policy grants at once, all decided as of one instant, so that they end at one. */
async function openAll(core: BenchCore, windows: number, endsAt: number): Promise<string[]> {
  const durationMinutes = Math.ceil((endsAt - Date.now()) / 60_000);
  core.decided.at = endsAt - durationMinutes * 60_000;
  const numbers = Array.from({ length: windows }, (_, index) => index + 1);
  const requestIds = await eachOf(numbers, AT_ONCE, (number) =>
    openRequest(core, { name: String(number), role: 'dev-readonly', minutes: durationMinutes }),
  );
  await untilActive(core, requestIds);
  return requestIds;
}

const spreadOf = (late: readonly number[]): Spread => ({
  p50: percentile(late, 50),
  p99: percentile(late, 99),
  last: percentile(late, 100),
});
const over = (one: number, other: number): number => Math.round((one / other) * 10) / 10;

function say({
  windows,
  workedBefore,
  lateAccess,
  closed,
  looksEach,
  ...times
}: WindowFigures): void {
  const { toClose, timers, ratio } = times;
  const text = ({ p50, p99, last }: Spread) => `p50 ${p50} ms, p99 ${p99} ms, last ${last} ms`;
  console.error(
    [
      `${windows} windows that end in one second; ${workedBefore} sessions worked before it`,
      `late access     ${lateAccess}`,
      `closed          ${closed}; ${text(toClose)} after the end; ${looksEach} looks each`,
      `bare timers     ${text(timers)}; ratio ${ratio.p50} (p50), ${ratio.last} (last)`,
    ].join('\n'),
  );
}
