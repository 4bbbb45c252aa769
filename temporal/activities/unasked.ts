import type { AssignmentHolder } from '../../access/assignments';
import type { CatalogRole } from '../../access/catalog';
import type { Alarm } from '../../access/messages';
import { quarantineIdFor } from '../../keys/ids';
import type { ActivityDeps } from './deps';
import { entitlementsOn, type Entitlement } from './entitlements-on';
import { chatUserOf, only, openedGrant, type OpenedGrant } from './facts';
import {
  findingOn,
  openedKey,
  openFindings,
  type Finding,
  type OpenedQuarantine,
} from './quarantine-record';
import { isHeldBack } from './quarantining';

/** Open at once; of more, on-call is told instead of everybody. */
const MOST_OPEN = 20;

/** The grant by which the record knows that it was ours; without one it is nobody's. */
export function lastGrantOf(
  deps: Pick<ActivityDeps, 'ledger'>,
  { target, mechanism, person }: Entitlement,
): OpenedGrant | undefined {
  return deps.ledger
    .entries({ kinds: ['grant.opened'] })
    .filter(({ data }) => data['targetArn'] === target.arn && data['person'] === person)
    .flatMap(({ requestId }) => (requestId === undefined ? [] : [openedGrant(deps, requestId)]))
    .findLast((grant) => mechanism === 'group' || grant.target.accountId === target.accountId);
}

/** Puts on record that somebody holds it though nobody asked; the same finding is one. */
export function openQuarantine(
  deps: ActivityDeps,
  where: { place: string; role: CatalogRole },
  holder: AssignmentHolder,
  one: Entitlement,
  grant: OpenedGrant,
): void {
  const quarantineId = quarantineIdFor(where.place, one.person, one.seq);
  if (findingOn(deps, quarantineId) || openFindings(deps).length >= MOST_OPEN) return;
  const { drift } = deps.catalog;
  const role = deps.catalog.role(grant.role) ?? where.role;
  const at = deps.now();
  const user = chatUserOf(only(deps, { key: `request.opened:${grant.requestId}` })?.actor ?? '');
  const [removed] = deps.ledger.entries({ afterSeq: one.seq - 1, limit: 1 });
  deps.ledger.append({
    kind: 'quarantine.opened',
    key: openedKey(quarantineId),
    at: at.toISOString(),
    actor: 'curfew',
    data: {
      targetArn: one.target.arn,
      account: one.target.accountId,
      region: one.target.region,
      mechanism: one.mechanism,
      person: one.person,
      of: one.seq,
      place: where.place,
      shown: {
        requestId: grant.requestId,
        grantId: grant.grantId,
        channel: drift.channel ?? role.channel,
        ...(user && { holder: { ...user } }),
        holderName: holder.name,
        role: { id: role.id, title: role.title },
        account: role.account,
        removedAt: removed?.at ?? at.toISOString(),
        removeAt: new Date(at.getTime() + drift.deadlineSeconds * 1000).toISOString(),
      },
    } satisfies OpenedQuarantine,
  });
}

/**
 * Each that is open has a workflow, also after an operator stopped it. `listed`: who holds what, of the places that
 * could be seen just now.
 */
export async function followFindings(
  deps: ActivityDeps,
  listed: ReadonlyMap<string, readonly AssignmentHolder[]>,
): Promise<void> {
  for (const finding of openFindings(deps))
    await deps.followQuarantine(finding.quarantine.quarantineId, hasChanged(deps, finding, listed));
}

function hasChanged(
  deps: ActivityDeps,
  { target, person, place, of, quarantine }: Finding,
  listed: ReadonlyMap<string, readonly AssignmentHolder[]>,
): boolean {
  // Its workflow looks by itself.
  if (quarantine.standing.stage === 'removing') return false;
  if (listed.get(place)?.every(({ id, foreign }) => foreign || id !== person)) return true;
  return entitlementsOn(deps, target.arn).some(
    (one) =>
      one.person === person &&
      (one.mechanism === 'group' || one.target.accountId === target.accountId) &&
      (one.live.length > 0 || one.seq !== of),
  );
}

/** Once a day while nothing is removed because so much was found. */
export function heldBackAlarm(deps: ActivityDeps): Alarm[] {
  const held = openFindings(deps).filter(({ quarantine }) => isHeldBack(deps, quarantine));
  if (held.length === 0) return [];
  const roles = [...new Set(held.map(({ quarantine }) => quarantine.role.id))];
  return [
    {
      key: `quarantines-held:${deps.now().toISOString().slice(0, 10)}`,
      title: `${held.length}${held.length < MOST_OPEN ? '' : ' or more'} hold what was taken back from them, and nobody asked for it`,
      text:
        `On ${roles.join(', ')}. More than ${deps.catalog.drift.removalsPerRun} found together look like a mistake of ours, such as a ledger that lost its end, ` +
        'so none of these is removed by itself. Look at a few; Remove now on each message removes it.',
    },
  ];
}
