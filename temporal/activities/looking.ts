import type { LedgerEntry } from '../../access/ledger';
import type { Probe, Sighting, Target } from '../../access/session';
import type { ActivityDeps } from './deps';
import { only, textIn, type OpenedGrant } from './facts';
import { denialByValve } from './valve-record';

/** Looks in one attempt, one about every second; the next attempt goes on. */
const LOOKS = 30;
/** The canary of a revoke outlives the looking, so that only the list can deny it. */
const CANARY_MS = 120_000;

/** What looking needs of the world. */
export type LookDeps = Pick<
  ActivityDeps,
  'ledger' | 'assignments' | 'sourceIdentityFor' | 'now' | 'pause'
> & { probe: Pick<Probe, 'look'> };

/** That one Region denies it. */
export interface Denial {
  region: string;
  /** "at STS in eu-central-1". */
  where: string;
  observedAt: string;
  /** It was denied with everything on its role that AWS issued before this instant. */
  issuedBefore?: string;
}

/**
 * Looks in every Region in use at once, each for itself, until each has denied the grant. A Region that
 * has is left alone, in this attempt and in the next: each look costs two sessions of STS's quota.
 */
export async function lookUntilDenied(
  deps: LookDeps,
  grant: OpenedGrant,
  lastFence: string,
): Promise<Denial[]> {
  const regions = grant.target.regions ?? [grant.target.region];
  const looks = await Promise.allSettled(
    regions.map(async (region) => {
      const known = deniedBefore(deps, grant, region);
      if (known) return known;
      const denial = await lookInRegion(deps, grant, region, lastFence);
      return regions.length > 1 ? recordDenial(deps, grant, denial) : denial;
    }),
  );
  const faults = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason] : []));
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new AggregateError(faults, faults.map(messageOf).join('; '));
  return looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
}

const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : 'unknown');

/** Twice running, because one denial may come from one of AWS's servers only. */
async function lookInRegion(
  deps: LookDeps,
  grant: OpenedGrant,
  region: string,
  lastFence: string,
): Promise<Denial> {
  const target = { ...grant.target, region };
  let last: Sighting | undefined;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const valve = coveringValve(deps, grant, region, lastFence);
    if (valve?.seen) return denialIn(region, valve.seen);
    if (valve) {
      await deps.pause();
      continue;
    }
    const before = last?.seen;
    last = await look(deps, grant, target, lastFence);
    if (last.seen === 'denied' && before === 'denied') {
      return { region, where: last.where, observedAt: last.at };
    }
    await deps.pause();
  }
  throw new Error(
    last?.seen === 'unproven'
      ? `unproven ${last.where}: the control canary is denied too, so a denial says nothing`
      : `not seen denied yet ${last?.where ?? ''}`,
  );
}

/**
 * A canary of now would be too young for the valve to deny it, so the valve's own look is the proof. Past its
 * fence the grant's own canary is one again.
 */
const coveringValve = (
  deps: LookDeps,
  { target, grantId }: OpenedGrant,
  region: string,
  lastFence: string,
) =>
  Date.parse(lastFence) <= deps.now().getTime()
    ? undefined
    : denialByValve(deps, { targetArn: target.arn, grantId, region });

const denialIn = (region: string, seen: LedgerEntry): Denial => ({
  region,
  where: textIn(seen, 'where'),
  observedAt: seen.at,
  ...(typeof seen.data['issuedBefore'] === 'string' && {
    issuedBefore: seen.data['issuedBefore'],
  }),
});

const look = (
  deps: LookDeps,
  grant: OpenedGrant,
  target: Target,
  lastFence: string,
): Promise<Sighting> =>
  deps.probe.look({
    target,
    grantId: grant.grantId,
    sourceIdentity: deps.sourceIdentityFor(grant.person),
    fence:
      Date.parse(lastFence) <= deps.now().getTime()
        ? lastFence
        : new Date(deps.now().getTime() + CANARY_MS).toISOString(),
    beforeUse: async (accessKeyIds) => {
      deps.ledger.append({
        kind: 'probe.canaries',
        key: `probe.canaries:${accessKeyIds.join(':')}`,
        at: deps.now().toISOString(),
        requestId: grant.requestId,
        grantId: grant.grantId,
        actor: 'curfew',
        data: { accessKeyIds, why: 'a look whether the grant is denied' },
      });
    },
  });

const denialKey = ({ grantId }: OpenedGrant, region: string): string =>
  `end.seen:${grantId}:${region}`;

function deniedBefore(deps: LookDeps, grant: OpenedGrant, region: string): Denial | undefined {
  const entry = only(deps, { key: denialKey(grant, region) });
  return entry && denialIn(region, entry);
}

function recordDenial(deps: LookDeps, grant: OpenedGrant, denial: Denial): Denial {
  deps.ledger.append({
    kind: 'end.seen',
    key: denialKey(grant, denial.region),
    at: denial.observedAt,
    requestId: grant.requestId,
    grantId: grant.grantId,
    actor: 'curfew',
    data: {
      region: denial.region,
      where: denial.where,
      ...(denial.issuedBefore !== undefined && { issuedBefore: denial.issuedBefore }),
    },
  });
  return denial;
}
