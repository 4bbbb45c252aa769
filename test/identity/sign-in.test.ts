import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { base64url, exportSPKI, generateKeyPair, importJWK, SignJWT, type JWTPayload } from 'jose';
import { Refused } from '../../access/refused';
import type { Freshness, SignIn } from '../../access/sign-in';
import { createSignIn } from '../../identity/sign-in';
import { PEOPLE } from '../../sandbox/people';
import type { IssuerKeys } from '../../sandbox/sign-in/keys';
import {
  SIGN_IN_CLIENT,
  signInAs,
  startSignIn,
  type StartedSignIn,
} from '../support/sign-in-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const ADA = '00uada00000000000001';
const BEN = '00uben00000000000002';
const PHISHING_RESISTANT = 'phr';
const fresh: Freshness = { maxAgeSeconds: 300, acr: [PHISHING_RESISTANT] };

const folder = temporaryFolder();
let standIn: StartedSignIn;
/** What the issuer says in place of an honest token, for one test. */
let forged: ((claims: JWTPayload, keys: IssuerKeys) => Promise<string>) | undefined;
let signIn: SignIn;

beforeAll(async () => {
  standIn = await startSignIn(path.join(folder, randomUUID()), PEOPLE, {
    sign: (claims, keys) => (forged ?? ((said) => keys.sign(said)))(claims, keys),
  });
});
afterAll(() => standIn.close());
beforeEach(() => {
  signIn = standIn.signIn();
});
afterEach(() => {
  forged = undefined;
  standIn.faults.clear();
});

async function faultOf(asked: Promise<unknown>): Promise<Error> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('nothing was thrown');
  return error;
}
async function refusalOf(asked: Promise<unknown>): Promise<Refused> {
  const error = await faultOf(asked);
  expect(error).toBeInstanceOf(Refused);
  if (!(error instanceof Refused)) throw error;
  return error;
}

test('somebody signs in, and the directory’s id of who it was comes back', async () => {
  const { url, flow } = await signIn.begin();
  expect(await signIn.finish(flow, await signInAs(url, ADA))).toMatchObject({
    issuer: standIn.issuer,
    subject: ADA,
  });
});

test('a fresh one says when and how', async () => {
  const before = Date.now();
  const { url, flow } = await signIn.begin(fresh);
  const asked = new URL(url).searchParams;
  expect(asked.get('prompt')).toBe('login');
  expect(asked.get('max_age')).toBe('300');
  expect(asked.get('acr_values')).toBe(PHISHING_RESISTANT);
  const said = await signIn.finish(flow, await signInAs(url, BEN));
  expect(said).toMatchObject({ subject: BEN, acr: PHISHING_RESISTANT });
  expect(Math.abs(Date.parse(said.authTime ?? '') - before)).toBeLessThan(60_000);
});

test('keys that were rotated since the last sign-in are known at once', async () => {
  const first = await signIn.begin();
  await signIn.finish(first.flow, await signInAs(first.url, ADA));
  await fetch(`${standIn.issuer}/rotate`, { method: 'POST' });
  await fetch(`${standIn.issuer}/rotate`, { method: 'POST' });
  const second = await signIn.begin();
  expect(await signIn.finish(second.flow, await signInAs(second.url, ADA))).toMatchObject({
    subject: ADA,
  });
});

describe('refused, and told so in a sentence without a token', () => {
  const replaced = (changes: JWTPayload) => (claims: JWTPayload, keys: IssuerKeys) =>
    keys.sign({ ...claims, ...changes });
  const seconds = () => Math.floor(Date.now() / 1000);
  const firstKey = async (keys: IssuerKeys) => {
    const [jwk] = (await keys.published()).keys;
    if (jwk === undefined) throw new Error('there is a key');
    return jwk;
  };
  const DOES_NOT_FIT = /does not fit the one that was begun here/;

  test.each<[string, NonNullable<typeof forged>, RegExp]>([
    ['another nonce', replaced({ nonce: 'other' }), DOES_NOT_FIT],
    ['no nonce', replaced({ nonce: undefined }), DOES_NOT_FIT],
    ['another audience', replaced({ aud: 'somebody-else' }), DOES_NOT_FIT],
    ['another issuer', replaced({ iss: 'https://evil.example' }), DOES_NOT_FIT],
    ['a token that is over', replaced({ exp: 1_700_000_000 }), /too old/],
    ['an old sign-in', replaced({ auth_time: 1_700_000_000 }), /too old/],
    ['no time of the sign-in', replaced({ auth_time: undefined }), DOES_NOT_FIT],
    [
      'a session from before it was begun, though young enough for max_age',
      (claims, keys) => keys.sign({ ...claims, auth_time: seconds() - 200 }),
      /fresh sign-in/,
    ],
    [
      'a sign-in that is still to come',
      (claims, keys) => keys.sign({ ...claims, auth_time: seconds() + 3_600 }),
      /fresh sign-in/,
    ],
    ['a weaker sign-in', replaced({ acr: 'password' }), /stronger sign-in \(phr\)/],
    ['no word on how', replaced({ acr: undefined }), /stronger sign-in/],
    [
      'alg none',
      async (claims) =>
        [{ alg: 'none' }, claims]
          .map((part) => base64url.encode(JSON.stringify(part)))
          .concat('')
          .join('.'),
      DOES_NOT_FIT,
    ],
    [
      'the public key taken for a shared secret',
      async (claims, keys) => {
        const jwk = await firstKey(keys);
        const key = await importJWK(jwk, 'ES256', { extractable: true });
        if (key instanceof Uint8Array) throw new Error('a public key');
        const secret = new TextEncoder().encode(await exportSPKI(key));
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: jwk.kid ?? '' })
          .sign(secret);
      },
      DOES_NOT_FIT,
    ],
    [
      'another key under the known id',
      async (claims, keys) => {
        const { privateKey } = await generateKeyPair('ES256');
        const { kid = '' } = await firstKey(keys);
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
      },
      DOES_NOT_FIT,
    ],
    [
      'a key that nobody published',
      async (claims) => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'x' }).sign(privateKey);
      },
      DOES_NOT_FIT,
    ],
    ['no token at all', async () => 'nonsense', DOES_NOT_FIT],
  ])('%s', async (_, sign, told) => {
    const { url, flow } = await signIn.begin(fresh);
    const query = await signInAs(url, ADA);
    forged = sign;
    const { message } = await refusalOf(signIn.finish(flow, query));
    expect(message).toMatch(told);
    expect(message).not.toMatch(/eyJ|00uada/);
  });

  test('the answer to another sign-in: its state', async () => {
    const [mine, other] = [await signIn.begin(), await signIn.begin()];
    const query = await signInAs(other.url, ADA);
    expect((await refusalOf(signIn.finish(mine.flow, query))).message).toMatch(DOES_NOT_FIT);
  });

  test('the code of another sign-in under one’s own state', async () => {
    const [mine, other] = [await signIn.begin(), await signIn.begin()];
    const stolen = new URLSearchParams(await signInAs(other.url, ADA));
    stolen.set('state', mine.flow.state);
    const told = (await refusalOf(signIn.finish(mine.flow, stolen.toString()))).message;
    expect(told).toMatch(/refused the sign-in \(invalid_grant\)/);
  });

  test('a code that was used', async () => {
    const { url, flow } = await signIn.begin();
    const query = await signInAs(url, ADA);
    await signIn.finish(flow, query);
    expect((await refusalOf(signIn.finish(flow, query))).message).toMatch(/invalid_grant/);
  });

  test('an answer of another issuer (mix-up)', async () => {
    const { url, flow } = await signIn.begin();
    const query = new URLSearchParams(await signInAs(url, ADA));
    query.set('iss', 'https://evil.example');
    expect((await refusalOf(signIn.finish(flow, query.toString()))).message).toMatch(DOES_NOT_FIT);
  });

  test('a sign-in that the person broke off', async () => {
    const { flow } = await signIn.begin();
    const query = new URLSearchParams({
      error: 'access_denied',
      state: flow.state,
      iss: standIn.issuer,
    });
    expect((await refusalOf(signIn.finish(flow, query.toString()))).message).toMatch(
      /not finished/,
    );
  });
});

describe('an issuer that cannot be asked is a fault, not a refusal', () => {
  test.each<[string, 'sign-in.token' | 'sign-in.keys' | 'sign-in.configuration']>([
    ['its token endpoint', 'sign-in.token'],
    ['its keys', 'sign-in.keys'],
    ['its configuration', 'sign-in.configuration'],
  ])('%s is down', async (_, operation) => {
    const { url, flow } = await signIn.begin();
    const query = await signInAs(url, ADA);
    standIn.faults.order({ target: 'directory', operation, kind: '503' });
    expect(await faultOf(signIn.finish(flow, query))).not.toBeInstanceOf(Refused);
  });

  test('it does not answer in time', async () => {
    standIn.faults.order({
      target: 'directory',
      operation: 'sign-in.configuration',
      kind: 'slow',
      ms: 700,
    });
    const impatient = standIn.signIn({ timeoutSeconds: 0.2 });
    expect((await faultOf(impatient.begin())).message).toMatch(/timed out/);
  });

  describe('or answers nonsense', () => {
    let server: Server;
    let said: { type: string; body: (issuer: string) => string };
    let issuer: string;
    beforeAll(async () => {
      server = createServer((_request, response) => {
        response.setHeader('content-type', said.type);
        response.end(said.body(issuer));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    test.each<[string, string, (issuer: string) => string]>([
      ['a page', 'text/html', () => '<h1>Welcome</h1>'],
      ['broken JSON', 'application/json', () => '{"issuer":'],
      ['another issuer', 'application/json', () => '{"issuer":"https://evil.example"}'],
      [
        'no PKCE with S256',
        'application/json',
        (me) => JSON.stringify({ issuer: me, code_challenge_methods_supported: ['plain'] }),
      ],
    ])('%s', async (_, type, body) => {
      said = { type, body };
      const garbled = createSignIn({
        issuer,
        clientId: SIGN_IN_CLIENT,
        redirectUri: 'http://127.0.0.1/',
      });
      expect(await faultOf(garbled.begin())).not.toBeInstanceOf(Refused);
    });
  });
});
