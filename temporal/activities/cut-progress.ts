import type { LedgerEntry } from '../../access/ledger';
import type { CutSight } from './contract';
import { plannedIn } from './cut-plan';
import type { ActivityDeps } from './deps';
import { lastFenceOf, only } from './facts';

/** How far a mass cut is, counted from the record alone. */
export function lookAtCut(deps: Pick<ActivityDeps, 'ledger' | 'now'>, cutId: string): CutSight {
  const sight: CutSight = { asked: 0, toWrite: 0, written: 0, observed: 0 };
  for (const requestId of plannedIn(deps, cutId).requestIds) {
    const grantId = only(deps, { key: `grant.opened:${requestId}` })?.grantId ?? '';
    const closed = only(deps, { key: `request.closed:${requestId}` });
    const asked = only(deps, { key: `end.asked:${grantId}` });
    const observed = only(deps, { key: `end.observed:${grantId}` });
    const lastFence = lastFenceOf(deps, grantId);
    if (asked || closed) sight.asked += 1;
    if (lastFence !== undefined) sight.toWrite += 1;
    if (lastFence !== undefined && isWritten(deps, grantId, observed)) sight.written += 1;
    const over = observed ?? (lastFence === undefined ? closed : undefined);
    if (over) {
      sight.observed += 1;
      if (over.at > (sight.overAt ?? '')) sight.overAt = over.at;
    } else if (lastFence !== undefined && Date.parse(lastFence) > deps.now().getTime()) {
      if (lastFence > (sight.aliveUntil ?? '')) sight.aliveUntil = lastFence;
    }
  }
  return sight;
}

/** An end that was seen needs no entry any more: its fence may have come first. */
const isWritten = (
  deps: Pick<ActivityDeps, 'ledger'>,
  grantId: string,
  observed: LedgerEntry | undefined,
): boolean => observed !== undefined || only(deps, { key: `end.written:${grantId}` }) !== undefined;
