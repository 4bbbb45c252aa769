import { z } from 'zod';
import type { GrantMechanism } from '../../access/catalog';
import type { LedgerEntry } from '../../access/ledger';
import type { Target } from '../../access/session';
import type { ActivityDeps } from './deps';
import type { Claims, OnRecord } from './entitlements';
import { liveGrants, openedGrant, only, textIn, type LiveGrant, type OpenedGrant } from './facts';

export type StandingMechanism = Exclude<GrantMechanism, 'role-session'>;

/** One person's entitlement on one target, with everything on record about it. */
export interface Entitlement extends Claims {
  target: Target;
  mechanism: StandingMechanism;
  person: string;
  /** As they were when it was given. */
  emails: string[];
  /** The other side's own id of whom it was given to. */
  knownAs?: string;
  /** Of the entry that `record` is from; 0 when there is none. */
  seq: number;
  live: LiveGrant[];
  /** Over by the record, and not yet written. */
  over: OpenedGrant[];
}

const assignmentKind = z.enum([
  'assignment.found',
  'assignment.intended',
  'assignment.made',
  'assignment.removed',
  'quarantine.removing',
  'quarantine.gone',
]);
const RECORDS = {
  'assignment.found': 'permanent',
  'assignment.intended': 'intended',
  'assignment.made': 'made',
  'assignment.removed': 'removed',
  // Given by somebody else, and ours to take from here on.
  'quarantine.removing': 'made',
  'quarantine.gone': 'removed',
} as const satisfies Record<z.infer<typeof assignmentKind>, OnRecord>;

const fields = z.object({
  account: z.string(),
  region: z.string(),
  mechanism: z.enum(['permission-set', 'group']),
  person: z.string(),
  emails: z.array(z.string()).default([]),
  knownAs: z.string().optional(),
  deniedFrom: z.string().optional(),
  /** Of a quarantine: the entry that it speaks of. When another came since, it says nothing any more. */
  of: z.number().optional(),
});

/** Whether it is a target whose access stands by itself: no grant is written in it. */
export const isStanding = (
  grant: OpenedGrant,
): grant is OpenedGrant & { mechanism: StandingMechanism } => grant.mechanism !== 'role-session';

/**
 * Everybody's entitlement on this target as the ledger alone says it. A membership of a group is one, whatever
 * account a role names beside it; a permission set is held in each account for itself.
 */
export function entitlementsOn(
  deps: Pick<ActivityDeps, 'ledger' | 'now'>,
  arn: string,
): Entitlement[] {
  const all = new Map<string, Entitlement>();
  const of = (mechanism: StandingMechanism, target: Target, person: string): Entitlement => {
    const key = `${mechanism === 'group' ? '' : target.accountId} ${person}`;
    const known = all.get(key);
    if (known) return known;
    const { accountId, region } = target;
    const fresh: Entitlement = {
      target: { arn, accountId, region },
      mechanism,
      person,
      emails: [],
      record: 'untouched',
      seq: 0,
      live: [],
      over: [],
      liveUntil: [],
      endedAt: [],
    };
    all.set(key, fresh);
    return fresh;
  };

  for (const entry of deps.ledger.entries({ kinds: assignmentKind.options })) {
    if (entry.data['targetArn'] !== arn) continue;
    const said = fields.parse(entry.data);
    const target = { arn, accountId: said.account, region: said.region };
    const entitlement = of(said.mechanism, target, said.person);
    if (said.of !== undefined && said.of !== entitlement.seq) continue;
    entitlement.record = RECORDS[assignmentKind.parse(entry.kind)];
    entitlement.seq = entry.seq;
    if (said.knownAs !== undefined) entitlement.knownAs = said.knownAs;
    if (said.emails.length > 0) entitlement.emails = said.emails;
    if (said.deniedFrom === undefined) delete entitlement.deniedFrom;
    else entitlement.deniedFrom = said.deniedFrom;
  }
  const now = deps.now().getTime();
  for (const grant of liveGrants(deps)) {
    if (grant.target.arn !== arn || !isStanding(grant) || Date.parse(grant.until) <= now) continue;
    of(grant.mechanism, grant.target, grant.person).live.push(grant);
  }
  for (const grant of unwritten(deps, arn)) {
    if (isStanding(grant)) of(grant.mechanism, grant.target, grant.person).over.push(grant);
  }
  return [...all.values()].map((one) => ({
    ...one,
    liveUntil: one.live.map(({ until }) => until),
    endedAt: one.over.map((grant) => endOf(deps, grant)),
  }));
}

const unwritten = (deps: Pick<ActivityDeps, 'ledger'>, arn: string): OpenedGrant[] =>
  deps.ledger
    .entries({ kinds: ['end.asked'], unless: ['end.written', 'grant.ended'] })
    .filter(({ data }) => data['targetArn'] === arn)
    .flatMap(({ requestId }: LedgerEntry) =>
      requestId === undefined ? [] : [openedGrant(deps, requestId)],
    );

/** When it was over: asked before its time, or by its own end. */
function endOf(deps: Pick<ActivityDeps, 'ledger' | 'now'>, { grantId }: OpenedGrant): string {
  const asked = only(deps, { key: `end.asked:${grantId}` })?.at ?? deps.now().toISOString();
  const activated = only(deps, { key: `grant.activated:${grantId}` });
  return activated ? ([asked, textIn(activated, 'until')].toSorted()[0] ?? asked) : asked;
}
