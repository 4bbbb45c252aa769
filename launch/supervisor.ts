import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start';
import { createChild, type ChildPlan } from './child';
import { openChildLog } from './child-log';
import { ENDING_ORDER } from './take-over';

const LOOK_EVERY_MS = 100;
const SAY_EVERY_MS = 10_000;
/** Ten seconds are promised; this leaves us some to say goodbye. */
const STOPPED_WITHIN_MS = 9_000;

export interface Supervisor {
  /** Starts all, each after those it leans on. Resolves when every one does its work. */
  ready(): Promise<void>;
  /** Ends all in order, Temporal last. However often it is called, they are ended once. */
  stop(): Promise<void>;
}

export interface SupervisorPorts {
  logFolder: string;
  say: (line: string) => void;
  /** Told of each new process before anything else happens. */
  started: (name: string, pid: number) => void;
  /** All must be ready within this time. */
  readyWithinMs: number;
}

/** Keeps the children running, together. */
export function supervise(plans: readonly ChildPlan[], ports: SupervisorPorts): Supervisor {
  const { logFolder, say, started, readyWithinMs } = ports;
  let stopped: Promise<void> | undefined;
  let failed: CannotStart | undefined;

  const logs = plans.map((plan) => openChildLog(logFolder, plan.name));
  const children = plans.map((plan, i) => {
    const log = logs[i] ?? openChildLog(logFolder, plan.name);
    return createChild(plan, log, {
      say,
      started: (pid) => started(plan.name, pid),
      hopeless: (because) => {
        failed ??= new CannotStart(`${plan.name} does not start: ${because}`);
      },
    });
  });

  /** Looks again and again; gives up on a child that is beyond hope, on a stop, and at last on time. */
  async function until(
    condition: () => Promise<boolean>,
    deadline: number,
    waitingFor: () => Promise<string>,
  ): Promise<void> {
    let sayAt = Date.now() + SAY_EVERY_MS;
    while (!(await condition())) {
      if (failed) throw failed;
      if (stopped) throw new CannotStart('Stopped before everything was ready.');
      if (Date.now() > deadline)
        throw new CannotStart(
          `Not ready after ${readyWithinMs / 1000} s: ${await waitingFor()}. Their logs are in ${logFolder}.`,
        );
      if (Date.now() > sayAt) {
        say(`Still waiting for: ${await waitingFor()}.`);
        sayAt += SAY_EVERY_MS;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  const all = async (checks: readonly (() => Promise<boolean>)[]): Promise<boolean> =>
    (await Promise.all(checks.map((check) => check()))).every(Boolean);

  async function missing(of: readonly ChildPlan[], what: 'isUp' | 'isReady'): Promise<string> {
    const answers = await Promise.all(of.map((plan) => plan[what]()));
    return of
      .filter((_, i) => !answers[i])
      .map(({ name }) => name)
      .join(', ');
  }

  async function ready(): Promise<void> {
    const deadline = Date.now() + readyWithinMs;
    await Promise.all(
      children.map(async (child) => {
        const needed = plans.filter(({ name }) => child.plan.after.includes(name));
        await until(
          () => all(needed.map((plan) => plan.isUp)),
          deadline,
          () => missing(needed, 'isUp'),
        );
        if (!stopped) child.start();
      }),
    );
    await until(
      () => all(plans.map((plan) => plan.isReady)),
      deadline,
      () => missing(plans, 'isReady'),
    );
    for (const child of children) child.wasReady();
  }

  async function stopAll(): Promise<void> {
    const deadline = Date.now() + STOPPED_WITHIN_MS;
    for (const name of ENDING_ORDER) {
      await Promise.all(
        children
          .filter(({ plan }) => plan.name === name)
          .map((child) => child.stop(deadline - Date.now())),
      );
    }
  }

  return { ready, stop: () => (stopped ??= stopAll()) };
}
