import { notTold } from './being-late';
import { compareLists, lookForLost, raiseAlarm } from './steps';

/** Compares what is on record with what runs and with what AWS holds. Run every other minute by a schedule. */
export async function drift(): Promise<void> {
  await Promise.allSettled([lookForLost(), restoreLists()]);
}

async function restoreLists(): Promise<void> {
  const alarms = await compareLists();
  await Promise.all(alarms.map((alarm) => raiseAlarm(alarm).catch(notTold)));
}
