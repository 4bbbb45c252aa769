import { z } from 'zod';
import { PEOPLE, type SandboxPerson } from '../../../sandbox/people';
import { isStanding, LEAVER, PERMANENT, roleOf, ROLES } from './company';
import type { HandedOut, Use, Violation } from './evidence';
import { isOver } from './hands';
import type { Part } from './plan';
import { persist } from './pressing';
import { entryOf, type Site } from './site';

export const HELD_BY_THE_RIGHT =
  'no access is left with anybody, and nobody lost what was theirs before';

/** What the roles that stand by themselves come to: who holds them, seen from outside Curfew. */

const personOf = (name: string): SandboxPerson => {
  const found = PEOPLE.find((one) => one.name.startsWith(name));
  if (!found) throw new Error(`nobody is called ${name}`);
  return found;
};

/** Before anybody asks for anything, one person has all of it, by hand. */
export async function givePermanently(site: Site): Promise<void> {
  const { id, email, groups } = personOf(PERMANENT);
  const user = site.center.users().find(({ emails }) => emails.includes(email));
  const standing = ROLES.filter((role) => isStanding(role.id));
  for (const { mechanism, arn, account } of standing)
    if (mechanism === 'permission-set')
      site.center.assign(
        {
          accountId: account,
          setArn: arn,
          principalType: 'USER',
          principalId: user?.userId ?? '',
        },
        site.awsNow(),
      );
  const handedOut = standing.flatMap(({ mechanism, arn }) =>
    mechanism === 'group' ? [groupName(arn)] : [],
  );
  await changePerson(site, { id, groups: [...groups, ...handedOut] });
}

/** Whoever leaves comes and goes. */
export const changeLeaver = (site: Site, active: boolean): Promise<void> =>
  changePerson(site, { id: personOf(LEAVER).id, active });

async function changePerson(
  { curfew }: Site,
  change: { id: string; active?: boolean; groups?: string[] },
): Promise<void> {
  const answer = await fetch(`${curfew.url}/sandbox/directory/person`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const groupName = (arn: string): string => arn.slice('group:'.length);

const people = z.array(z.object({ email: z.string(), groups: z.array(z.string()) }));

/** Addresses of all who hold it at this moment. */
async function holdersOf({ curfew, center }: Site, id: string): Promise<string[]> {
  const { mechanism, arn, account } = roleOf(id);
  if (mechanism === 'group') {
    const answer = await fetch(`${curfew.url}/sandbox/people`);
    return people
      .parse(await answer.json())
      .flatMap(({ email, groups }) => (groups.includes(groupName(arn)) ? [email] : []));
  }
  const users = center.users();
  return center
    .assignments()
    .filter((one) => one.setArn === arn && one.accountId === account)
    .map(
      ({ principalId }) =>
        users.find(({ userId }) => userId === principalId)?.emails[0] ?? principalId,
    );
}

const keys = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
});

/** Signs in at the access portal, as a person does who was told that they may. Undefined for a group: nothing to open. */
export async function signIn(
  site: Site,
  requestId: string,
  { who, role }: Part,
): Promise<HandedOut | 'over' | undefined> {
  const { mechanism, arn, account } = roleOf(role);
  if (mechanism !== 'permission-set') return undefined;
  return persist(`${who} signs in at the access portal`, async () => {
    const askedAt = site.awsNow();
    const answer = await fetch(`${site.curfew.url}/sandbox/aws/portal-session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ person: personOf(who).email, account, permissionSet: arn }),
    });
    if (answer.ok)
      return {
        requestId,
        through: 'portal',
        keys: keys.parse(await answer.json()),
        // A policy's dates are whole seconds: it may end up to one second early.
        fence: Math.floor(windowEnd(site, requestId) / 1000) * 1000,
        askedAt,
      };
    if (isOver(site, requestId)) return 'over';
    throw new Error(await answer.text());
  });
}

/** Looks whether they hold it. */
export async function lookAtHolder(site: Site, requestId: string, { who, role }: Part) {
  const holders = await holdersOf(site, role);
  const answer = holders.includes(personOf(who).email) ? 'ok' : 'not held';
  return { what: `${role} of ${who}`, fence: windowEnd(site, requestId), answer };
}

const windowEnd = (site: Site, requestId: string): number => {
  const until = entryOf(site, requestId, 'grant.activated')?.data['until'];
  return typeof until === 'string' ? Date.parse(until) : Infinity;
};

/** Why somebody may have it without this grant. Counted from the record: whatever is open there may give it. */
export function besides(site: Site, requestId: string, { who, role }: Part): Use['besides'] {
  if (!isStanding(role)) return undefined;
  if (who === PERMANENT) return 'permanent';
  const own = entryOf(site, requestId, 'grant.opened')?.data;
  const others = site.ledger
    .entries({
      kinds: ['grant.opened'],
      unless: ['end.observed', 'grant.ended'],
      unlessRequest: ['request.denied', 'request.refused', 'request.withdrawn', 'request.expired'],
    })
    .filter(
      (one) =>
        one.requestId !== requestId &&
        one.data['person'] === own?.['person'] &&
        one.data['targetArn'] === own?.['targetArn'],
    );
  return others.length > 0 ? 'another grant' : undefined;
}

/** When everything is over, whoever had it before has it, and nobody else. */
export async function heldByTheRight(site: Site): Promise<Violation[]> {
  const standing = ROLES.filter(({ id }) => isStanding(id));
  const found = await Promise.all(
    standing.map(async ({ id }) => {
      const holders = await holdersOf(site, id);
      const { email } = personOf(PERMANENT);
      const more = holders.filter((one) => one !== email);
      return [
        ...(more.length > 0 ? [`${more.join(', ')} still hold ${id}`] : []),
        ...(holders.includes(email) ? [] : [`${PERMANENT} lost ${id}`]),
      ];
    }),
  );
  return found.flat().map((evidence) => ({ invariant: HELD_BY_THE_RIGHT, seed: '', evidence }));
}
