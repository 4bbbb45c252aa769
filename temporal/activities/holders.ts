import { z } from 'zod';
import type { AssignmentHolder } from '../../access/assignments';
import type { CatalogRole } from '../../access/catalog';
import type { Alarm } from '../../access/messages';
import type { Target } from '../../access/session';
import { hashOf } from '../../keys/canonical';
import { assignmentsOf } from './fencing';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { whose, type Whose } from './entitlements';
import { entitlementsOn, type Entitlement, type StandingMechanism } from './entitlements-on';
import { only } from './facts';
import { inTurns } from './in-turns';
import { followFindings, heldBackAlarm, lastGrantOf, openQuarantine } from './unasked';

/** One failed call is no news. */
const TRIES = 3;
/** Of one role in one message; the record has them all. */
const MOST_NAMED = 5;

/** A target of the catalog whose access stands by itself, with one of the roles that lead there. */
interface Standing {
  role: CatalogRole;
  mechanism: StandingMechanism;
  target: Target;
}

/** Somebody who holds it, and what the record says of them there. */
interface Known {
  holder: AssignmentHolder;
  entitlement?: Entitlement | undefined;
  whose: Whose;
}

/** Who holds what Curfew hands out, beside what the record says. */
export const comparingHolders = (deps: ActivityDeps): Pick<Activities, 'compareHolders'> => ({
  async compareHolders() {
    const unseen: Alarm[] = [];
    const listed = new Map<string, AssignmentHolder[]>();
    await inTurns(
      standingTargets(deps),
      async (one) => {
        try {
          listed.set(placeOf(one), await holdersOf(deps, one));
        } catch (error) {
          unseen.push(unseenAlarm(deps, one, error));
        }
      },
      () => undefined,
    );
    for (const one of standingTargets(deps)) {
      const known = knownOf(deps, one, listed.get(placeOf(one)) ?? []);
      recordStrangers(deps, one, known);
      quarantineUnasked(deps, one, known);
    }
    await followFindings(deps, listed);
    return [...unseen, ...strangersAlarm(deps), ...heldBackAlarm(deps)].filter(
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

function knownOf(
  deps: ActivityDeps,
  { mechanism, target }: Standing,
  holders: readonly AssignmentHolder[],
): Known[] {
  const entitlements = entitlementsOn(deps, target.arn);
  return holders.map((holder) => {
    const entitlement = entitlements.find(
      ({ person, target: { accountId } }) =>
        !holder.foreign &&
        person === holder.id &&
        (mechanism === 'group' || accountId === target.accountId),
    );
    return { holder, entitlement, whose: whose(entitlement) };
  });
}

/** It was ours: by its last grant the record knows whose it is. */
function quarantineUnasked(deps: ActivityDeps, one: Standing, known: readonly Known[]): void {
  for (const { holder, entitlement, whose: of } of known) {
    if (of !== 'unasked' || !entitlement) continue;
    const grant = lastGrantOf(deps, entitlement);
    if (grant)
      openQuarantine(deps, { place: placeOf(one), role: one.role }, holder, entitlement, grant);
  }
}

/** Never ours: left alone and remembered, so that each is reported once. */
function recordStrangers(deps: ActivityDeps, one: Standing, holders: readonly Known[]): void {
  const place = placeOf(one);
  const known = new Set(
    strangersOnRecord(deps).flatMap((entry) =>
      entry.place === place ? entry.strangers.map(({ id }) => id) : [],
    ),
  );
  const strangers = holders
    .filter(({ holder, whose: of }) => of === 'stranger' && !known.has(holder.id))
    .map(({ holder: { id, name } }) => ({ id, name }));
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
