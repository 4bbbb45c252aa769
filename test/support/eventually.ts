import { setTimeout as pause } from 'node:timers/promises';

/** Looks again until `check` passes: for what comes a moment after an answer. Throws its last failure after 5 s. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  const end = Date.now() + 5000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(10);
    }
  }
}
