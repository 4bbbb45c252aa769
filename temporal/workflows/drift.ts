import { lookForLost } from './steps';

/** Compares what is on record with what runs. Run every other minute by a schedule. */
export async function drift(): Promise<void> {
  await lookForLost();
}
