import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { importJWK, SignJWT } from 'jose';
import { directoryStandIn } from '../../sandbox/directory/plugin';
import { matches, parseSearch } from '../../sandbox/directory/search-expression';
import { DirectoryStore } from '../../sandbox/directory/store';
import { createFaults } from '../../sandbox/faults';
import { PEOPLE } from '../../sandbox/people';
import { CLIENT_ID, newClientKey } from '../support/directory-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const AUDIENCE = 'http://127.0.0.1:3000/sandbox/directory/oauth2/v1/token';
const ada = PEOPLE[0]!;
let key: Record<string, string>;
let data: string;
let app: FastifyInstance;

beforeAll(async () => {
  key = await newClientKey();
});
beforeEach(async () => {
  data = path.join(folder, randomUUID());
  app = await standIn(data);
});
afterAll(() => app.close());

async function standIn(data_: string) {
  const fastify = Fastify();
  await fastify.register(directoryStandIn, {
    prefix: '/sandbox/directory',
    store: new DirectoryStore(data_, PEOPLE),
    faults: createFaults(),
    client: { id: CLIENT_ID, key },
  });
  return fastify;
}

interface Claims {
  issuer?: string;
  subject?: string;
  audience?: string;
  jti?: string | undefined;
  issuedSecondsAgo?: number;
  lifetimeSeconds?: number;
}

async function assertion(claims: Claims = {}, privateKey = key) {
  const issuedAt = Math.floor(Date.now() / 1000) - (claims.issuedSecondsAgo ?? 0);
  const jti = 'jti' in claims ? claims.jti : randomUUID();
  return new SignJWT(jti === undefined ? {} : { jti })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(claims.issuer ?? CLIENT_ID)
    .setSubject(claims.subject ?? CLIENT_ID)
    .setAudience(claims.audience ?? AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + (claims.lifetimeSeconds ?? 300))
    .sign(await importJWK(privateKey, 'RS256'));
}

async function askToken(clientAssertion: string, changes: Record<string, string> = {}) {
  return app.inject({
    method: 'POST',
    url: '/sandbox/directory/oauth2/v1/token',
    headers: { host: '127.0.0.1:3000', 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'okta.users.read okta.groups.read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: clientAssertion,
      ...changes,
    }).toString(),
  });
}

const tokenFor = async (scope: string): Promise<string> =>
  (await askToken(await assertion(), { scope })).json().access_token;

const get = async (url: string, token?: string) =>
  app.inject({
    url: `/sandbox/directory${url}`,
    headers: {
      host: '127.0.0.1:3000',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  });

describe('the token endpoint', () => {
  test('gives a token for a good assertion, which then opens the API', async () => {
    const answer = await askToken(await assertion());
    expect(answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    const user = await get(`/api/v1/users/${ada.directoryId}`, answer.json().access_token);
    expect(user.json()).toMatchObject({ id: ada.directoryId, profile: { email: ada.email } });
  });

  test.each<[string, Claims]>([
    ['of another client', { issuer: 'other', subject: 'other' }],
    ['about another client', { subject: 'other' }],
    ['meant for another server', { audience: 'https://acme.okta.com/oauth2/v1/token' }],
    ['that has ended', { issuedSecondsAgo: 600 }],
    [
      'that is older than an hour, however long it says it lives',
      { issuedSecondsAgo: 4_000, lifetimeSeconds: 90_000 },
    ],
    ['that could be used again, having no id', { jti: undefined }],
  ])('refuses an assertion %s', async (_, claims) => {
    const answer = await askToken(await assertion(claims));
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ error: 'invalid_client' });
  });

  test('refuses an assertion that somebody else signed', async () => {
    const answer = await askToken(await assertion({}, await newClientKey()));
    expect(answer.json()).toMatchObject({ error: 'invalid_client' });
  });

  test('refuses an assertion the second time', async () => {
    const once = await assertion();
    expect((await askToken(once)).statusCode).toBe(200);
    expect((await askToken(once)).json()).toMatchObject({
      error: 'invalid_client',
      error_description: 'The client assertion was used before.',
    });
  });

  test.each([
    ['another way to sign in', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['a scope the app was not granted', { scope: 'okta.users.manage' }, 'invalid_scope'],
    ['a shared secret', { client_assertion_type: 'secret' }, 'invalid_request'],
  ])('refuses %s', async (_, changes, error) => {
    const answer = await askToken(await assertion(), changes);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error });
  });
});

describe('the API', () => {
  test.each([
    ['no token', async () => undefined, 401, 'E0000011'],
    ['a made-up token', async () => 'made-up', 401, 'E0000011'],
    ['a token for other things', () => tokenFor('okta.groups.read'), 403, 'E0000006'],
  ])('does not answer to %s', async (_, token, status, errorCode) => {
    const answer = await get(`/api/v1/users/${ada.directoryId}`, await token());
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ errorCode });
  });

  test.each([
    ['/api/v1/users/nobody', 404, 'E0000007'],
    ['/api/v1/groups/none', 404, 'E0000007'],
    ['/api/v1/users?search=nonsense', 400, 'E0000031'],
    ['/api/v1/users?limit=0', 400, 'E0000001'],
    ['/api/v1/apps', 404, 'E0000022'],
  ])('%s → %d %s', async (url, status, errorCode) => {
    const answer = await get(url, await tokenFor('okta.users.read okta.groups.read'));
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ errorCode });
  });

  test('a list goes on where its link says, to its end and once over everyone', async () => {
    const token = await tokenFor('okta.users.read');
    const seen: string[] = [];
    let next: string | undefined = '/api/v1/users?search=status sw ""&limit=2';
    while (next !== undefined) {
      const page = await get(next, token);
      seen.push(...page.json().map(({ id }: { id: string }) => id));
      const link = /<http:\/\/127\.0\.0\.1:3000\/sandbox\/directory([^>]+)>; rel="next"/;
      next = link.exec(String(page.headers['link']))?.[1];
    }
    expect(seen).toEqual(PEOPLE.map(({ directoryId }) => directoryId));
  });

  test.each([
    ['search=profile.email eq "ADA@curfew.example"', 1],
    ['filter=profile.email eq "ADA@curfew.example"', 0],
    ['filter=profile.email eq "ada@curfew.example"', 1],
    ['search=profile.email eq "fay@curfew.example"', 1],
    ['q=fay', 0],
    ['q=ad', 1],
  ])('finds as Okta says it finds: %s → %d', async (query, count) => {
    const answer = await get(`/api/v1/users?${query}`, await tokenFor('okta.users.read'));
    expect(answer.json()).toHaveLength(count);
  });
});

describe('the search language', () => {
  test.each([
    ['a eq "x"', true],
    ['a eq "X"', true],
    ['a eq "y" or b eq "2"', true],
    ['a eq "x" and b eq "3"', false],
    ['a eq "y" and b eq "2" or b sw "2"', true],
    [String.raw`c eq "say \"hi\""`, true],
  ])('%s → %s', (text, expected) => {
    const values: Record<string, string> = { a: 'x', b: '2', c: 'say "hi"' };
    expect(matches(parseSearch(text)!, (name) => values[name], false)).toBe(expected);
  });

  test.each(['', 'a', 'a eq', 'a eq b', 'a ne "x"', 'a eq "x" or', 'a eq "x" b eq "y"', 'a eq "x'])(
    '%j is no expression',
    (text) => {
      expect(parseSearch(text)).toBeUndefined();
    },
  );
});

describe('changing somebody', () => {
  const change = (payload: object) =>
    app.inject({ method: 'POST', url: '/sandbox/directory/person', payload });

  test.each([ada.directoryId, ada.id, ada.name, ada.email.toUpperCase()])(
    'finds them as %s',
    async (id) => {
      const answer = await change({ id, active: false, groups: ['security', 'a new one'] });
      expect(answer.json()).toEqual({
        id: ada.directoryId,
        chatId: ada.id,
        name: ada.name,
        email: ada.email,
        active: false,
        groups: ['security', 'a new one'],
      });
      expect((await change({ id })).json()).toMatchObject({ active: false });
    },
  );

  test('is there after a restart, and so are the groups’ ids', async () => {
    await change({ id: ada.id, active: false, groups: ['security'] });
    const before = readFileSync(path.join(data, 'directory.json'), 'utf8');
    app = await standIn(data);
    expect((await change({ id: ada.id })).json()).toMatchObject({
      active: false,
      groups: ['security'],
    });
    expect(JSON.parse(readFileSync(path.join(data, 'directory.json'), 'utf8')).groups).toEqual(
      JSON.parse(before).groups,
    );
    expect(statSync(path.join(data, 'directory.json')).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['nobody', { id: 'Zoe' }, 404, /Nobody is called Zoe/],
    ['a field that is none', { id: ada.id, activ: true }, 400, /activ/],
    ['no id', { active: true }, 400, /id/],
  ])('says what is wrong with %s', async (_, payload, status, message) => {
    const answer = await change(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().error).toMatch(message);
  });
});
