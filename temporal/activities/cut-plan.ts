import type { LedgerEntry } from '../../access/ledger';
import { Refused } from '../../access/refused';
import type { CutPlan } from './contract';
import type { ActivityDeps } from './deps';
import { only, textIn } from './facts';

/** A cut is decided once, whatever the answer. */
export const decidedKey = (cutId: string): string => `cut.decided:${cutId}`;

/** The plan that is on record. Throws {@link Refused} when nobody who may has asked for this cut. */
export function plannedIn(
  deps: Pick<ActivityDeps, 'ledger'>,
  cutId: string,
): { decided: LedgerEntry; requestIds: string[] } {
  const decided = only(deps, { key: decidedKey(cutId) });
  if (decided?.kind !== 'cut.decided') throw new Refused(`No cut ${cutId} was decided.`);
  return { decided, requestIds: textsIn(decided, 'requestIds') };
}

/** What the entry says to the workflow: numbers and sentences, never who or what exactly. */
export function planIn(decided: LedgerEntry, lateAfterMinutes: number[]): CutPlan {
  if (decided.kind === 'cut.decided')
    return {
      verdict: 'cut',
      total: textsIn(decided, 'requestIds').length,
      ofMachines: textsIn(decided, 'ofMachines').length,
      leftOut: textsIn(decided, 'leftOut'),
      lateAfterMinutes,
    };
  const { wouldPass } = decided.data;
  return {
    verdict: 'refused',
    because: textIn(decided, 'because'),
    ...(typeof wouldPass === 'string' && { wouldPass }),
  };
}

const textsIn = ({ data }: LedgerEntry, name: string): string[] => {
  const list = data[name];
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
};
