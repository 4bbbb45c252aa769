import { randomBytes } from 'node:crypto';
import { errors, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { badToken, notAllowed } from './okta-error';

const TOKEN_SECONDS = 3_600;
const KNOWN_SCOPES = ['okta.users.read', 'okta.groups.read', 'okta.groups.manage'];
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const rsaKey = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() });
const tokenRequest = z.object({
  grant_type: z.string(),
  scope: z.string(),
  client_assertion_type: z.literal(ASSERTION_TYPE),
  client_assertion: z.string(),
});

export interface Client {
  id: string;
  /** RSA, as JSON Web Key. Private members are not looked at. */
  key: Readonly<Record<string, string>>;
}

type TokenAnswer = { status: number; body: object };

/**
 * Okta's sign-in of a service app: a client assertion signed with its private key for an access token.
 * Tokens live in memory: after a restart each caller signs in again, as it must when a token ends.
 */
export class SignIn {
  readonly #clientId: string;
  readonly #key: z.infer<typeof rsaKey>;
  readonly #now: () => number;
  readonly #tokens = new Map<string, { scopes: string[]; until: number }>();
  readonly #usedAssertions = new Map<string, number>();

  constructor(client: Client, now: () => number) {
    this.#clientId = client.id;
    this.#key = rsaKey.parse(client.key);
    this.#now = now;
  }

  /** Answers the token endpoint, whose own address is `audience`. */
  async answer(form: unknown, audience: string): Promise<TokenAnswer> {
    const request = tokenRequest.safeParse(form);
    if (!request.success)
      return refusal(400, 'invalid_request', 'A client assertion and a scope are needed.');
    if (request.data.grant_type !== 'client_credentials')
      return refusal(400, 'unsupported_grant_type', 'Only client_credentials is supported.');
    const reason = await this.#refuseAssertion(request.data.client_assertion, audience);
    if (reason !== undefined) return refusal(401, 'invalid_client', reason);
    const scopes = request.data.scope.split(' ');
    if (!scopes.every((scope) => KNOWN_SCOPES.includes(scope)))
      return refusal(400, 'invalid_scope', 'The app was not granted all of these scopes.');
    return { status: 200, body: this.#issue(scopes) };
  }

  /** Throws unless the header carries a token of ours with this scope. */
  check(authorization: string | undefined, scope: string): void {
    const token = this.#tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (!token || token.until <= this.#now()) throw badToken();
    if (!token.scopes.includes(scope)) throw notAllowed();
  }

  async #refuseAssertion(assertion: string, audience: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(assertion, await importJWK(this.#key, 'RS256'), {
        algorithms: ['RS256'],
        issuer: this.#clientId,
        subject: this.#clientId,
        audience,
        requiredClaims: ['exp', 'iat', 'jti'],
        maxTokenAge: TOKEN_SECONDS,
        currentDate: new Date(this.#now()),
      });
      return this.#wasUsed(payload.jti ?? '', payload.exp ?? 0)
        ? 'The client assertion was used before.'
        : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError)
        return `The client assertion is not valid: ${error.message}`;
      throw error;
    }
  }

  #wasUsed(jti: string, exp: number): boolean {
    for (const [id, until] of this.#usedAssertions)
      if (until * 1000 < this.#now()) this.#usedAssertions.delete(id);
    if (this.#usedAssertions.has(jti)) return true;
    this.#usedAssertions.set(jti, exp);
    return false;
  }

  #issue(scopes: string[]): object {
    const token = randomBytes(32).toString('base64url');
    this.#tokens.set(token, { scopes, until: this.#now() + TOKEN_SECONDS * 1000 });
    return {
      token_type: 'Bearer',
      expires_in: TOKEN_SECONDS,
      access_token: token,
      scope: scopes.join(' '),
    };
  }
}

const refusal = (status: number, error: string, description: string): TokenAnswer => ({
  status,
  body: { error, error_description: description },
});
