/** How one person's entitlement on one target stands by the record; the latest of these entries says it. */
export type OnRecord =
  /** Nothing of ours ever happened to it. */
  | 'untouched'
  /** It was there before the first grant: never removed, never fenced. */
  | 'permanent'
  /** We are giving it, or it was given and not yet seen. */
  | 'intended'
  | 'made'
  | 'removed';

/** What the decision about one person on one target rests on. */
export interface Claims {
  record: OnRecord;
  /** Ends of the grants that are live now. */
  liveUntil: readonly string[];
  /** Ends of the grants of ours that are over and not yet written. */
  endedAt: readonly string[];
  /** From when on it was denied when we removed it, or is to be while it is taken out of quarantine. */
  deniedFrom?: string;
}

/** A permission set's longest session: so long a fence stands after the removal. */
const LONGEST_SESSION_MS = 12 * 3_600_000;

/**
 * What has to be done with it. `look`: see whether it is there by somebody else's hand before anything is given.
 * What was ever ours never becomes permanent: given again by hand, it is taken over by the next grant and ends with it.
 */
export function taskFor({
  record,
  liveUntil,
}: Claims): 'look' | 'give' | 'keep' | 'take' | 'leave' {
  const wanted = liveUntil.length > 0;
  switch (record) {
    case 'untouched':
    case 'permanent':
      return wanted ? 'look' : 'leave';
    case 'intended':
      return wanted ? 'give' : 'take';
    case 'made':
      return wanted ? 'keep' : 'take';
    case 'removed':
      return wanted ? 'give' : 'leave';
  }
}

/** From when on its sessions are denied: the latest granted end, or the end that is over already. */
export function fencedFrom(claims: Claims, now: Date): string | undefined {
  const { record, liveUntil, endedAt, deniedFrom } = claims;
  if (record === 'untouched' || record === 'permanent') return undefined;
  if (liveUntil.length > 0) return liveUntil.toSorted().at(-1);
  if (record === 'removed') {
    const since = Date.parse(deniedFrom ?? '');
    return since + LONGEST_SESSION_MS > now.getTime() ? deniedFrom : undefined;
  }
  const over = endedAt.toSorted().at(-1) ?? deniedFrom ?? now.toISOString();
  return [over, now.toISOString()].toSorted()[0];
}

/** Whose access it is that somebody is seen to hold. Only what the ledger says makes it ours. */
export type Whose =
  /** A grant needs it now. */
  | 'live'
  /** No grant needs it any more, and its writer is to take it: that is no drift. */
  | 'ending'
  /** It was there before the first grant. */
  | 'before'
  /** It was ours, was seen removed, and is there again without a grant: nobody asked for it. */
  | 'unasked'
  /** Never ours, or nothing is on record of it (any more). */
  | 'stranger';

/** Of somebody who holds it; `undefined` when the record does not know them on this target. */
export function whose(claims: Pick<Claims, 'record' | 'liveUntil'> | undefined): Whose {
  if (claims === undefined) return 'stranger';
  if (claims.liveUntil.length > 0) return 'live';
  switch (claims.record) {
    case 'untouched':
      return 'stranger';
    case 'permanent':
      return 'before';
    case 'intended':
    case 'made':
      return 'ending';
    case 'removed':
      return 'unasked';
  }
}
