import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { Refused } from '../access/refused';
import type { Workload, WorkloadTokens } from '../access/workload';
import { createIssuerKeys, type IssuerKeysOptions } from './issuer-keys';
import { claimsOf, runOf, tokenIdOf, workloadOf } from './workload-claims';

const ALGORITHMS = ['RS256', 'ES256'];
const MAX_CHARACTERS = 16_000;
const MAX_AGE = '15m';
/** Two machines' clocks differ. */
const CLOCKS_SECONDS = 10;

export interface WorkloadTokensOptions extends IssuerKeysOptions {
  /** Those of the configuration in force at each call. */
  workloads: () => readonly Workload[];
  now?: () => Date;
}

/** An issuer whose keys cannot be had: nothing is known of the token. */
export class IssuerFault extends Error {
  override readonly name = 'IssuerFault';
}

/**
 * Finds the workload of a token. What the token says of itself is only read to find out whom to ask: no
 * issuer is asked that no workload names, and nothing is believed before the signature is verified.
 */
export function createWorkloadTokens({
  workloads,
  now = () => new Date(),
  ...options
}: WorkloadTokensOptions): WorkloadTokens {
  const keysAt = createIssuerKeys(options);
  return {
    async identify(token) {
      const candidates = candidatesFor(token, workloads());
      const payload = await verified(token, candidates, keysAt, now());
      const workload = workloadOf(payload, candidates);
      return {
        workload,
        run: runOf(payload, workload),
        claims: claimsOf(payload, workload),
        issuer: workload.issuer,
        tokenId: tokenIdOf(token, payload, workload),
      };
    },
  };
}

type Candidates = readonly [Workload, ...Workload[]];

/** Without any call: the workloads whose issuer and audience it says it has. */
function candidatesFor(token: string, workloads: readonly Workload[]): Candidates {
  const { iss, aud, alg } = unverified(token);
  if (alg === undefined || !ALGORITHMS.includes(alg))
    throw new Refused(
      `A token signed with ${alg ?? 'nothing'} proves nothing here.`,
      `It must be signed with ${ALGORITHMS.join(' or ')}.`,
    );
  const ofIssuer = workloads.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0)
    throw new Refused(
      `Tokens of ${shown(iss)} are not taken here.`,
      'Its issuer must be that of a workload in curfew.yaml.',
    );
  const audience = oneOf(aud);
  const [first, ...more] = ofIssuer.filter((workload) => workload.audience === audience);
  if (first === undefined)
    throw new Refused(
      audience === undefined
        ? 'The token is for several audiences, or for none.'
        : `The token is for ${shown(audience)}, not for Curfew.`,
      `Ask for one with the audience ${[...new Set(ofIssuer.map((one) => one.audience))].join(' or ')}, and no other.`,
    );
  return [first, ...more];
}

function unverified(token: string): { iss?: string; aud?: string | string[]; alg?: string } {
  if (token.length > MAX_CHARACTERS) throw noToken();
  try {
    const { iss, aud } = decodeJwt(token);
    const { alg } = decodeProtectedHeader(token);
    return {
      ...(iss !== undefined && { iss }),
      ...(aud !== undefined && { aud }),
      ...(alg && { alg }),
    };
  } catch {
    throw noToken();
  }
}

const noToken = (): Refused =>
  new Refused('This is no token.', 'Send the OIDC token of the job, whole, as it was issued.');

async function verified(
  token: string,
  [{ issuer, audience, jwks }]: Candidates,
  keysAt: ReturnType<typeof createIssuerKeys>,
  now: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keysAt(jwks), {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp', 'iat'],
      maxTokenAge: MAX_AGE,
      clockTolerance: CLOCKS_SECONDS,
      currentDate: now,
    });
    if (oneOf(payload.aud) !== audience) throw new Refused('The token must have one audience.');
    return payload;
  } catch (error) {
    throw whyNot(error, issuer);
  }
}

function whyNot(error: unknown, issuer: string): unknown {
  if (error instanceof Refused) return error;
  if (error instanceof errors.JWTExpired)
    return new Refused('The token is too old.', 'Ask for a fresh one: it is taken for 15 minutes.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return new Refused(`The token's ${error.claim} is missing or wrong.`, 'Ask for a fresh one.');
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new Refused(`${issuer} did not sign this token.`);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return new Refused(
      `The token names no key that ${issuer} has.`,
      'If its keys changed just now, try again in a minute.',
    );
  if (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JOSEAlgNotAllowed
  )
    return noToken();
  return new IssuerFault(`The keys of ${issuer} cannot be had right now.`, { cause: error });
}

/** The one audience, however it is written. */
const oneOf = (aud: string | string[] | undefined): string | undefined => {
  const [only, ...more] = [aud ?? []].flat();
  return more.length === 0 ? only : undefined;
};

const shown = (text: string | undefined): string =>
  text === undefined ? 'nobody' : `“${text.slice(0, 100)}”`;
