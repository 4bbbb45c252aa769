import { setTimeout as pause } from 'node:timers/promises';

/** With servers beside it a whole machine may stand still for a while; nothing that comes costs this wait. */
const PATIENCE_MS = process.env['CURFEW_TESTS'] === undefined ? 5_000 : 60_000;

/** Looks again until `check` passes: for what comes a moment after an answer. Throws its last failure when it never does. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = PATIENCE_MS, everyMs = 10 } = {},
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(everyMs);
    }
  }
}
