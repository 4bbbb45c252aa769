import type { ActivityDeps } from './deps';
import { assignmentsOf, holderOf } from './fencing';
import { entitlementsOn, isStanding, type Entitlement } from './entitlements-on';
import type { OpenedGrant } from './facts';

const LOOKS = 30;

export type StandingLookDeps = Pick<ActivityDeps, 'ledger' | 'assignments' | 'now' | 'pause'>;

/**
 * Looks until the entitlement is gone, or until what is there is not this grant's: another grant needs it, or it
 * was there before. The sentence says exactly which, and what lives on.
 */
export async function lookUntilGone(
  deps: StandingLookDeps,
  grant: OpenedGrant,
): Promise<{ observedAt: string; statement: string }> {
  if (!isStanding(grant)) throw new Error(`${grant.grantId} is no standing entitlement`);
  let where = '';
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const one = entitlementsOn(deps, grant.target.arn).find(
      ({ person, target }) =>
        person === grant.person &&
        (grant.mechanism === 'group' || target.accountId === grant.target.accountId),
    );
    if (!one || one.record === 'untouched')
      return { observedAt: deps.now().toISOString(), statement: 'Nothing had been given.' };
    const seen = await assignmentsOf(deps, one).look(one.target, holderOf(one));
    ({ where } = seen);
    const observedAt = seen.at;
    if (!seen.held) {
      const survives = survivesOf(deps, one) ?? (seen.survives && survivesText(seen.survives));
      const parts = [
        seen.gone
          ? `The person was deleted there, and nothing is held any more ${where}.`
          : `Seen removed ${where}.`,
        ...(seen.fencedFrom === undefined
          ? []
          : [`What was opened through it is denied from ${seen.fencedFrom} on.`]),
        ...(survives === undefined ? [] : [`What lives on: ${survives}.`]),
      ];
      return { observedAt, statement: parts.join(' ') };
    }
    if (one.record === 'permanent')
      return {
        observedAt,
        statement: `Still held ${where}: they had it before this grant, and it stays.`,
      };
    const others = one.live.filter(({ grantId }) => grantId !== grant.grantId);
    if (others.length > 0) {
      const because = others.map(({ grantId, until }) => `${grantId} runs until ${until}`);
      return {
        observedAt,
        statement: `Still held ${where}, because ${because.join(' and ')}. This grant is over.`,
      };
    }
    await deps.pause();
  }
  throw new Error(`not seen removed yet ${where}`);
}

const survivesText = ({ what, until }: { what: string; until: string }): string =>
  `${what}, until ${until}`;

/** As the first look after the removal saw it: a later one cannot know when that was. */
function survivesOf(
  deps: StandingLookDeps,
  { seq, record }: Pick<Entitlement, 'seq' | 'record'>,
): string | undefined {
  if (record !== 'removed') return undefined;
  const entry = deps.ledger.entries({
    kinds: ['assignment.removed'],
    afterSeq: seq - 1,
    limit: 1,
  })[0];
  const said = entry?.data['survives'];
  return entry?.seq === seq && typeof said === 'string' ? said : undefined;
}
