import { CancellationScope, patched } from '@temporalio/workflow';
import { notTold, sayingWhenLate } from './being-late';
import type { SweepInput } from './protocol';
import {
  askCut,
  askEnd,
  closeAlarms,
  closeGrant,
  closeRequest,
  observeEnd,
  raiseAlarm,
  readLost,
  repaintLost,
} from './steps';

/**
 * Takes a grant back whose own workflow is gone: an operator terminated it, or the engine lost it. The same steps as
 * any ending, on the same record, so whatever was done before is not done twice. A request that was still
 * undecided is closed: nobody could answer it any more. One that was over already is told.
 */
export async function sweepGrant({ requestId }: SweepInput): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    const lost = await readLost({ requestId });
    const foundAt = new Date().toISOString();
    if (lost.stage === 'over') return;
    if (lost.stage === 'untold') {
      await settle(requestId, '', foundAt);
      return;
    }
    const told = raiseAlarm(lost.alarm).catch(notTold);
    const note = NOTES[lost.stage];
    if (lost.stage === 'ungranted') await closeRequest({ requestId, as: 'expired', note });
    else await takeLostBack(requestId, lost);
    await settle(requestId, note, foundAt);
    await told;
  });
}

/** Nothing that it had shown or raised goes on as if it ran. */
async function settle(requestId: string, note: string, foundAt: string): Promise<void> {
  await Promise.all([
    repaintLost({ requestId, note, foundAt }).catch(notTold),
    // A sweep that was under way when this came has no such step on record.
    ...(patched('close-alarms') ? [closeAlarms({ requestId }).catch(notTold)] : []),
  ]);
}

const NOTES = {
  ungranted: 'Its workflow was stopped before anybody decided. Nothing was granted.',
  granted: 'Its workflow was stopped, so it was taken back.',
};

type Granted = Extract<Awaited<ReturnType<typeof readLost>>, { stage: 'granted' }>;

const takeLostBack = (requestId: string, lost: Granted): Promise<void> =>
  sayingWhenLate(
    {
      afterMinutes: lost.lateAfterMinutes,
      alarm: (minutes) => ({
        ...lost.alarm,
        key: `overdue:${requestId}:${minutes}`,
        incident: `overdue:${requestId}`,
        title: `${lost.role}: ending it takes more than ${minutes} min`,
      }),
      becomesLate: () => true,
    },
    async () => {
      const { how, grantId, target } = lost;
      const { lastFence } = await askEnd({ requestId, how });
      if (lost.standing || (lastFence !== undefined && Date.parse(lastFence) > Date.now()))
        await askCut({ requestId, grantId, target });
      const { statement } = await observeEnd({ requestId, how });
      await closeGrant({ requestId, how, statement });
    },
  );
