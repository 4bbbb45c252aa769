import Fastify from 'fastify';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { Workload } from '../../access/workload';

type Key = { kid: string; alg: string; privateKey: PrivateKey; jwk: JWK };
type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

async function newKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** What a job of GitHub Actions gets, as far as anybody here looks at it. */
export const GITHUB_CLAIMS = {
  sub: 'repo:shop/shop:environment:staging',
  repository: 'shop/shop',
  repository_id: '100000001',
  repository_owner: 'shop',
  repository_owner_id: '100000002',
  environment: 'staging',
  ref: 'refs/heads/main',
  ref_protected: 'true',
  job_workflow_ref: 'shop/shop/.github/workflows/deploy.yml@refs/heads/main',
  event_name: 'push',
  run_id: '4242',
  run_attempt: '1',
};

/** An issuer of tokens on loopback, whose keys and answers can be changed. */
export async function startIssuer() {
  const keys = [await newKey('first')];
  const state = {
    answer: 'keys' as 'keys' | 'silence' | 'garbage' | 'flood' | 'error' | 'elsewhere',
  };
  let calls = 0;
  let ids = 0;
  const jobs: JWTPayload[] = [];
  const app = Fastify({ forceCloseConnections: true });
  app.get('/.well-known/jwks', async (_, reply) => {
    calls++;
    switch (state.answer) {
      case 'keys':
        return { keys: keys.map(({ jwk }) => jwk) };
      case 'silence':
        return reply.hijack();
      case 'garbage':
        return reply.type('text/html').send('<html>Sign in first</html>');
      case 'flood':
        return { keys: keys.map(({ jwk }) => jwk), more: 'x'.repeat(1_000_000) };
      case 'error':
        return reply.code(503).send({});
      case 'elsewhere':
        return reply.redirect('http://127.0.0.1:1/keys');
    }
  });
  const wanted = z.object({ job: z.coerce.number(), audience: z.string() });
  app.get('/job-token', async ({ query, headers }, reply) => {
    const { job, audience } = wanted.parse(query);
    if (headers.authorization !== 'bearer of-this-job') return reply.code(401).send({});
    return { value: await issuer.token(jobs[job] ?? {}, { audience }) };
  });
  const url = z.url().parse(await app.listen({ port: 0, host: '127.0.0.1' }));
  const issuer = {
    url,
    state,
    /** What a job of GitHub Actions finds in its environment, and is given a token by. */
    job: (claims: JWTPayload = GITHUB_CLAIMS) => {
      jobs.push(claims);
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/job-token?job=${jobs.length - 1}`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-this-job',
      };
    },
    calls: () => calls,
    /** The newest key signs from now on; only `keep` says whether the others stay. */
    async rotate({ keep = false, alg = 'ES256' } = {}) {
      const key = await newKey(`key-${keys.length + ids++}`, alg);
      if (!keep) keys.length = 0;
      keys.unshift(key);
      return key;
    },
    /** A token that is good as it is, unless something is changed. */
    async token(
      claims: JWTPayload = GITHUB_CLAIMS,
      {
        audience = 'curfew' as string | string[],
        at = new Date(),
        minutes = 5,
        without = [] as string[],
        kid = undefined as string | undefined,
      } = {},
    ): Promise<string> {
      const [key] = keys;
      if (!key) throw new Error('an issuer without a key');
      const iat = Math.floor(at.getTime() / 1000);
      const payload: JWTPayload = {
        iss: url,
        aud: audience,
        iat,
        exp: iat + minutes * 60,
        jti: `token-${++ids}`,
        ...claims,
      };
      for (const claim of without) delete payload[claim];
      return new SignJWT(payload)
        .setProtectedHeader({ alg: key.alg, kid: kid ?? key.kid, typ: 'JWT' })
        .sign(key.privateKey);
    },
    /** The pipeline of the example, at this issuer. */
    workload: (change: Partial<Workload> = {}): Workload => ({
      id: 'deploy-shop',
      kind: 'pipeline',
      accountable: 'gus@curfew.example',
      provider: 'github',
      issuer: url,
      jwks: `${url}/.well-known/jwks`,
      audience: 'curfew',
      claims: {
        repository_id: '100000001',
        repository_owner_id: '100000002',
        environment: 'staging',
        ref_protected: 'true',
      },
      run: ['repository_id', 'run_id', 'run_attempt'],
      ...change,
    }),
    close: () => app.close(),
  };
  return issuer;
}
export type StartedIssuer = Awaited<ReturnType<typeof startIssuer>>;
