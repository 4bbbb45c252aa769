import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportSPKI, importJWK, type JWTPayload } from 'jose';
import { Refused } from '../../access/refused';
import type { Workload } from '../../access/workload';
import { createWorkloadTokens, IssuerFault } from '../../identity/workload-tokens';
import { GITHUB_CLAIMS, startIssuer, type StartedIssuer } from '../support/token-issuer';

let issuer: StartedIssuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  issuer.state.answer = 'keys';
});

const verifier = (
  change: Partial<Workload> = {},
  more: Partial<Parameters<typeof createWorkloadTokens>[0]> = {},
) => createWorkloadTokens({ workloads: () => [issuer.workload(change)], ...more });

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const [MINUTE, HOUR] = [60_000, 3_600_000];
const ago = (ms: number) => ({ at: new Date(Date.now() - ms) });

/** The sentence of a refusal; anything else that happens fails the test. */
async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    (found) => new Error(`it was taken: ${JSON.stringify(found)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refused)) throw error;
  return error.message;
}

/** As good as the first: of an ECDSA signature (r, s) also (r, n − s) verifies. */
function mirrored(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = Buffer.from(s.toString(16).padStart(64, '0'), 'hex');
  return Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url');
}

test('a token of a pipeline says which one, which run, and no more than is asked', async () => {
  const token = await issuer.token({ ...GITHUB_CLAIMS, whatever: { nested: ['claims'] } });
  const { workload, run, claims, tokenId } = await verifier().identify(token);
  expect(workload.id).toBe('deploy-shop');
  expect(run).toBe('github/100000001/4242/1');
  expect(tokenId).toMatch(/^token-/);
  expect(claims).toEqual({
    sub: 'repo:shop/shop:environment:staging',
    repository_id: '100000001',
    repository_owner_id: '100000002',
    environment: 'staging',
    ref_protected: 'true',
    run_id: '4242',
    run_attempt: '1',
  });
});

test('every token of one run gives the same run, and one of another attempt does not', async () => {
  const runOf = async (claims: JWTPayload) =>
    (await verifier().identify(await issuer.token({ ...GITHUB_CLAIMS, ...claims }))).run;
  expect(await runOf({})).toBe(await runOf({ sub: 'something else of the same run' }));
  expect(await runOf({})).not.toBe(await runOf({ run_attempt: '2' }));
});

describe('no issuer is asked about', () => {
  test.each<[string, () => Promise<string> | string, RegExp]>([
    ['what is no token', () => 'not a token', /This is no token/],
    ['nothing', () => '', /This is no token/],
    ['an endless text', () => `${'e'.repeat(9_000)}.${'y'.repeat(9_000)}.z`, /This is no token/],
    [
      'an unsigned token',
      async () =>
        `${(await issuer.token()).split('.').slice(0, 2).join('.')}.`.replace(
          /^[^.]+/,
          base64({ alg: 'none', typ: 'JWT' }),
        ),
      /signed with none proves nothing/,
    ],
    [
      'a token that names no algorithm',
      async () => (await issuer.token()).replace(/^[^.]+/, base64({ typ: 'JWT' })),
      /signed with nothing proves nothing|no token/,
    ],
    [
      'a token of a foreign issuer',
      () => issuer.token({ ...GITHUB_CLAIMS, iss: 'https://tokens.evil.example' }),
      /Tokens of “https:\/\/tokens\.evil\.example” are not taken here/,
    ],
    [
      'a token of an issuer that begins like ours',
      () => issuer.token({ ...GITHUB_CLAIMS, iss: `${issuer.url}/` }),
      /are not taken here/,
    ],
    ['a token of nobody', () => issuer.token(GITHUB_CLAIMS, { without: ['iss'] }), /of nobody are/],
    [
      'a token for somebody else',
      () => issuer.token(GITHUB_CLAIMS, { audience: 'https://github.com/shop' }),
      /is for “https:\/\/github\.com\/shop”, not for Curfew\. Ask for one with the audience curfew/,
    ],
    [
      'a token for us and somebody else',
      () => issuer.token(GITHUB_CLAIMS, { audience: ['curfew', 'sts.amazonaws.com'] }),
      /for several audiences/,
    ],
    [
      'a token for nobody',
      () => issuer.token(GITHUB_CLAIMS, { without: ['aud'] }),
      /for several audiences, or for none/,
    ],
  ])('%s', async (_, token, because) => {
    const before = issuer.calls();
    expect(await refusal(verifier().identify(await token()))).toMatch(because);
    expect(issuer.calls()).toBe(before);
  });

  test('a token that is signed with the public key as if it were a secret', async () => {
    const key = await issuer.rotate({ alg: 'RS256' });
    const publicKey = await importJWK(key.jwk, 'RS256');
    if (!(publicKey instanceof CryptoKey)) throw new Error('a public key was expected');
    const secret = await exportSPKI(publicKey);
    const payload = (await issuer.token()).split('.')[1];
    const signed = `${base64({ alg: 'HS256', kid: key.kid, typ: 'JWT' })}.${payload}`;
    const mac = createHmac('sha256', secret).update(signed).digest('base64url');
    expect(await refusal(verifier().identify(`${signed}.${mac}`))).toMatch(/HS256 proves nothing/);
  });
});

describe('a token is refused that', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['is over', () => issuer.token(GITHUB_CLAIMS, ago(HOUR)), /too old/],
    [
      'lives long and was issued long ago',
      () => issuer.token(GITHUB_CLAIMS, { ...ago(16 * MINUTE), minutes: 60 }),
      /too old|iat is missing or wrong/,
    ],
    ['is of the future', () => issuer.token(GITHUB_CLAIMS, ago(-5 * MINUTE)), /iat is missing or/],
    [
      'begins later',
      () => issuer.token({ ...GITHUB_CLAIMS, nbf: Math.floor(Date.now() / 1000) + 300 }),
      /nbf is missing or wrong/,
    ],
    ...['sub', 'exp', 'iat'].map((claim): [string, () => Promise<string>, RegExp] => [
      `has no ${claim}`,
      () => issuer.token(GITHUB_CLAIMS, { without: [claim] }),
      new RegExp(`${claim} is missing or wrong`),
    ]),
    [
      'was changed after it was signed',
      async () => {
        const [head, , signature] = (await issuer.token()).split('.');
        const other = (await issuer.token({ ...GITHUB_CLAIMS, run_id: '1' })).split('.')[1];
        return [head, other, signature].join('.');
      },
      /did not sign this token/,
    ],
    [
      'another key signed',
      async () => {
        const stranger = await startIssuer();
        try {
          const claims = { ...GITHUB_CLAIMS, iss: issuer.url };
          return await stranger.token(claims, { kid: (await issuer.rotate()).kid });
        } finally {
          await stranger.close();
        }
      },
      /did not sign this token/,
    ],
  ])('%s', async (_, token, because) => {
    expect(await refusal(verifier().identify(await token()))).toMatch(because);
  });
});

describe('a token is of nothing here when', () => {
  const claims = (change: JWTPayload) => ({ ...GITHUB_CLAIMS, ...change });
  test.each<[string, JWTPayload, RegExp]>([
    [
      'its repository was registered anew under the old name',
      { repository_id: '999', repository_owner_id: '998' },
      /deploy-shop: repository_id is 999, not 100000001/,
    ],
    ['it runs in another environment', { environment: 'dev' }, /environment is dev, not staging/],
    ['its branch is open to everybody', { ref_protected: 'false' }, /ref_protected is false/],
    ['a pinned claim is a list', { environment: ['staging'] }, /it has no environment/],
    ['a pinned claim is an object', { ref_protected: { true: true } }, /it has no ref_protected/],
    ['a pull request started it', { event_name: 'pull_request' }, /that pull_request started/],
    [
      'a stranger’s pull request started it with our secrets',
      { event_name: 'pull_request_target' },
      /that pull_request_target started/,
    ],
    ['it does not say what started it', { event_name: undefined }, /\(event_name\)/],
    ['it does not say which run it is', { run_id: undefined }, /\(run_id\)/],
    ['its run is empty', { run_attempt: '' }, /\(run_attempt\)/],
  ])('%s', async (_, change, because) => {
    const token = await issuer.token(claims(change));
    expect(await refusal(verifier().identify(token))).toMatch(because);
  });

  test('a pinned claim is one that tokens of this issuer do not have', async () => {
    const asked = verifier({ claims: { ...issuer.workload().claims, enviroment: 'staging' } });
    expect(await refusal(asked.identify(await issuer.token()))).toMatch(/it has no enviroment/);
  });

  test('it could be two', async () => {
    const twins = [issuer.workload(), issuer.workload({ id: 'other' })];
    const asked = createWorkloadTokens({ workloads: () => twins }).identify(await issuer.token());
    expect(await refusal(asked)).toMatch(/could be deploy-shop or other/);
  });
});

test('numbers and truth are the same with quotes and without', async () => {
  const token = await issuer.token({
    ...GITHUB_CLAIMS,
    repository_id: 100000001,
    ref_protected: true,
  });
  expect((await verifier().identify(token)).workload.id).toBe('deploy-shop');
});

describe('tokens of others', () => {
  const circle = 'oidc.circleci.com';
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const providers: Record<
    string,
    { workload: Partial<Workload>; claims: JWTPayload; run: string }
  > = {
    gitlab: {
      workload: {
        provider: 'gitlab',
        claims: { project_id: '7', namespace_id: '8', ref_protected: 'true' },
        run: ['project_id', 'job_id'],
      },
      claims: {
        sub: 'project_path:shop/shop:ref_type:branch:ref:main',
        project_id: '7',
        namespace_id: '8',
        job_id: '99',
        ref_protected: 'true',
        environment_protected: 'true',
        pipeline_source: 'push',
      },
      run: 'gitlab/7/99',
    },
    buildkite: {
      workload: {
        provider: 'buildkite',
        claims: { organization_id: uuid, pipeline_id: 'p-1' },
        run: ['pipeline_id', 'job_id'],
      },
      claims: {
        sub: 'organization:shop:pipeline:deploy:ref:refs/heads/main:commit:1:step:2',
        organization_slug: 'shop',
        organization_id: uuid,
        pipeline_id: 'p-1',
        job_id: 'j-1',
      },
      run: 'buildkite/p-1/j-1',
    },
    circleci: {
      workload: {
        provider: 'circleci',
        claims: { [`${circle}/project-id`]: uuid },
        run: [`${circle}/project-id`, `${circle}/job-id`],
      },
      claims: {
        sub: `org/o/project/${uuid}/user/u`,
        [`${circle}/project-id`]: uuid,
        [`${circle}/job-id`]: 'j-2',
        [`${circle}/ssh-rerun`]: false,
        [`${circle}/vcs-ref`]: 'refs/heads/main',
      },
      run: `circleci/${uuid}/j-2`,
    },
    oidc: {
      workload: {
        kind: 'agent',
        provider: 'oidc',
        claims: { sub: 'agent:triage' },
        run: ['sub', 'session_id'],
      },
      claims: { sub: 'agent:triage', session_id: 's/1' },
      run: 'oidc/agent%3Atriage/s%2F1',
    },
  };

  test.each(Object.entries(providers))('%s', async (_, { workload, claims, run }) => {
    const found = await verifier(workload).identify(await issuer.token(claims));
    expect(found.run).toBe(run);
  });

  const signedId = /^signed:[\w-]{43}$/;
  test.each<[string, RegExp]>([
    // With a jti by their documentation.
    ['github', /an id of its own \(jti\)/],
    ['gitlab', /an id of its own \(jti\)/],
    // None among the claims of Buildkite's example and of CircleCI's list.
    ['buildkite', signedId],
    ['circleci', signedId],
    ['oidc', signedId],
  ])('of %s, with an id (jti), with an odd one, and without', async (provider, without) => {
    const { workload, claims } = providers[provider] ?? { workload: {}, claims: GITHUB_CLAIMS };
    const tokens = verifier(workload);
    const idOf = async (token: string) =>
      tokens.identify(token).then(({ tokenId }) => tokenId, String);
    expect(await idOf(await issuer.token(claims))).toMatch(/^token-/);
    expect(await idOf(await issuer.token(claims, { without: ['jti'] }))).toMatch(without);
    for (const jti of ['""', '7', 'null', '["token-1"]']) {
      const odd: JWTPayload = JSON.parse(`{"jti":${jti}}`);
      expect(await idOf(await issuer.token({ ...claims, ...odd }))).toMatch(/an id of its own/);
    }
  });

  test('a token without an id is the same one however its signature is written', async () => {
    const { workload, claims } = providers['buildkite']!;
    const token = await issuer.token(claims, { without: ['jti'] });
    const signed = token.slice(0, token.lastIndexOf('.') + 1);
    const signature = token.slice(signed.length);
    const twins = [
      mirrored(signature),
      ...'AEIMQUYcgkosw048-_'.split('').map((last) => `${signature.slice(0, -1)}${last}`),
      `${signature}==`,
    ];
    const tokens = verifier(workload);
    const { tokenId } = await tokens.identify(token);
    const another = await issuer.token({ ...claims, nbf: 1 }, { without: ['jti'] });
    expect((await tokens.identify(another)).tokenId).not.toBe(tokenId);
    const taken = await Promise.all(
      twins.map((twin) => tokens.identify(`${signed}${twin}`).catch(() => undefined)),
    );
    // The mirrored signature is good, so that the test tries what it says.
    expect(taken[0]?.tokenId).toBe(tokenId);
    expect(new Set(taken.flatMap((found) => found?.tokenId ?? []))).toEqual(new Set([tokenId]));
  });

  test.each<[string, string, JWTPayload, RegExp]>([
    ['another project of GitLab', 'gitlab', { project_id: '70' }, /project_id is 70, not 7/],
    ['an open branch, in quotes', 'gitlab', { ref_protected: 'false' }, /ref_protected is false/],
    [
      'a merge request',
      'gitlab',
      { pipeline_source: 'merge_request_event' },
      /that merge_request_event started/,
    ],
    [
      'another customer of Buildkite with the same names',
      'buildkite',
      { organization_id: 'another' },
      /organization_id is another/,
    ],
    [
      'a token of Buildkite that names no organisation',
      'buildkite',
      { organization_id: undefined },
      /it has no organization_id/,
    ],
    [
      'a job that somebody reran with SSH',
      'circleci',
      { [`${circle}/ssh-rerun`]: true },
      /rerun with SSH/,
    ],
    [
      'a job that does not say whether somebody did',
      'circleci',
      { [`${circle}/ssh-rerun`]: undefined },
      /rerun with SSH/,
    ],
    ['an agent in another’s name', 'oidc', { sub: 'agent:other' }, /sub is agent:other/],
    ['an agent outside a session', 'oidc', { session_id: undefined }, /\(session_id\)/],
  ])('%s is refused', async (_, provider, change, because) => {
    const { workload, claims } = providers[provider]!;
    const token = await issuer.token({ ...claims, ...change });
    expect(await refusal(verifier(workload).identify(token))).toMatch(because);
  });
});

describe('the issuer’s keys', () => {
  test('are fetched once for many tokens, also for many at the same time', async () => {
    const tokens = verifier();
    const before = issuer.calls();
    await Promise.all(
      Array.from({ length: 20 }, async () => tokens.identify(await issuer.token())),
    );
    await tokens.identify(await issuer.token());
    expect(issuer.calls() - before).toBe(1);
  });

  test('may change: a new one is found, and one that is gone is no longer taken', async () => {
    const tokens = verifier({}, { cooldownMs: 0 });
    const old = await issuer.token();
    await tokens.identify(old);
    await issuer.rotate();
    await tokens.identify(await issuer.token());
    expect(await refusal(tokens.identify(old))).toMatch(/names no key/);
  });

  test('are not fetched for each token with an unknown one', async () => {
    const tokens = verifier();
    await tokens.identify(await issuer.token());
    const before = issuer.calls();
    for (let index = 0; index < 30; index++) {
      const forged = await issuer.token(GITHUB_CLAIMS, { kid: `unknown-${index}` });
      expect(await refusal(tokens.identify(forged))).toMatch(
        /names no key .* try again in a minute/,
      );
    }
    expect(issuer.calls()).toBe(before);
    await tokens.identify(await issuer.token());
  });

  test.each(['silence', 'garbage', 'flood', 'error', 'elsewhere'] as const)(
    'when it answers with %s, nothing is known: no refusal, no yes, and later it works',
    async (answer) => {
      const tokens = verifier({}, { timeoutMs: 200 });
      issuer.state.answer = answer;
      const token = await issuer.token();
      const error = await tokens.identify(token).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(IssuerFault);
      expect(String(error)).toMatch(/cannot be had right now/);
      expect(String(error)).not.toContain(token.slice(0, 20));
      issuer.state.answer = 'keys';
      expect((await tokens.identify(token)).workload.id).toBe('deploy-shop');
    },
  );

  test('of other kinds than we take do not make it a yes', async () => {
    await issuer.rotate({ alg: 'RS512' });
    expect(await refusal(verifier().identify(await issuer.token()))).toMatch(
      /RS512 proves nothing/,
    );
    await issuer.rotate();
  });
});
