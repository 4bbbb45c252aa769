import type { AssignmentFence, Assignments, Holder } from '../../access/assignments';
import type { Alarm } from '../../access/messages';
import { Refused } from '../../access/refused';
import type { ActivityDeps } from './deps';
import { fencedFrom } from './entitlements';
import type { Entitlement } from './entitlements-on';
import { only } from './facts';

/** Whom it was given to, by the record. */
export const holderOf = ({ person, emails, knownAs }: Entitlement): Holder => ({
  id: person,
  emails,
  ...(knownAs !== undefined && { knownAs }),
});

export const keyOf = ({ target, person }: Entitlement): string => `${target.accountId} ${person}`;

export function assignmentsOf(
  deps: Pick<ActivityDeps, 'assignments'>,
  { mechanism }: Pick<Entitlement, 'mechanism'>,
): Assignments {
  const assignments = deps.assignments[mechanism];
  if (assignments) return assignments;
  throw new Refused(`Curfew is not set up for a ${mechanism}.`, 'Ask an administrator.');
}

/** What could not be fenced just now: nothing is given there, and it is tried again. */
export interface Unfenced {
  accounts: Set<string>;
  /** Of people whom the other side could not tell. */
  people: Set<string>;
  alarms: Alarm[];
}

export async function fenceAll(
  deps: ActivityDeps,
  entitlements: readonly Entitlement[],
): Promise<Unfenced> {
  const unfenced: Unfenced = { accounts: new Set(), people: new Set(), alarms: [] };
  const accounts = Map.groupBy(entitlements, ({ target }) => target.accountId);
  // One after the other: they may stand in one document.
  for (const [accountId, ofAccount] of accounts) {
    const [first] = ofAccount;
    if (!first || ofAccount.every(({ record }) => record === 'untouched')) continue;
    try {
      const fences = fencesOf(deps, ofAccount);
      const { leftOut } = await assignmentsOf(deps, first).fence(first.target, fences);
      for (const one of ofAccount.filter(({ person }) => leftOut.includes(person))) {
        unfenced.people.add(keyOf(one));
        unfenced.alarms.push(...toldOnce(deps, one));
      }
    } catch {
      unfenced.accounts.add(accountId);
    }
  }
  return unfenced;
}

/** Would the target's fence still fit with this one among the others of its account? */
export function fits(
  deps: ActivityDeps,
  all: readonly Entitlement[],
  one: Entitlement,
  holder: Holder,
): Promise<boolean> {
  const others = all.filter(
    ({ target, person }) => target.accountId === one.target.accountId && person !== one.person,
  );
  const own = one.liveUntil.map((until) => ({ person: holder, until }));
  return assignmentsOf(deps, one).fits(one.target, [...fencesOf(deps, others), ...own]);
}

const fencesOf = (deps: ActivityDeps, of: readonly Entitlement[]): AssignmentFence[] =>
  of.flatMap((one) => {
    const until = fencedFrom(one, deps.now());
    return until === undefined ? [] : [{ person: holderOf(one), until }];
  });

function toldOnce(deps: ActivityDeps, { target, person, seq }: Entitlement): Alarm[] {
  const key = `fence-left-out:${target.arn}:${target.accountId}:${person}:${seq}`;
  if (only(deps, { key: `alarm.raised:${key}` })) return [];
  return [
    {
      key,
      title: `${target.arn}: the fence of one person cannot be written`,
      text:
        `${person} cannot be found there, or is there more than once, in account ${target.accountId}. Nothing is given to them, ` +
        'and what they opened before may live until its own end. Curfew keeps trying; an administrator should look at the account there.',
    },
  ];
}
