import { ActivityFailure } from '@temporalio/workflow';
import { lookAtPeople, raiseAlarm } from './steps';
import type { WatchPeopleInput } from './protocol';

/**
 * One look at the people whose grants are live: whoever has changed in the directory has their grants decided
 * again. Run every minute by a schedule, and at once for `only` when the directory says that somebody changed.
 */
export async function watchPeople({ only }: WatchPeopleInput = {}): Promise<void> {
  try {
    await lookAtPeople(only === undefined ? {} : { only });
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    await raiseAlarm({
      // One message an hour, however long it lasts.
      key: `people-unseen:${new Date().toISOString().slice(0, 13)}`,
      title: 'The directory has not answered for 5 minutes',
      text:
        'Whoever leaves or loses a group now keeps a live session until it ends by itself, at most 15 minutes after it was minted; ' +
        'nothing new is minted without the directory. Curfew keeps looking every minute.',
    });
  }
}
