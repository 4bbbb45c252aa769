import { patched } from '@temporalio/workflow';
import type { Alarm } from '../../access/messages';
import { notTold } from './being-late';
import { compareHolders, compareLists, lookForLost, raiseAlarm } from './steps';

/** Compares what is on record with what AWS and the directory hold. Run every other minute by a schedule. */
export async function drift(): Promise<void> {
  await Promise.allSettled([
    // A run that was under way when that got a schedule of its own has the step on record.
    ...(patched('lost-by-itself') ? [] : [lookForLost()]),
    tellOf(compareLists()),
    // A run that was under way when this came has no such step on record.
    ...(patched('holders') ? [tellOf(compareHolders())] : []),
  ]);
}

async function tellOf(found: Promise<Alarm[]>): Promise<void> {
  const alarms = await found;
  await Promise.all(alarms.map((alarm) => raiseAlarm(alarm).catch(notTold)));
}
