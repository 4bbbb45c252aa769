import {
  paginateListUsers,
  type AlternateIdentifier,
  type IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import type { Holder } from '../access/assignments';
import type { IdentityCenter } from '../access/catalog';
import { sameEmail } from '../access/email';
import type { Directory } from '../access/person';
import { Refused } from '../access/refused';
import { awsFault } from './errors';
import { addressesOf, centerUser, identityStore, type CenterUser } from './identity-store';

/** From here on the whole store is listed instead of each user asked for: the API takes 20 calls a second. */
const MANY = 20;

/** Which user of Identity Center a person is, and the other way round. */
export interface CenterUsers {
  /** Throws {@link Refused} when the person is nobody there, several, or the addresses lead to somebody else. */
  userIdOf(person: Holder): Promise<string>;
  exists(userId: string): Promise<boolean>;
  /** Directory ids by user id, where they are known, and names for people to read. */
  peopleOf(userIds: readonly string[]): Promise<Map<string, { id?: string; name: string }>>;
}

/**
 * Where the directory is another one, a person is found by the directory's id as SCIM wrote it there; where SCIM wrote none, by an address that leads to
 * one user only. An address that leads to a user with another directory id is a mismatch, never a match: addresses
 * are given to new people.
 */
export function centerUsers(
  client: IdentitystoreClient,
  { storeId, issuer }: IdentityCenter,
  directory: Pick<Directory, 'byEmail'> | 'itself',
): CenterUsers {
  const { userIdBy, user, userOf } = identityStore(client, storeId);

  async function everybody(): Promise<CenterUser[]> {
    const all: CenterUser[] = [];
    try {
      for await (const { Users = [] } of paginateListUsers(
        { client, pageSize: 100 },
        { IdentityStoreId: storeId },
      ))
        all.push(...Users.map((one) => centerUser.parse(one)));
    } catch (error) {
      throw awsFault(error, 'Listing the users of Identity Center');
    }
    return all;
  }

  return {
    async userIdOf(person) {
      if (directory === 'itself') return theVery(person, await userOf(person.id)).UserId;
      const lookups: AlternateIdentifier[] = [
        ...(issuer === undefined ? [] : [{ ExternalId: { Issuer: issuer, Id: person.id } }]),
        ...spellings(person.emails).flatMap((AttributeValue) => [
          { UniqueAttribute: { AttributePath: 'userName', AttributeValue } },
          { UniqueAttribute: { AttributePath: 'emails.value', AttributeValue } },
        ]),
      ];
      const ids = new Set(await Promise.all(lookups.map(userIdBy)));
      const found = (
        await Promise.all([...ids].map(async (id) => (id === undefined ? undefined : user(id))))
      ).filter((one) => one !== undefined);
      return theOne(person, found).UserId;
    },

    exists: async (userId) => (await user(userId)) !== undefined,

    async peopleOf(userIds) {
      const wanted = new Set(userIds);
      const users =
        wanted.size > MANY
          ? (await everybody()).filter(({ UserId }) => wanted.has(UserId))
          : (await Promise.all([...wanted].map(user))).filter((one) => one !== undefined);
      const people = new Map<string, { id?: string; name: string }>();
      for (const one of users) {
        const id =
          directory === 'itself'
            ? one.UserId
            : (one.ExternalIds?.[0]?.Id ?? (await onlyPersonAt(directory, addressesOf(one))));
        const name = one.DisplayName || one.UserName || one.UserId;
        people.set(one.UserId, id === undefined ? { name } : { id, name });
      }
      return people;
    },
  };
}

/** Where the directory is this very store, its id is the person's: no address leads anywhere. */
function theVery({ id, emails }: Holder, found: CenterUser | undefined): CenterUser {
  if (found?.UserId === id) return found;
  throw new Refused(
    `${emails[0] ?? id} is not in IAM Identity Center under the id ${id}.`,
    'An administrator should look at the account there.',
  );
}

function theOne(person: Holder, found: readonly CenterUser[]): CenterUser {
  const proven = found.filter((one) => one.ExternalIds?.some(({ Id }) => Id === person.id));
  const unclaimed = found.filter(
    (one) =>
      (one.ExternalIds ?? []).length === 0 &&
      addressesOf(one).some((theirs) => person.emails.some((mine) => sameEmail(mine, theirs))),
  );
  const fitting = proven.length > 0 ? proven : unclaimed;
  const [one, ...others] = fitting;
  const who = person.emails[0] ?? person.id;
  if (one !== undefined && others.length === 0) return one;
  if (one !== undefined)
    throw new Refused(
      `${who} is more than one user in IAM Identity Center.`,
      'An administrator should leave one of them, with the directory id as its external id.',
    );
  if (found.length > 0)
    throw new Refused(
      `The address ${who} belongs to somebody else in IAM Identity Center.`,
      'An administrator should correct the address there, or the external id.',
    );
  throw new Refused(
    `${who} is not in IAM Identity Center.`,
    'An administrator should provision them there from the directory.',
  );
}

/** As the directory writes them and in small letters: whether the store minds the case is not documented. */
const spellings = (emails: readonly string[]): string[] => [
  ...new Set(emails.flatMap((email) => [email, email.toLowerCase()])),
];

async function onlyPersonAt(
  directory: Pick<Directory, 'byEmail'>,
  addresses: readonly string[],
): Promise<string | undefined> {
  const ids = new Set<string>();
  for (const address of addresses.filter((one) => one.includes('@')))
    for (const { id } of await directory.byEmail(address)) ids.add(id);
  return ids.size === 1 ? [...ids][0] : undefined;
}
