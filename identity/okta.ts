import { sameEmail } from '../access/email';
import { boundId, isBound } from '../access/group-ids';
import type { Directory, Members, Person } from '../access/person';
import {
  asking,
  everyPage,
  firstPage,
  ID,
  oktaClient,
  orNothing,
  PAGE,
  quoted,
  upTo,
  type OktaApp,
} from './okta-client';
import {
  isActive,
  isOurs,
  oktaGroup,
  oktaUser,
  personOf,
  type GroupOptions,
  type OktaGroup,
} from './okta-wire';
import { READ_SCOPES } from './okta-scopes';

export type OktaOptions = OktaApp & GroupOptions;

export interface OktaDirectory extends Directory {
  /** Signs in and asks for one user. Throws what is wrong. */
  ping(): Promise<void>;
}

const MAX_PAGES = 10;
const TOO_LONG = 'Nobody should be in that many groups.';
const AT_ONCE = 8;

/** The company's people and groups from Okta, asked afresh each time. Throws when `options` cannot work. */
export function createOktaDirectory(options: OktaOptions): OktaDirectory {
  const { userApi, groupApi } = oktaClient(options, READ_SCOPES);

  async function person(id: string): Promise<Person | undefined> {
    if (!ID.test(id)) return undefined;
    const found = await asking('a user', () =>
      orNothing(userApi.getUser({ userId: id }).then((user) => oktaUser.parse(user))),
    );
    // Okta also finds by login, and `me`: only the id itself is an id.
    if (found?.id !== id) return undefined;
    return personOf(found, await groupsOf(id), options);
  }

  async function groupsOf(userId: string): Promise<OktaGroup[]> {
    return asking("a user's groups", async () =>
      everyPage(await userApi.listUserGroups({ userId }), oktaGroup, MAX_PAGES, TOO_LONG),
    );
  }

  async function byEmail(email: string): Promise<Person[]> {
    const address = quoted(email.trim());
    const candidates = await asking('users by e-mail address', async () =>
      firstPage(
        await userApi.listUsers({
          search: `profile.email eq ${address} or profile.login eq ${address}`,
          limit: PAGE,
        }),
        oktaUser,
      ),
    );
    // Search lags behind what was changed; the record itself does not.
    const people = await inTurns(candidates, ({ id }) => person(id));
    return people
      .filter((one) => one !== undefined)
      .filter(({ emails }) => emails.some((one) => sameEmail(one, email)));
  }

  async function members(group: string, atMost: number): Promise<Members | undefined> {
    const groupId = boundId(options.groupIds ?? {}, group) ?? (await groupIdOf(group));
    if (groupId === undefined) return undefined;
    const looked = await asking("a group's members", () =>
      orNothing(
        groupApi
          .listGroupUsers({ groupId, limit: Math.min(atMost, PAGE) })
          .then((pages) => upTo(atMost, pages, oktaUser)),
      ),
    );
    if (looked === undefined) return undefined;
    const people = await inTurns(looked.entries.filter(isActive), async (user) =>
      personOf(user, await groupsOf(user.id), options),
    );
    // Search lags behind what was changed; each one's own groups do not.
    return { people: people.filter(({ groups }) => groups.includes(group)), more: looked.more };
  }

  async function groupIdOf(name: string): Promise<string | undefined> {
    const found = await asking('a group by name', async () =>
      firstPage(
        await groupApi.listGroups({ search: `profile.name eq ${quoted(name)}`, limit: PAGE }),
        oktaGroup,
      ),
    );
    return found.find(
      (group) =>
        isOurs(group) && group.profile.name === name && !isBound(options.groupIds ?? {}, group.id),
    )?.id;
  }

  async function ping(): Promise<void> {
    await asking('one user', async () =>
      firstPage(await userApi.listUsers({ limit: 1 }), oktaUser),
    );
  }

  return { person, byEmail, members, ping };
}

/** A few at once: a group's members must not use up Okta's limit of concurrent requests. */
async function inTurns<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(ask))));
  }
  return answers;
}
