import { createPrivateKey } from 'node:crypto';
import { Client } from '@okta/okta-sdk-nodejs';
import { z } from 'zod';
import { sameEmail } from '../access/email';
import type { Directory, Person } from '../access/person';
import { explained, isNotFound, OktaFault } from './okta-fault';
import { OktaRequests } from './okta-requests';
import { isOurs, oktaGroup, oktaUser, personOf, type OktaGroup } from './okta-wire';

export interface OktaOptions {
  /** `https://….okta.com`; plain http on loopback only. */
  orgUrl: string;
  clientId: string;
  /** RSA, as PEM or as JSON Web Key in JSON. */
  privateKey: string;
  /** Who is in one of these groups is on call. Without any, nobody's being on call is known. */
  onCallGroups?: readonly string[];
  /** Of each single request. */
  timeoutMs?: number;
  now?: () => number;
}

export interface OktaDirectory extends Directory {
  /** Signs in and asks for one user. Throws what is wrong. */
  ping(): Promise<void>;
}

const SCOPES = ['okta.users.read', 'okta.groups.read'];
const DEFAULT_TIMEOUT_MS = 5_000;
/** How long a group's name leads to the same id. Who is in it, and whether it still has that name, is asked each time. */
const GROUP_ID_MS = 60_000;
const PAGE = 200;
const MAX_PAGES = 10;
const AT_ONCE = 8;
/** Guards the path of the request; Okta's own ids are 20 letters and digits. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The company's people and groups from Okta, asked afresh each time. Throws when `options` cannot work. */
export function createOktaDirectory(options: OktaOptions): OktaDirectory {
  const { onCallGroups = [], now = Date.now } = options;
  const { userApi, groupApi } = clientFor(options);
  const groupIds = new Map<string, { id: string; until: number }>();

  async function person(id: string): Promise<Person | undefined> {
    if (!ID.test(id)) return undefined;
    const found = await asking('a user', () =>
      orNothing(userApi.getUser({ userId: id }).then((user) => oktaUser.parse(user))),
    );
    // Okta also finds by login, and `me`: only the id itself is an id.
    if (found?.id !== id) return undefined;
    return personOf(found, await groupsOf(id), onCallGroups);
  }

  async function groupsOf(userId: string): Promise<OktaGroup[]> {
    return asking("a user's groups", async () =>
      everyPage(await userApi.listUserGroups({ userId }), oktaGroup),
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

  async function members(group: string): Promise<Person[]> {
    const groupId = await groupIdOf(group);
    if (groupId === undefined) return [];
    const users = await asking("a group's members", () =>
      orNothing(
        groupApi
          .listGroupUsers({ groupId, limit: PAGE })
          .then((pages) => everyPage(pages, oktaUser)),
      ),
    );
    // Each with all their groups: a policy may forbid by any of them.
    const people = await inTurns(users ?? [], async (user) =>
      personOf(user, await groupsOf(user.id), onCallGroups),
    );
    // The group may have got another name since its id was looked up.
    return people.filter(({ groups }) => groups.includes(group));
  }

  async function groupIdOf(name: string): Promise<string | undefined> {
    const known = groupIds.get(name);
    if (known && known.until > now()) return known.id;
    groupIds.delete(name);
    const found = await asking('a group by name', async () =>
      firstPage(
        await groupApi.listGroups({ search: `profile.name eq ${quoted(name)}`, limit: PAGE }),
        oktaGroup,
      ),
    );
    for (const { id } of found.filter(isOurs)) {
      const group = await asking('a group', () =>
        orNothing(groupApi.getGroup({ groupId: id }).then((one) => oktaGroup.parse(one))),
      );
      if (group?.profile.name !== name) continue;
      groupIds.set(name, { id, until: now() + GROUP_ID_MS });
      return id;
    }
    return undefined;
  }

  async function ping(): Promise<void> {
    await asking('one user', async () =>
      firstPage(await userApi.listUsers({ limit: 1 }), oktaUser),
    );
  }

  return { person, byEmail, members, ping };
}

function clientFor(options: OktaOptions): Client {
  const orgUrl = options.orgUrl.replace(/\/+$/, '');
  const { protocol, hostname } = new URL(orgUrl);
  if (protocol !== 'https:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    throw new Error(`OKTA_CLIENT_ORGURL is ${orgUrl}: it must begin with https://.`);
  if (/-admin\.okta/.test(hostname))
    throw new Error(
      `OKTA_CLIENT_ORGURL is ${orgUrl}: leave out "-admin", the API has no such host.`,
    );
  assertRsa(options.privateKey);
  return new Client({
    orgUrl,
    authorizationMode: 'PrivateKey',
    clientId: options.clientId,
    privateKey: options.privateKey,
    scopes: SCOPES,
    requestExecutor: new OktaRequests(orgUrl, options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    // By default the SDK remembers each user for as long as the process lives.
    cacheMiddleware: null,
  });
}

/** SDK 8.1 signs its proof of possession with RS256 whatever the key is, and fails with another at the first use. */
function assertRsa(privateKey: string): void {
  if (keyType(privateKey) !== 'rsa')
    throw new Error(
      'OKTA_CLIENT_PRIVATEKEY is not an RSA private key: give one as PEM, or as JSON Web Key in one line.',
    );
}

// Without a cause: the parser's message might quote the key.
function keyType(privateKey: string): string | undefined {
  try {
    const key = privateKey.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(privateKey), format: 'jwk' })
      : createPrivateKey(privateKey);
    return key.asymmetricKeyType;
  } catch {
    return undefined;
  }
}

async function asking<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explained(what, error);
  }
}

/** A few at once: a group's members must not use up Okta's limit of concurrent requests. */
async function inTurns<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(ask))));
  }
  return answers;
}

interface Pages {
  nextUri: string;
  getNextPage(): Promise<unknown[]>;
}

async function firstPage<T>(pages: Pages, shape: z.ZodType<T>): Promise<T[]> {
  return z.array(shape).parse(await pages.getNextPage());
}

async function everyPage<T>(pages: Pages, shape: z.ZodType<T>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; pages.nextUri; page += 1) {
    if (page === MAX_PAGES)
      throw new OktaFault(
        `Okta's list is longer than ${MAX_PAGES} pages (${all.length} entries). Use a smaller group for approvers.`,
      );
    all.push(...(await firstPage(pages, shape)));
  }
  return all;
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A string in Okta's search language. */
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
