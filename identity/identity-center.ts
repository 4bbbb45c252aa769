import { sameEmail } from '../access/email';
import { boundId, calledByRules, isBound, type GroupIds } from '../access/group-ids';
import type { Directory, Members, Person } from '../access/person';

/** A user as the identity store has them. */
export interface StoreUser {
  UserId: string;
  UserName?: string | null | undefined;
  DisplayName?: string | null | undefined;
  Emails?: { Value?: string | null | undefined }[] | null | undefined;
  UserStatus?: string | null | undefined;
}

interface Ids {
  ids: string[];
  more: boolean;
}

/** What is asked of the identity store. Undefined: there is no such thing; a store that cannot answer throws. */
export interface IdentityStore {
  userIdBy(by: {
    UniqueAttribute: { AttributePath: string; AttributeValue: string };
  }): Promise<string | undefined>;
  userOf(id: string): Promise<StoreUser | undefined>;
  groupIdCalled(name: string): Promise<string | undefined>;
  groupName(groupId: string): Promise<string | undefined>;
  groupIdsOf(userId: string, most: number): Promise<Ids | undefined>;
  memberIds(groupId: string, most: number): Promise<Ids | undefined>;
}

export interface IdentityCenterOptions {
  store: IdentityStore;
  /** Who is in one of these groups is on call. Without any, nobody's being on call is known. */
  onCallGroups?: readonly string[];
  /** Read each time, as the others are: the catalog may have been loaded anew. */
  groupIds?: GroupIds;
}

export interface IdentityCenterDirectory extends Directory {
  /** Asks for a group. Throws what is wrong. */
  ping(): Promise<void>;
}

const MOST_GROUPS = 200;
/** AWS takes some 20 calls a second from the whole account. */
const AT_ONCE = 5;

/**
 * The company's people and groups from the identity store of AWS IAM Identity Center, asked afresh each time. It has
 * no groups in groups, and says of a membership only ids: each name is a call of its own.
 */
export function createIdentityCenterDirectory(
  options: IdentityCenterOptions,
): IdentityCenterDirectory {
  const { store } = options;

  async function person(id: string): Promise<Person | undefined> {
    const user = await store.userOf(id);
    // Only the id itself is an id, whatever AWS makes of its case.
    if (user?.UserId !== id) return undefined;
    const groups = await groupsOf(id);
    // Read each time: the catalog may have been loaded anew.
    const { onCallGroups = [] } = options;
    return {
      id,
      name: user.DisplayName || user.UserName || id,
      emails: addressesOf(user),
      groups,
      // Nobody is active of whom AWS does not say so.
      active: user.UserStatus === 'ENABLED',
      ...(onCallGroups.length > 0 && {
        onCall: onCallGroups.some((name) => groups.includes(name)),
      }),
    };
  }

  async function groupsOf(userId: string): Promise<string[]> {
    const memberships = await store.groupIdsOf(userId, MOST_GROUPS);
    if (memberships?.more)
      throw new Error(
        `Somebody is in more than ${MOST_GROUPS} groups of Identity Center: nobody should be.`,
      );
    const { groupIds = {} } = options;
    const names = await inTurns(memberships?.ids ?? [], async (id) =>
      calledByRules(groupIds, {
        id,
        name: isBound(groupIds, id) ? undefined : await store.groupName(id),
      }),
    );
    return names.flat();
  }

  async function byEmail(email: string): Promise<Person[]> {
    const ids = await inTurns(lookupsOf(email.trim()), (by) => store.userIdBy(by));
    const known = [...new Set(ids.filter((id) => id !== undefined))];
    const people = await inTurns(known, person);
    return people
      .filter((one) => one !== undefined)
      .filter(({ emails }) => emails.some((one) => sameEmail(one, email)));
  }

  async function members(group: string, atMost: number): Promise<Members | undefined> {
    const groupId = boundId(options.groupIds ?? {}, group) ?? (await groupIdOf(group));
    if (groupId === undefined) return undefined;
    const listed = await store.memberIds(groupId, atMost);
    if (listed === undefined) return undefined;
    const people = (await inTurns(listed.ids, person)).filter((one) => one !== undefined);
    return { people: people.filter(({ active }) => active), more: listed.more };
  }

  /** Only the name itself is a name, whatever AWS makes of its case. */
  async function groupIdOf(name: string): Promise<string | undefined> {
    const groupId = name === '' ? undefined : await store.groupIdCalled(name);
    if (groupId === undefined || isBound(options.groupIds ?? {}, groupId)) return undefined;
    return (await store.groupName(groupId)) === name ? groupId : undefined;
  }

  return {
    person,
    byEmail,
    members,
    ping: async () => void (await store.groupIdCalled('curfew')),
  };
}

const addressesOf = ({ UserName, Emails }: StoreUser): string[] => {
  const all = [...(Emails ?? []).map(({ Value }) => Value), UserName];
  return [...new Set(all.flatMap((address) => (address?.includes('@') ? [address] : [])))];
};

/** As it was asked and in small letters: whether the store minds the case is not documented. */
function lookupsOf(email: string) {
  const spellings = email.includes('@') ? [...new Set([email, email.toLowerCase()])] : [];
  return spellings.flatMap((AttributeValue) =>
    ['emails.value', 'userName'].map((AttributePath) => ({
      UniqueAttribute: { AttributePath, AttributeValue },
    })),
  );
}

/** A few at once, so that one question does not use up what AWS takes in a second. */
async function inTurns<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    answers.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(ask))));
  return answers;
}
