import { CancellationScope, condition, patched } from '@temporalio/workflow';
import type { Alarm } from '../../access/messages';
import { isOver } from '../../access/states';
import { notTold, sayWhileLate } from './being-late';
import type { AskedEnd, EndHow } from '../activities/contract';
import { aliveUntil, enter, type CaseFile } from './case-file';
import { isStanding } from './holding';
import { targetOf } from './target-of';
import { askCut, askEnd, closeGrant, observeEnd, raiseAlarm } from './steps';

type Recorded = NonNullable<AskedEnd['recorded']>;

/** Of requests that were decided before the decision said it. */
const LATE_AFTER_MINUTES = [2, 10, 30];

/**
 * Takes everything back: asked, written, observed, in this order and each on record. Runs in a scope
 * that nothing cancels, retries for ever, and says loudly when it is late.
 */
export async function takeBack(file: CaseFile): Promise<void> {
  file.how ??= 'natural';
  const late = new CancellationScope({ cancellable: true });
  const alarms = late.run(() => alarmWhileLate(file)).catch(() => undefined);
  enter(file, 'ending');
  const { requestId } = file.request;
  const { askedAt, lastFence, recorded } = await askEnd({
    requestId,
    how: file.how,
    ...(file.stop && { stopSeal: file.stop.seal }),
  });
  const how = recorded ? obey(file, recorded) : file.how;
  // A mass cut's list may have answered before this story heard of it.
  const early = file.ordered && file.writtenAt;
  file.ending = { askedAt, ...(early !== undefined && { writtenAt: early }) };
  if (lastFence !== undefined) file.lastFence = lastFence;
  // What stands by itself does not end at a fence: it is taken away.
  if (isStanding(file)) await writeCut(file, Infinity);
  else if (lastFence !== undefined) await writeCut(file, Date.parse(lastFence));
  const observed = await observeEnd({ requestId, how });
  const closed = await closeGrant({ requestId, how, statement: observed.statement });
  if (closed?.goesOnUntil !== undefined) file.goesOnUntil = closed.goesOnUntil;
  const missed = closed?.missed && raiseAlarm(closed.missed).catch(notTold);
  file.ending = { ...file.ending, ...observed };
  late.cancel();
  enter(file, 'ended');
  // The chat may be down for long; that it is over does not wait for it.
  await Promise.all([alarms, missed]);
}

/** The end that is on record came first, whatever this story took it for. */
function obey(file: CaseFile, { how, by, reason }: Recorded): EndHow {
  if (how !== file.how) {
    file.how = how;
    file.note = undefined;
    if (by && !file.stop) file.ordered ??= { by, ...(reason !== undefined && { reason }) };
  }
  return how;
}

/**
 * Asks the role's revocation list until it says that the entry is written and read back. A session past
 * its fence is denied by AWS's own clock: then there is nothing left to write.
 */
async function writeCut(file: CaseFile, lastFence: number): Promise<void> {
  const { decided, request } = file;
  if (!decided) return;
  // A mass cut tells the role's list itself, with all its grants at once.
  if (file.ordered && !isStanding(file))
    await condition(() => file.ending?.writtenAt !== undefined, '30s');
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

/** The card says it from the first stage on. A mass cut tells on-call itself, once for all of its grants. */
const alarmWhileLate = (file: CaseFile): Promise<void> =>
  sayWhileLate({
    afterMinutes: file.decided?.lateAfterMinutes ?? LATE_AFTER_MINUTES,
    isOver: () => isOver(file.state),
    alarm: (minutes) => (file.ordered ? undefined : overdue(file, minutes)),
    becomesLate: () => {
      // Asked once: an ending that was late already when there was no such state goes on without it.
      if (!patched('overdue')) return false;
      enter(file, 'overdue');
      return true;
    },
  });

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
      isStanding(file)
        ? 'It may still be held; a deny that was prepared ends its sessions by the clock of the other side.'
        : until === undefined
          ? 'No session was handed out.'
          : `A session may be alive until ${until} at the latest; then AWS ends it by itself.`,
      'Curfew keeps trying.',
    ].join(' '),
  };
}
