import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start';
import { claim, readLock, removeLock, type Lock } from './lock';
import { isRunning, type ProcessIdentity } from './process-identity';
import { signalGroup } from './signal-group';

/** The order in which an orderly end goes; Temporal outlives those that still have to tell it something. */
export const ENDING_ORDER = ['bot', 'worker', 'sandbox', 'temporal'];

/** A launcher promises to end within 10 s. */
const LAUNCHER_ENDS_WITHIN_MS = 12_000;
const CHILD_ENDS_WITHIN_MS = 3_000;

/**
 * Ends what an earlier start left on this folder, then holds the folder.
 * Only processes that are the very ones of the lock file are ended: an id may have gone to somebody else's by now.
 */
export async function takeOver(
  folder: string,
  say: (line: string) => void,
): Promise<{ release(): void }> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const earlier = readLock(folder);
    if (earlier) await endEarlier(earlier, say);
    const claimed = claim(folder, 2_000);
    if (!claimed) continue;
    // Between our look and our claim another start may have come and been killed.
    const since = readLock(folder);
    if (since) await endEarlier(since, () => undefined);
    removeLock(folder);
    return claimed;
  }
  throw new CannotStart(
    `Another start of Curfew is under way on ${folder}. Wait for it, or set CURFEW_DATA to another folder.`,
  );
}

async function endEarlier(lock: Lock, say: (line: string) => void): Promise<void> {
  if (isRunning(lock.launcher)) {
    say(
      `Curfew already runs on this data (process ${lock.launcher.pid}, ${lock.url}). This start takes over: ending that one first.`,
    );
    process.kill(lock.launcher.pid, 'SIGTERM');
    if (!(await ends(lock.launcher, LAUNCHER_ENDS_WITHIN_MS)))
      process.kill(lock.launcher.pid, 'SIGKILL');
  }
  const left = ENDING_ORDER.flatMap((name) => {
    const child = lock.children[name];
    return child && isRunning(child) ? [{ name, child }] : [];
  });
  if (left.length > 0) {
    const names = left.map(({ name, child }) => `${name} (process ${child.pid})`).join(', ');
    say(`An earlier start was killed and left running: ${names}. Ending them first.`);
  }
  for (const { child } of left) await end(child);
}

async function end(child: ProcessIdentity): Promise<void> {
  signalGroup(child.pid, 'SIGTERM');
  if (await ends(child, CHILD_ENDS_WITHIN_MS)) return;
  signalGroup(child.pid, 'SIGKILL');
  if (await ends(child, CHILD_ENDS_WITHIN_MS)) return;
  throw new CannotStart(
    `Process ${child.pid} of an earlier start does not end. End it yourself, then start again.`,
  );
}

async function ends(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (isRunning(identity)) {
    if (Date.now() > until) return false;
    await sleep(50);
  }
  return true;
}
