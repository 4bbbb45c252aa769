import { liveGrants, type LiveGrant, type OnRecord } from './facts';

/**
 * The grants that this one extends, nearest first, as the ledger has them: each was opened for the same
 * person and the same role, while the one before it was live.
 */
export function extendedBy(deps: OnRecord, grantId: string): string[] {
  const [opened] = deps.ledger.entries({ grantId, kinds: ['grant.opened'], limit: 1 });
  const before = opened?.data['extends'];
  return typeof before === 'string' ? [before, ...extendedBy(deps, before)] : [];
}

/** The live grant that goes on longest, of this one and all that extend it. Undefined: none is live. */
export const latestLive = (deps: OnRecord, grantId: string, now: Date): LiveGrant | undefined =>
  liveGrants(deps)
    .filter(({ until }) => Date.parse(until) > now.getTime())
    .filter((live) => live.grantId === grantId || extendedBy(deps, live.grantId).includes(grantId))
    .toSorted((one, other) => Date.parse(one.until) - Date.parse(other.until))
    .at(-1);
