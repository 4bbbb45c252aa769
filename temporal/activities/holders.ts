import { z } from 'zod';
import type { AssignmentHolder } from '../../access/assignments';
import type { CatalogRole } from '../../access/catalog';
import type { Alarm } from '../../access/messages';
import { hashOf } from '../../keys/canonical';
import { assignmentsOf } from './assigning';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { whose } from './entitlements';
import { entitlementsOn, type Entitlement, type StandingMechanism } from './entitlements-on';
import { only } from './facts';
import { inTurns } from './in-turns';

/** One failed call is no news. */
const TRIES = 3;
/** Of one role in one message; the record has them all. */
const MOST_NAMED = 5;

/** A target of the catalog whose access stands by itself, with one of the roles that lead there. */
interface Standing {
  role: CatalogRole;
  mechanism: StandingMechanism;
  target: Pick<Entitlement, 'target'>['target'];
}

/** Who holds what Curfew hands out, beside what the record says. */
export const comparingHolders = (deps: ActivityDeps): Pick<Activities, 'compareHolders'> => ({
  async compareHolders() {
    const unseen: Alarm[] = [];
    await inTurns(
      standingTargets(deps),
      async (one) => {
        try {
          recordStrangers(deps, one, await holdersOf(deps, one));
        } catch (error) {
          unseen.push(unseenAlarm(deps, one, error));
        }
      },
      () => undefined,
    );
    return [...unseen, ...strangersAlarm(deps)].filter(
      ({ key }) => only(deps, { key: `alarm.raised:${key}` }) === undefined,
    );
  },
});

/** Each once, however many roles lead there: by the first of them. */
function standingTargets({ catalog, assignments }: ActivityDeps): Standing[] {
  const all = catalog.roles().flatMap((role): [string, Standing][] => {
    if (role.mechanism === 'role-session' || !assignments[role.mechanism]) return [];
    const { targetArn: arn, region, account, mechanism } = role;
    const target = { arn, region, accountId: account.id };
    return [[placeOf({ mechanism, target }), { role, mechanism, target }]];
  });
  return [...new Map(all.toReversed()).values()].toReversed();
}

/** A group is one place, whatever account a role names beside it. */
const placeOf = ({ mechanism, target }: Pick<Standing, 'mechanism' | 'target'>): string =>
  mechanism === 'group' ? target.arn : `${target.arn} ${target.accountId}`;

async function holdersOf(deps: ActivityDeps, one: Standing): Promise<AssignmentHolder[]> {
  for (let tries = 1; ; tries += 1)
    try {
      return await assignmentsOf(deps, one).holders(one.target);
    } catch (error) {
      if (tries === TRIES) throw error;
      await deps.pause();
    }
}

/** What the record says of one holder on this target. */
function entitlementOf(
  entitlements: readonly Entitlement[],
  { mechanism, target }: Standing,
  { id, foreign }: AssignmentHolder,
): Entitlement | undefined {
  if (foreign) return undefined;
  return entitlements.find(
    (known) =>
      known.person === id && (mechanism === 'group' || known.target.accountId === target.accountId),
  );
}

/** Never ours: left alone and remembered, so that each is reported once. */
function recordStrangers(
  deps: ActivityDeps,
  one: Standing,
  holders: readonly AssignmentHolder[],
): void {
  const entitlements = entitlementsOn(deps, one.target.arn);
  const place = placeOf(one);
  const known = new Set(
    strangersOnRecord(deps).flatMap((entry) =>
      entry.place === place ? entry.strangers.map(({ id }) => id) : [],
    ),
  );
  const strangers = holders
    .filter((holder) => whose(entitlementOf(entitlements, one, holder)) === 'stranger')
    .filter(({ id }) => !known.has(id))
    .map(({ id, name }) => ({ id, name }));
  if (strangers.length === 0) return;
  deps.ledger.append({
    kind: 'drift.found',
    key: `drift.found:strangers:${hashOf({ place, ids: strangers.map(({ id }) => id) })}`,
    at: deps.now().toISOString(),
    actor: 'curfew',
    data: {
      what: 'held by somebody to whom Curfew never gave it',
      targetArn: one.target.arn,
      account: one.target.accountId,
      role: one.role.id,
      place,
      strangers,
    },
  });
}

const found = z.object({
  role: z.string(),
  place: z.string(),
  strangers: z.array(z.object({ id: z.string(), name: z.string() })),
});

const strangersOnRecord = (deps: Pick<ActivityDeps, 'ledger'>) =>
  deps.ledger.entries({ kinds: ['drift.found'] }).flatMap(({ seq, data }) => {
    const parsed = found.safeParse(data);
    return parsed.success ? [{ ...parsed.data, seq }] : [];
  });

const STRANGERS = 'strangers:';

/** Everybody whom no message has named yet, in one: whoever was interrupted before says it now. */
function strangersAlarm(deps: ActivityDeps): Alarm[] {
  const said = deps.ledger
    .entries({ kinds: ['alarm.raised'] })
    .map(({ key }) => key.slice('alarm.raised:'.length))
    .findLast((key) => key.startsWith(STRANGERS));
  const unsaid = strangersOnRecord(deps).filter(
    ({ seq }) => seq > Number(said?.slice(STRANGERS.length) ?? 0),
  );
  const last = unsaid.at(-1);
  if (last === undefined) return [];
  const total = unsaid.reduce((sum, { strangers }) => sum + strangers.length, 0);
  return [
    {
      key: `${STRANGERS}${last.seq}`,
      title: `${total} ${total === 1 ? 'holds' : 'hold'} what Curfew hands out, and not from Curfew`,
      text: [
        ...unsaid.map(({ role, strangers }) => `${role}: ${namesOf(strangers)}.`),
        'They are left alone, and this is said once. Whoever should not have it loses it where it was given; whoever needs it now and then can ask with /request-access.',
      ].join(' '),
    },
  ];
}

function namesOf(strangers: readonly { name: string }[]): string {
  const named = strangers.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = strangers.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** Once a day for each: nobody looks for drift there. */
const unseenAlarm = (deps: ActivityDeps, one: Standing, error: unknown): Alarm => ({
  key: `holders-unseen:${hashOf(placeOf(one)).slice(0, 22)}:${deps.now().toISOString().slice(0, 10)}`,
  title: `Who holds ${one.role.id} cannot be seen`,
  text: `${error instanceof Error ? error.message : String(error)} Until it can, nobody looks there for access that Curfew did not give.`,
});
