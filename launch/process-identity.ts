import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process for good: its id may be given to another one, its id together with its start may not. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the words of this system: only ever compared. */
  started: string;
}

/** Undefined when no such process is running, or when it ended and nobody has taken note yet. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether this very process still runs, not another one with its id. */
export const isRunning = ({ pid, started }: ProcessIdentity): boolean =>
  identityOf(pid)?.started === started;

/** Ticks since boot, with the boot's id: ticks alone come again after a restart of the machine. */
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in brackets and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
  } catch {
    // No such folder: no such process.
    return undefined;
  }
}

function startElsewhere(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', ...started] = text.split(/\s+/);
    return text === '' || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined;
  }
}
