import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import type { DirectoryStore } from '../directory/store';
import { hangUp, type Faults } from '../faults';
import { Codes } from './codes';
import { IssuerKeys } from './keys';
import { choosePage, problemPage } from './page';

export interface SignInStandIn {
  store: DirectoryStore;
  faults: Faults;
  /** The one application that people sign in to. It has no secret: PKCE is demanded of it. */
  clientId: string;
  /** Where it may be sent back to. */
  redirectUris: readonly string[];
  now?: () => number;
  /** In place of signing: what a hostile issuer would say. */
  sign?: (claims: JWTPayload, keys: IssuerKeys) => Promise<string>;
}

const TOKEN_SECONDS = 300;

const authorization = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.string(),
  scope: z.string(),
  state: z.string().max(500).optional(),
  nonce: z.string().max(500).optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
  prompt: z.string().optional(),
  max_age: z.string().optional(),
  acr_values: z.string().optional(),
});
type Authorization = z.infer<typeof authorization>;

const choice = authorization.extend({ subject: z.string(), acr: z.string().min(1) });

const tokenRequest = z.object({
  grant_type: z.literal('authorization_code'),
  client_id: z.string(),
  code: z.string(),
  redirect_uri: z.string(),
  code_verifier: z.string().min(43).max(128),
});

/**
 * A stand-in for the sign-in of a company directory (OpenID Connect: code with PKCE) at the prefix it is registered
 * with: a page asks who signs in. `POST /rotate` takes a new key. Guard its routes: it belongs on loopback only.
 */
export const signInStandIn: FastifyPluginAsync<SignInStandIn> = async (app, options) => {
  const { store, faults, clientId, redirectUris, now = Date.now } = options;
  const keys = new IssuerKeys();
  const { sign = (claims: JWTPayload) => keys.sign(claims) } = options;
  const codes = new Codes(now);
  const issuerOf = (request: FastifyRequest) => `http://${request.host}${app.prefix}`;

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );

  /** What a client calls by itself, with the directory's ordered faults around it. */
  function answer(
    operation: string,
    work: (request: FastifyRequest, reply: FastifyReply) => object | Promise<object>,
  ) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const fault = faults.take('directory', operation);
      if (fault?.kind === '429') return reply.code(429).send({ error: 'temporarily_unavailable' });
      if (fault?.kind === '503')
        return reply.code(503).type('text/html').send('<h1>Service Unavailable</h1>');
      if (fault?.kind === 'timeout') return hangUp(reply, fault.ms);
      const said = await work(request, reply);
      if (fault?.kind === 'drop-after-commit') return hangUp(reply, fault.ms);
      if (fault?.kind === 'slow') await delay(fault.ms);
      return reply.header('cache-control', 'no-store').send(said);
    };
  }

  /** Why nobody may be asked to sign in for this, or undefined. */
  function problemWith(asked: Authorization): string | undefined {
    if (asked.client_id !== clientId) return 'No application has this client id.';
    if (!redirectUris.includes(asked.redirect_uri))
      return 'The application may not be sent back to this address.';
    if (asked.response_type !== 'code') return 'Only response_type=code is supported.';
    if (!asked.scope.split(' ').includes('openid')) return 'The scope must contain openid.';
    if (!asked.code_challenge || asked.code_challenge_method !== 'S256')
      return 'PKCE is required: code_challenge with the method S256.';
    return undefined;
  }

  const show = (reply: FastifyReply, status: number, text: string) =>
    reply
      .code(status)
      .headers({
        'content-security-policy': "frame-ancestors 'none'; base-uri 'none'",
        'cache-control': 'no-store',
      })
      .type('text/html; charset=utf-8')
      .send(text);

  app.get(
    '/.well-known/openid-configuration',
    answer('sign-in.configuration', (request) => ({
      issuer: issuerOf(request),
      authorization_endpoint: `${issuerOf(request)}/authorize`,
      token_endpoint: `${issuerOf(request)}/token`,
      jwks_uri: `${issuerOf(request)}/keys`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      subject_types_supported: ['public'],
      scopes_supported: ['openid'],
      id_token_signing_alg_values_supported: ['ES256'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      claims_supported: ['sub', 'auth_time', 'acr', 'nonce'],
    })),
  );
  app.get(
    '/keys',
    answer('sign-in.keys', () => keys.published()),
  );
  app.post('/rotate', async () => {
    keys.rotate();
    return keys.published();
  });

  app.get('/authorize', async (request, reply) => {
    const asked = authorization.safeParse(request.query);
    if (!asked.success) return show(reply, 400, problemPage(z.prettifyError(asked.error)));
    const problem = problemWith(asked.data);
    if (problem !== undefined) return show(reply, 400, problemPage(problem));
    const parameters = Object.fromEntries(
      Object.entries(asked.data).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const acr = asked.data.acr_values?.split(' ') ?? [];
    return show(reply, 200, choosePage({ users: store.users(), acr, parameters }));
  });

  app.post('/authorize', async (request, reply) => {
    const chosen = choice.safeParse(request.body);
    if (!chosen.success) return show(reply, 400, problemPage(z.prettifyError(chosen.error)));
    const { subject, acr, ...asked } = chosen.data;
    const problem = problemWith(asked);
    if (problem !== undefined) return show(reply, 400, problemPage(problem));
    const user = store.users().find(({ id }) => id === subject);
    if (user?.status !== 'ACTIVE')
      return show(reply, 403, problemPage('This person cannot sign in: they are not active.'));
    const back = new URL(asked.redirect_uri);
    back.searchParams.set(
      'code',
      codes.issue({
        redirectUri: asked.redirect_uri,
        challenge: asked.code_challenge ?? '',
        nonce: asked.nonce,
        subject,
        authTime: Math.floor(now() / 1000),
        acr,
      }),
    );
    if (asked.state !== undefined) back.searchParams.set('state', asked.state);
    back.searchParams.set('iss', issuerOf(request));
    return reply.redirect(back.href, 303);
  });

  app.post(
    '/token',
    answer('sign-in.token', async (request, reply) => {
      const asked = tokenRequest.safeParse(request.body);
      if (!asked.success) return refuse(reply, 'invalid_request', z.prettifyError(asked.error));
      const { client_id: client, code, redirect_uri: uri, code_verifier: verifier } = asked.data;
      if (client !== clientId) return refuse(reply, 'invalid_client', 'Unknown client.');
      const grant = codes.redeem(code, uri, verifier);
      if (!grant)
        return refuse(reply, 'invalid_grant', 'The code is used, over or of another sign-in.');
      const iat = Math.floor(now() / 1000);
      const claims = {
        iss: issuerOf(request),
        aud: clientId,
        sub: grant.subject,
        iat,
        exp: iat + TOKEN_SECONDS,
        auth_time: grant.authTime,
        acr: grant.acr,
        ...(grant.nonce !== undefined && { nonce: grant.nonce }),
      };
      return {
        token_type: 'Bearer',
        expires_in: TOKEN_SECONDS,
        access_token: randomBytes(24).toString('base64url'),
        scope: 'openid',
        id_token: await sign(claims, keys),
      };
    }),
  );
};

function refuse(reply: FastifyReply, error: string, description: string): object {
  reply.code(error === 'invalid_client' ? 401 : 400);
  return { error, error_description: description };
}
