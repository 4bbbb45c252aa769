import path from 'node:path';
import { CannotStart } from './cannot-start';
import type { ChildPlan } from './child';
import { makePrivateFolder } from './data-folder';
import { removeLock, writeLock, type Lock } from './lock';
import { identityOf, type ProcessIdentity } from './process-identity';
import { supervise } from './supervisor';

const READY_WITHIN_MS = 120_000;

export interface Run {
  data: string;
  url: string;
  ports: Record<string, number>;
  children: readonly ChildPlan[];
  say: (line: string) => void;
  /** Everything does its work. */
  onReady: () => void;
}

// Without a terminal there is none to lose, and nohup means that SIGHUP is to be ignored.
const SIGNALS: readonly NodeJS.Signals[] = process.stdout.isTTY
  ? ['SIGINT', 'SIGTERM', 'SIGHUP']
  : ['SIGINT', 'SIGTERM'];

/**
 * Runs the children until a signal, then ends them in order. Resolves with the exit code: 0 after a signal.
 * The folder has been claimed; what runs on it stands in its lock file at every moment.
 */
export async function runChildren(run: Run): Promise<number> {
  const { data, say } = run;
  const logFolder = path.join(data, 'logs');
  makePrivateFolder(logFolder);

  let lock: Lock = {
    url: run.url,
    startedAt: new Date().toISOString(),
    ports: run.ports,
    launcher: ourselves(),
    children: {},
  };
  writeLock(data, lock);
  const started = (name: string, pid: number): void => {
    const child = identityOf(pid);
    // It is gone already; its end is reported by itself.
    if (!child) return;
    lock = { ...lock, children: { ...lock.children, [name]: child } };
    writeLock(data, lock);
  };

  const supervisor = supervise(run.children, {
    logFolder,
    say,
    started,
    readyWithinMs: READY_WITHIN_MS,
  });
  let asked = false;
  const signalled = new Promise<void>((resolve) => {
    const stop = (): void => {
      if (asked) return;
      asked = true;
      say('Stopping: bot, worker, then the rest …');
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
  });

  let exitCode = 0;
  try {
    await Promise.race([signalled, supervisor.ready().then(run.onReady)]);
    await signalled;
  } catch (error) {
    exitCode = 1;
    if (!(error instanceof CannotStart)) throw error;
    say(error.message);
  } finally {
    await supervisor.stop();
    removeLock(data);
  }
  say('Curfew has stopped.');
  return exitCode;
}

function ourselves(): ProcessIdentity {
  const identity = identityOf(process.pid);
  if (identity) return identity;
  throw new CannotStart(
    'This system does not say when a process started (no /proc and no ps), which Curfew needs to end safely what an earlier start left.',
  );
}
