import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  patched,
  sleep,
} from '@temporalio/workflow';
import type { Alarm } from '../../access/messages';
import type { Target } from '../../access/session';
import { isOver } from '../../access/states';
import { aliveUntil, enter, type CaseFile } from './case-file';
import {
  askCut,
  askEnd,
  clearAlarm,
  closeGrant,
  observeEnd,
  page,
  raiseAlarm,
  resolvePage,
} from './steps';

/** Of requests that were decided before the decision said it. */
const LATE_AFTER_MINUTES = [2, 10, 30];

/**
 * Takes everything back: asked, written, observed, in this order and each on record. Runs in a scope
 * that nothing cancels, retries for ever, and says loudly when it is late.
 */
export async function takeBack(file: CaseFile): Promise<void> {
  const how = (file.how ??= 'natural');
  const late = new CancellationScope({ cancellable: true });
  const alarms = late.run(() => alarmWhileLate(file)).catch(() => undefined);
  enter(file, 'ending');
  const { requestId } = file.request;
  const { askedAt, lastFence } = await askEnd({
    requestId,
    how,
    ...(file.stop && { stopSeal: file.stop.seal }),
  });
  file.ending = { askedAt };
  if (lastFence !== undefined) file.lastFence = lastFence;
  if (lastFence !== undefined) await writeCut(file, Date.parse(lastFence));
  const observed = await observeEnd({ requestId, how });
  const closed = await closeGrant({ requestId, how, statement: observed.statement });
  const missed = closed?.missed && raiseAlarm(closed.missed).catch(notTold);
  file.ending = { ...file.ending, ...observed };
  late.cancel();
  enter(file, 'ended');
  // The chat may be down for long; that it is over does not wait for it.
  await Promise.all([alarms, missed]);
}

/**
 * Asks the role's revocation list until it says that the entry is written and read back. A session past
 * its fence is denied by AWS's own clock: then there is nothing left to write.
 */
async function writeCut(file: CaseFile, lastFence: number): Promise<void> {
  const { decided, request } = file;
  if (!decided) return;
  while (file.ending?.writtenAt === undefined && lastFence > Date.now()) {
    await askCut({
      requestId: request.requestId,
      grantId: decided.grantId,
      target: targetOf(file),
    });
    await condition(() => file.ending?.writtenAt !== undefined, '30s', {
      summary: 'the revocation list answers',
    });
  }
}

/**
 * Says that it is late for as long as it is: the state at once, the alarm channel at every stage, the pagers
 * once. A chat or a pager that is down delays neither the other nor the taking back.
 */
async function alarmWhileLate(file: CaseFile): Promise<void> {
  let raised: Alarm | undefined;
  let paged: Promise<unknown> | undefined;
  try {
    let waited = 0;
    for (const minutes of file.decided?.lateAfterMinutes ?? LATE_AFTER_MINUTES) {
      await sleep((minutes - waited) * 60_000, { summary: `late after ${minutes} min` });
      waited = minutes;
      // It may have ended in the very moment in which the timer fired.
      if (isOver(file.state)) return;
      const isFirst = raised === undefined;
      raised = overdue(file, minutes);
      // Asked once: an ending that was late already when there was no such state goes on without it.
      if (isFirst && patched('overdue')) {
        enter(file, 'overdue');
        paged = page(raised).catch(notTold);
      }
      await raiseAlarm(raised).catch(notTold);
    }
    await condition(() => false);
  } finally {
    const over = raised;
    if (over) {
      await CancellationScope.nonCancellable(() =>
        Promise.allSettled([clearAlarm(over), paged?.then(() => resolvePage(over))]),
      );
    }
  }
}

function notTold(error: unknown): void {
  if (!isCancellation(error)) log.error('on-call could not be told', { error });
}

function overdue(file: CaseFile, minutes: number): Alarm {
  const { request, decided, ending } = file;
  const until = aliveUntil(file);
  return {
    key: `overdue:${request.requestId}:${minutes}`,
    incident: `overdue:${request.requestId}`,
    requestId: request.requestId,
    ...(decided && { grantId: decided.grantId }),
    title: `${request.role}: ending it takes more than ${minutes} min`,
    text: [
      `Asked ${ending?.askedAt ?? 'not yet'}, written ${ending?.writtenAt ?? 'not yet'}, seen denied: not yet.`,
      until === undefined
        ? 'No session was handed out.'
        : `A session may be alive until ${until} at the latest; then AWS ends it by itself.`,
      'Curfew keeps trying.',
    ].join(' '),
  };
}

export const targetOf = ({ decided }: CaseFile): Target => {
  if (!decided) throw new Error('no role was decided on');
  const { targetArn, account, region } = decided.role;
  return { arn: targetArn, accountId: account.id, region };
};
