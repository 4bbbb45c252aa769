import { CancellationScope, condition, isCancellation, log, sleep } from '@temporalio/workflow';
import type { Alarm } from '../../access/messages';
import { clearAlarm, page, raiseAlarm, resolvePage } from './steps';

/** What may be late: ending one grant, or a mass cut. */
export interface Lateness {
  /** When on-call is told, in minutes; rising. */
  afterMinutes: readonly number[];
  isOver(): boolean;
  /** What on-call is told; undefined when somebody else tells them. */
  alarm(minutes: number): Alarm | undefined;
  /** It is late for the first time. False: it is not paged about. */
  becomesLate(): boolean;
  /** What on-call is told when it is over, where that is not the end of one grant. */
  overText?: string;
}

/**
 * Says that it is late for as long as it is: the alarm channel at every stage, the pagers once, and that it
 * is over. A chat or a pager that is down delays neither the other nor the taking back. Cancel it then.
 */
export async function sayWhileLate(late: Lateness): Promise<void> {
  let raised: Alarm | undefined;
  let paged: Promise<unknown> | undefined;
  try {
    let waited = 0;
    for (const [stage, minutes] of late.afterMinutes.entries()) {
      await sleep((minutes - waited) * 60_000, { summary: `late after ${minutes} min` });
      waited = minutes;
      // It may have ended in the very moment in which the timer fired.
      if (late.isOver()) return;
      const alarm = late.alarm(minutes);
      const pages = stage === 0 && late.becomesLate();
      if (!alarm) continue;
      raised = alarm;
      if (pages) paged = page(alarm).catch(notTold);
      await raiseAlarm(alarm).catch(notTold);
    }
    await condition(() => false);
  } finally {
    const over = raised;
    if (over) {
      await CancellationScope.nonCancellable(() =>
        Promise.allSettled([
          late.overText === undefined ? clearAlarm(over) : clearAlarm(over, late.overText),
          paged?.then(() => resolvePage(over)),
        ]),
      );
    }
  }
}

/** Works on it, and says that it is late for as long as that takes. */
export async function sayingWhenLate<T>(
  late: Omit<Lateness, 'isOver'>,
  work: () => Promise<T>,
): Promise<T> {
  let over = false;
  const alarms = new CancellationScope({ cancellable: true });
  const said = alarms
    .run(() => sayWhileLate({ ...late, isOver: () => over }))
    .catch(() => undefined);
  const done = await work();
  over = true;
  alarms.cancel();
  await said;
  return done;
}

/** The story goes on when on-call cannot be told. */
export function notTold(error: unknown): void {
  if (!isCancellation(error)) log.error('on-call could not be told', { error });
}
