import { spawn, type ChildProcess } from 'node:child_process';
import { REFUSES_TO_START } from './cannot-start';
import type { ChildLog } from './child-log';
import { signalGroup } from './signal-group';
import { worthShowing } from './worth-showing';

/** One process of Curfew: how it is run, when it is there, how long it may take to end. */
export interface ChildPlan {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Those that must answer before this one is started. */
  after: readonly string[];
  /** Others may lean on it. */
  isUp: () => Promise<boolean>;
  /** It does its whole work. */
  isReady: () => Promise<boolean>;
  stopWithinMs: number;
  /** Errors in its log are for the person at the console. */
  showErrors: boolean;
}

/** What a child tells whoever supervises it. */
export interface ChildEvents {
  say(line: string): void;
  started(pid: number): void;
  /** It will not come up, and starting it again will not help. */
  hopeless(because: string): void;
}

export interface Child {
  readonly plan: ChildPlan;
  start(): void;
  /** From now on it is expected to live: when it dies it is started again, however often. */
  wasReady(): void;
  /** Ends it for good; by force when it takes longer than its plan or this allows. */
  stop(withinMs: number): Promise<void>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
/** After this long a death is a new trouble, not the old one again. */
const STEADY_MS = 60_000;
const TRIES_TO_COME_UP = 3;
const SHOWN_IN_A_ROW = 10;

/** Keeps one process running until it is told to stop. */
export function createChild(plan: ChildPlan, log: ChildLog, events: ChildEvents): Child {
  let running: ChildProcess | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let ready = false;
  let stopping = false;
  let deaths = 0;
  let shown = 0;

  const show = (line: string): void => {
    const text = plan.showErrors ? worthShowing(line) : undefined;
    if (text === undefined || stopping) return;
    shown += 1;
    if (shown <= SHOWN_IN_A_ROW) events.say(`${plan.name}: ${text}`);
    if (shown === SHOWN_IN_A_ROW) events.say(`${plan.name}: from here on only in ${log.file}`);
  };

  function start(): void {
    const startedAt = Date.now();
    shown = 0;
    const child = spawn(plan.command, plan.args, {
      env: plan.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C in the terminal must not reach it before we do.
      detached: true,
    });
    running = child;
    log.follow(child.stdout, show);
    log.follow(child.stderr, show);
    if (child.pid !== undefined) events.started(child.pid);
    child.once('error', (error) => events.hopeless(`${plan.command}: ${error.message}`));
    // 'close', not 'exit': its last words are still on their way when it exits.
    child.once('close', (code, signal) => {
      running = undefined;
      if (!stopping) died(code, signal, Date.now() - startedAt);
    });
  }

  function died(code: number | null, signal: string | null, livedMs: number): void {
    const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
    if (!ready && (code === REFUSES_TO_START || deaths + 1 >= TRIES_TO_COME_UP)) {
      return events.hopeless([`it ${how}.`, ...log.lastLines(), `(${log.file})`].join('\n  '));
    }
    deaths = livedMs > STEADY_MS ? 1 : deaths + 1;
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (deaths - 1), LONGEST_WAIT_MS);
    const why = log.lastLines().at(-1);
    events.say(
      `${plan.name} ${how}${why && signal === null ? ` (${why})` : ''}. Starting it again in ${waitMs / 1000} s.`,
    );
    waiting = setTimeout(start, waitMs);
  }

  async function stop(withinMs: number): Promise<void> {
    stopping = true;
    clearTimeout(waiting);
    const child = running;
    const pid = child?.pid;
    if (!child || pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => void child.once('exit', resolve));
    const force = setTimeout(
      () => {
        events.say(`${plan.name} did not end in time and is cut off.`);
        signalGroup(pid, 'SIGKILL');
      },
      Math.min(plan.stopWithinMs, withinMs),
    );
    signalGroup(pid, 'SIGTERM');
    await ended;
    clearTimeout(force);
  }

  return {
    plan,
    start,
    wasReady: () => {
      ready = true;
    },
    stop,
  };
}
