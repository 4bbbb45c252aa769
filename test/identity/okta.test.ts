import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { z } from 'zod';
import { RateLimited } from '../../access/rate-limited';
import { Refused } from '../../access/refused';
import { createOktaDirectory } from '../../identity/okta';
import { PEOPLE } from '../../sandbox/people';
import { CLIENT_ID, newClientKey, startDirectory } from '../support/directory-stand-in';
import type { StartedDirectory } from '../support/directory-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const [ada] = PEOPLE;
const adaId = ada!.directoryId;
let standIn: StartedDirectory;
const opened: { close(): unknown }[] = [];

async function started(data: string, port = 0) {
  const directory = await startDirectory(data, PEOPLE, {}, port);
  opened.push(directory);
  return directory;
}

beforeAll(async () => {
  standIn = await startDirectory(path.join(folder, 'seeded'), PEOPLE, { pageSize: 2 });
});
afterAll(() => standIn.close());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  standIn.faults.clear();
  standIn.calls.length = 0;
});

/** What it throws, which must not be a refusal: the person who asked did nothing wrong. */
async function faultOf(asked: Promise<unknown>): Promise<Error> {
  const error: unknown = await asked.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(Refused);
  return error as Error;
}

describe('who is active', () => {
  test.each([
    ['ACTIVE', true],
    ['SUSPENDED', false],
    ['LOCKED_OUT', false],
    ['PASSWORD_EXPIRED', false],
    ['RECOVERY', false],
    ['DEPROVISIONED', false],
  ] as const)('%s → %s', async (status, active) => {
    const user = standIn.store.user(adaId)!;
    standIn.store.putUser({ ...user, status });
    expect(await standIn.okta().person(adaId)).toMatchObject({ active });
    standIn.store.putUser(user);
  });
});

describe('who is on call', () => {
  const emil = PEOPLE.find(({ groups }) => groups.includes('sre-oncall'))!.directoryId;

  test('whoever is in one of the groups that say so', async () => {
    const okta = standIn.okta({ onCallGroups: ['nobody', 'sre-oncall'] });
    expect(await okta.person(emil)).toMatchObject({ onCall: true });
    expect(await okta.person(adaId)).toMatchObject({ onCall: false });
  });

  test('without such groups it is not known, which is not the same as nobody', async () => {
    expect(await standIn.okta().person(emil)).not.toHaveProperty('onCall');
  });
});

test('who reports to whom is what the profile says, and not known when it says nothing', async () => {
  const user = standIn.store.user(adaId)!;
  expect(await standIn.okta().person(adaId)).not.toHaveProperty('manager');
  standIn.store.putUser({ ...user, managerId: 'carla@curfew.example' });
  expect(await standIn.okta().person(adaId)).toMatchObject({ manager: 'carla@curfew.example' });
  standIn.store.putUser({ ...user, managerId: '' });
  expect(await standIn.okta().person(adaId)).not.toHaveProperty('manager');
  standIn.store.putUser(user);
});

describe('groups', () => {
  test('a list that goes on for pages is read to its end', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const user = standIn.store.user(adaId)!;
    const groupIds = names.map((name) => standIn.store.ensureGroup(name).id);
    standIn.store.putUser({ ...user, groupIds });
    expect(await standIn.okta().person(adaId)).toMatchObject({ groups: names });
    standIn.store.putUser(user);

    const engineers = await standIn.okta().members('engineers', 10);
    const expected = PEOPLE.filter(({ groups, active }) => active && groups.includes('engineers'));
    expect(engineers?.people.map(({ id }) => id).toSorted()).toEqual(
      expected.map(({ directoryId }) => directoryId).toSorted(),
    );
  });

  test('a list without end is a fault, not a partial answer', async () => {
    const user = standIn.store.user(adaId)!;
    const groupIds = Array.from({ length: 21 }, (_, i) => standIn.store.ensureGroup(`g${i}`).id);
    standIn.store.putUser({ ...user, groupIds });
    const fault = await faultOf(standIn.okta().person(adaId));
    expect(fault.message).toMatch(/longer than 10 pages/);
    standIn.store.putUser(user);
  });

  test('a group imported from elsewhere does not count, whatever its name', async () => {
    const user = standIn.store.user(adaId)!;
    const imported = standIn.store.ensureGroup('security', 'APP_GROUP');
    standIn.store.putUser({ ...user, groupIds: [...user.groupIds, imported.id] });
    expect((await standIn.okta().person(adaId))?.groups).not.toContain('security');
    const security = await standIn.okta().members('security', 10);
    expect(security?.people.map(({ id }) => id)).not.toContain(adaId);
    expect(security?.people).not.toEqual([]);
    standIn.store.putUser(user);
  });

  test('a group imported from elsewhere counts where a name is bound to its id', async () => {
    const user = standIn.store.user(adaId)!;
    const imported = standIn.store.ensureGroup('whatever', 'APP_GROUP');
    standIn.store.putUser({ ...user, groupIds: [...user.groupIds, imported.id] });
    const okta = standIn.okta({ groupIds: { security: imported.id } });
    expect((await okta.person(adaId))?.groups).toContain('security');
    expect((await okta.members('security', 10))?.people).toMatchObject([{ id: adaId }]);
    standIn.store.putUser(user);
  });

  test('of a large group the first are looked at, with one call each', async () => {
    const owners = standIn.store.ensureGroup('many');
    const before = standIn.store.users();
    for (const nth of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const id = `00umany000000000000${nth}`;
      const status = nth === 1 ? 'SUSPENDED' : 'ACTIVE';
      standIn.store.putUser({
        ...before[0]!,
        id,
        login: id,
        email: id,
        status,
        groupIds: [owners.id],
      });
    }
    const many = await standIn.okta().members('many', 4);
    expect(many).toMatchObject({ people: [{}, {}, {}], more: true });
    // The search, two pages of two, and the groups of the three who are active. The sign-in came first.
    expect(standIn.calls).toHaveLength(1 + 1 + 2 + 3);
  });

  test('nothing lists everyone', async () => {
    const okta = standIn.okta();
    await okta.person(adaId);
    await okta.byEmail('ada@curfew.example');
    await okta.members('security', 10);
    const lists = standIn.calls.filter((call) => /\/api\/v1\/(users|groups)(\?|$)/.test(call));
    expect(lists.length).toBeGreaterThan(0);
    for (const call of lists) expect(call).toMatch(/search=/);
  });
});

describe('signing in', () => {
  test('one sign-in serves many questions', async () => {
    const okta = standIn.okta();
    await okta.person(adaId);
    await okta.person(adaId);
    expect(standIn.calls.filter((call) => call.includes('/oauth2/v1/token'))).toHaveLength(1);
  });

  test('a 401 at the token endpoint is reported as a failed sign-in, and no question is asked with it', async () => {
    const wrongKey = JSON.stringify(await newClientKey());
    const fault = await faultOf(standIn.okta({ privateKey: wrongKey }).person(adaId));
    expect(fault.message).toMatch(
      /^Okta sign-in failed \(401 invalid_client\): check OKTA_CLIENT_CLIENTID/,
    );
    expect(standIn.calls).toEqual(['POST /sandbox/directory/oauth2/v1/token']);
  });

  test('an unknown client is a failed sign-in too', async () => {
    const fault = await faultOf(standIn.okta({ clientId: '0oasomebodyelse00001' }).ping());
    expect(fault.message).toMatch(/^Okta sign-in failed \(401 invalid_client\)/);
  });

  test('a failed sign-in is not remembered', async () => {
    const okta = standIn.okta();
    standIn.faults.order({ target: 'directory', operation: 'token', kind: '503' });
    expect((await faultOf(okta.ping())).message).toBe(
      'Okta sign-in failed (503): its token endpoint is in trouble.',
    );
    await expect(okta.ping()).resolves.toBeUndefined();
  });

  test('a token that Okta forgot is replaced without anyone noticing', async () => {
    const data = path.join(folder, randomUUID());
    const before = await started(data);
    const okta = before.okta();
    await okta.person(adaId);
    const port = Number(new URL(before.orgUrl).port);
    await before.close();
    http.globalAgent.destroy();

    const after = await started(data, port);
    expect(await okta.person(adaId)).toMatchObject({ id: adaId });
    expect(after.calls.map((call) => call.replace(/.*directory/, ''))).toEqual([
      `/api/v1/users/${adaId}`,
      '/oauth2/v1/token',
      `/api/v1/users/${adaId}`,
      `/api/v1/users/${adaId}/groups`,
    ]);
  });

  test('no message holds the key, the assertion or the token', async () => {
    const privateKey = JSON.stringify(await newClientKey());
    const faults = [await faultOf(standIn.okta({ privateKey }).person(adaId))];
    for (const kind of ['429', '503'] as const) {
      standIn.faults.order({ target: 'directory', operation: 'users.get', kind });
      faults.push(await faultOf(standIn.okta().person(adaId)));
    }
    for (const fault of faults) {
      const told = `${fault.message} ${fault.stack} ${JSON.stringify(fault)} ${String(fault.cause)}`;
      expect(told).not.toMatch(/eyJ|Bearer|client_assertion|"d":/);
    }
  });
});

describe('when Okta has trouble', () => {
  test.each([
    ['token', 'person'],
    ['users.get', 'person'],
    ['users.groups', 'person'],
    ['users.list', 'byEmail'],
    ['groups.list', 'members'],
    ['users.groups', 'members'],
    ['groups.members', 'members'],
  ] as const)('a rate limit at %s says how long to wait', async (operation, question) => {
    const questions = {
      person: () => standIn.okta().person(adaId),
      byEmail: () => standIn.okta().byEmail('ada@curfew.example'),
      members: () => standIn.okta().members('security', 10),
    };
    standIn.faults.order({ target: 'directory', operation, kind: '429', ms: 30_000 });
    const fault = await faultOf(questions[question]());
    expect(fault).toBeInstanceOf(RateLimited);
    const { retryAfterSeconds } = fault as RateLimited;
    expect(retryAfterSeconds).toBeGreaterThan(25);
    expect(retryAfterSeconds).toBeLessThanOrEqual(32);
    expect(standIn.faults.pending()).toEqual([]);
  });

  test('an outage is named as one, and not tried again here', async () => {
    standIn.faults.order({ target: 'directory', operation: 'users.get', kind: '503', times: 2 });
    const fault = await faultOf(standIn.okta().person(adaId));
    expect(fault.message).toBe('Okta answered 503 to a user.');
    expect(standIn.faults.pending()).toMatchObject([{ times: 1 }]);
  });

  test.each(['timeout', 'slow'] as const)('no answer in time (%s) is a fault', async (kind) => {
    standIn.faults.order({ target: 'directory', operation: 'users.get', kind, ms: 400 });
    const fault = await faultOf(standIn.okta({ timeoutMs: 100 }).person(adaId));
    expect(fault.message).toBe('Okta did not answer within 0.1 s.');
  });

  test('a slow answer in time is an answer', async () => {
    standIn.faults.order({ target: 'directory', operation: 'users.get', kind: 'slow', ms: 50 });
    expect(await standIn.okta().person(adaId)).toMatchObject({ id: adaId });
  });

  test('a lost connection is a fault', async () => {
    standIn.faults.order({
      target: 'directory',
      operation: 'users.get',
      kind: 'drop-after-commit',
    });
    const fault = await faultOf(standIn.okta().person(adaId));
    expect(fault.message).toBe('Okta could not be reached to ask for a user (ECONNRESET).');
  });

  test('nobody at the address is a fault', async () => {
    const gone = await started(path.join(folder, randomUUID()));
    const okta = gone.okta();
    await gone.close();
    const fault = await faultOf(okta.ping());
    expect(fault.message).toBe('Okta could not be reached to ask for one user (ECONNREFUSED).');
  });
});

describe('an Okta that does not behave', () => {
  /** Signs anyone in and answers everything else by its path. */
  async function answering(
    answer: (path_: string) => { link?: string; body: unknown },
    token: unknown = { access_token: 'a-token' },
  ) {
    const app = Fastify({ forceCloseConnections: true });
    opened.push(app);
    const asked: string[] = [];
    app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _body, done) =>
      done(null),
    );
    app.post('/oauth2/v1/token', async (_request, reply) => reply.send(token));
    app.get('/*', async ({ url }, reply) => {
      asked.push(url);
      const { link, body } = answer(url);
      return reply.headers(link === undefined ? {} : { link }).send(body);
    });
    const orgUrl = await app.listen({ port: 0, host: '127.0.0.1' });
    const privateKey = JSON.stringify(await newClientKey());
    return { asked, okta: createOktaDirectory({ orgUrl, clientId: CLIENT_ID, privateKey }) };
  }
  const ada_ = { id: adaId, status: 'ACTIVE', profile: { login: 'ada@curfew.example' } };

  test('an answer of another shape is a fault that names the field', async () => {
    const { okta } = await answering(() => ({ body: { ...ada_, profile: {} } }));
    const fault = await faultOf(okta.person(adaId));
    expect(fault.message).toBe(
      "Okta's answer to a user is not what its documentation says: profile.login.",
    );
  });

  test('a next page elsewhere is not followed: our token would go there', async () => {
    const { okta } = await answering((url) =>
      url.endsWith('/groups')
        ? { body: [], link: '<http://localhost:9/api/v1/groups?after=x>; rel="next"' }
        : { body: ada_ },
    );
    const fault = await faultOf(okta.person(adaId));
    expect(fault.message).toMatch(/^Okta's answer points away from http/);
  });

  test.each([[{}], [{ access_token: '' }], ['welcome'], [[]]])(
    'a token endpoint that answers 200 with %j did not sign anyone in',
    async (token) => {
      const { okta, asked } = await answering(() => ({ body: ada_ }), token);
      const fault = await faultOf(okta.person(adaId));
      expect(fault.message).toMatch(/^Okta sign-in failed \(200\)/);
      expect(asked).toEqual([]);
    },
  );
});

test.each([
  ['http://acme.okta.com', /must begin with https/],
  ['https://acme-admin.okta.com', /leave out "-admin"/],
])('an address that cannot work is refused at start: %s', async (orgUrl, why) => {
  const privateKey = JSON.stringify(await newClientKey());
  expect(() => createOktaDirectory({ orgUrl, clientId: 'c', privateKey })).toThrow(why);
});

test('a key that the SDK could not use is refused at start, and not quoted', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = [
    JSON.stringify(privateKey.export({ format: 'jwk' })),
    String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    '{"kty":"RSA","d":"hush"}',
    'hush',
    '{hush',
    '',
  ];
  for (const key of keys) {
    expect(() => standIn.okta({ privateKey: key })).toThrow(
      'OKTA_CLIENT_PRIVATEKEY is not an RSA private key: give one as PEM, or as JSON Web Key in one line.',
    );
  }
});

test('a key as PEM signs in as well', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const client = {
    id: CLIENT_ID,
    key: z.record(z.string(), z.string()).parse(publicKey.export({ format: 'jwk' })),
  };
  const own = await startDirectory(path.join(folder, randomUUID()), PEOPLE, { client });
  opened.push(own);
  await expect(own.okta({ privateKey: pem }).ping()).resolves.toBeUndefined();
});
