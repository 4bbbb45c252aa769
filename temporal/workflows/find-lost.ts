import { lookForLost } from './steps';

/**
 * Whose workflow is gone? Run every minute by a schedule of its own: no comparison that is slow, and no alarm that
 * cannot be told, holds it up.
 */
export async function findLost(): Promise<void> {
  await lookForLost();
}
