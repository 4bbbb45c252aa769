import { log, setHandler } from '@temporalio/workflow';
import type { CaseFile } from './case-file';
import { recheckSignal } from './protocol';
import { stillEntitled } from './steps';

/**
 * Somebody saw that the holder has changed in the directory. The signal is a hint, never authority: whether the
 * grant goes on is decided again, from what was signed and from fresh facts.
 */
export function receiveRechecks(file: CaseFile): void {
  setHandler(recheckSignal, () => recheck(file));
}

async function recheck(file: CaseFile): Promise<void> {
  if (!isLive(file)) return;
  try {
    const still = await stillEntitled({
      requestId: file.request.requestId,
      requestSeal: file.seal,
      reviewSeals: file.reviews.map(({ seal }) => seal),
    });
    if (still.allowed || !isLive(file)) return;
    file.note = still.because;
    file.how = 'lapsed';
  } catch (error) {
    // Nobody could tell. Nothing is on record then, so the next look at people asks again.
    log.warn('whether a grant goes on could not be decided', { error });
  }
}

/** Before it is active, activation itself decides on fresh facts. */
const isLive = ({ state, how }: CaseFile): boolean => state === 'active' && how === undefined;
