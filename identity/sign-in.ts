import * as oidc from 'openid-client';
import { z } from 'zod';
import { Refused } from '../access/refused';
import type { Freshness, SignedIn, SignIn, SignInFlow } from '../access/sign-in';

export interface SignInOptions {
  /** Of the company directory, as its id tokens write it. */
  issuer: string;
  clientId: string;
  /** Absent: a public client, by PKCE alone. */
  clientSecret?: string;
  /** Where the issuer sends the browser back to; registered there. */
  redirectUri: string;
  now?: () => Date;
  timeoutSeconds?: number;
}

/** The issuer's clock and ours may differ by this much. */
const CLOCKS_SECONDS = 60;

/**
 * Signs people in by OpenID Connect. Its configuration and keys are fetched anew each time: sign-ins are rare, and
 * keys that were rotated a moment ago are known at once.
 */
export function createSignIn(options: SignInOptions): SignIn {
  const { issuer, clientId, clientSecret, redirectUri } = options;
  const { now = () => new Date(), timeoutSeconds = 5 } = options;

  async function configuration(): Promise<oidc.Configuration> {
    const config = await oidc.discovery(
      new URL(issuer),
      clientId,
      { [oidc.clockTolerance]: CLOCKS_SECONDS },
      clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
      {
        timeout: timeoutSeconds,
        execute: [
          // Without this the library takes an id token from the token endpoint on TLS alone.
          oidc.enableNonRepudiationChecks,
          ...(new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
        ],
      },
    );
    const { issuer: said, code_challenge_methods_supported: methods } = config.serverMetadata();
    if (said !== issuer) throw new Error(`${issuer} calls itself ${said}.`);
    if (methods !== undefined && !methods.includes('S256'))
      throw new Error(`${issuer} does not know PKCE with S256.`);
    return config;
  }

  return {
    issuer,
    async begin(fresh) {
      const config = await configuration();
      const flow: SignInFlow = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        begunAt: now().toISOString(),
        ...(fresh && { fresh }),
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid',
        code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
        state: flow.state,
        nonce: flow.nonce,
        ...(fresh && freshParameters(fresh)),
      });
      return { url: url.href, flow };
    },

    async finish(flow, query) {
      const config = await configuration();
      const claims = await claimsOf(config, flow, new URL(`${redirectUri}?${query}`));
      const said: SignedIn = {
        issuer: claims.iss,
        subject: claims.sub,
        ...(claims.auth_time !== undefined && {
          authTime: new Date(claims.auth_time * 1000).toISOString(),
        }),
        ...(claims.acr !== undefined && { acr: claims.acr }),
      };
      if (flow.fresh) requireFresh(flow.fresh, flow.begunAt, said, now());
      return said;
    },
  };
}

const freshParameters = ({ maxAgeSeconds, acr }: Freshness) => ({
  prompt: 'login',
  max_age: String(maxAgeSeconds),
  ...(acr.length > 0 && { acr_values: acr.join(' ') }),
});

const idToken = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  auth_time: z.number().optional(),
  acr: z.string().max(255).optional(),
});

async function claimsOf(
  config: oidc.Configuration,
  flow: SignInFlow,
  callback: URL,
): Promise<z.infer<typeof idToken>> {
  try {
    const tokens = await oidc.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
      ...(flow.fresh && { maxAge: flow.fresh.maxAgeSeconds }),
    });
    return idToken.parse(tokens.claims());
  } catch (error) {
    if (!isVerdict(error)) throw error;
    throw refusedSignIn(error);
  }
}

/** The issuer answered, and the answer is no: the rest is about not having reached it. */
function isVerdict(error: unknown): boolean {
  if (error instanceof oidc.AuthorizationResponseError) return error.error !== 'server_error';
  if (error instanceof oidc.ResponseBodyError) return error.status < 500;
  return error instanceof oidc.ClientError && !UNREACHED.includes(error.code ?? '');
}

const UNREACHED = [
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
];

/** Says which check failed, and never quotes a token: the library's cause holds the claims. */
function refusedSignIn(error: unknown): Refused {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    return new Refused(
      error.error === 'access_denied'
        ? 'The sign-in was not finished.'
        : `The company directory refused the sign-in (${error.error.slice(0, 60)}).`,
      'Begin again in Slack.',
    );
  }
  const code = error instanceof oidc.ClientError ? error.code : undefined;
  return new Refused(
    code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'
      ? 'The sign-in is too old.'
      : 'The sign-in does not fit the one that was begun here, or the company directory did not vouch for it.',
    'Begin again in Slack.',
  );
}

/** A session that was there before is no fresh sign-in, however young it is. */
function requireFresh(fresh: Freshness, begunAt: string, said: SignedIn, now: Date): void {
  const signedInAt = Date.parse(said.authTime ?? '');
  const sinceBegun = signedInAt - Date.parse(begunAt);
  if (
    !(sinceBegun >= -CLOCKS_SECONDS * 1000 && signedInAt <= now.getTime() + CLOCKS_SECONDS * 1000)
  )
    throw new Refused(
      'This needs a fresh sign-in, and the company directory went by an older one.',
      'Begin again in Slack, and sign in when you are asked.',
    );
  if (fresh.acr.length > 0 && !fresh.acr.includes(said.acr ?? ''))
    throw new Refused(
      `This needs a stronger sign-in (${fresh.acr.join(' or ')}) than the one you gave.`,
      'Begin again in Slack, and sign in with the factor that is asked for.',
    );
}
