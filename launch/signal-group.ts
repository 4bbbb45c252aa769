import { codeOf } from './error-code';

/**
 * Signals a child and whatever it started: each child of the launcher leads a process group of its own, so that
 * Ctrl-C reaches the launcher alone, which then ends them in order.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Gone already, which is what a signal is for.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
