import { RateLimited } from '../access/rate-limited';

/**
 * AWS could not do what was asked, and trying again may help. Says what was being done and what to
 * look at. Carries no `cause`: a signature mismatch quotes the canonical request, session token and all.
 */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
}

/** Codes whose message helps and quotes nothing of the request. */
const QUOTABLE = new Set(
  (
    'AccessDenied LimitExceeded MalformedPolicyDocument NoSuchEntity UnmodifiableEntity ValidationError ' +
    'PackedPolicyTooLarge RegionDisabled Throttling TooManyRequests CredentialsProviderError ' +
    'IDPCommunicationError IDPRejectedClaim InvalidIdentityToken ' +
    'EACCES ECONNREFUSED ECONNRESET ENOENT ENOTFOUND ETIMEDOUT TimeoutError'
  ).split(' '),
);

/** AWS's error code without the suffix that only some services add: `AccessDenied`, `ExpiredToken`. */
export const awsCode = (error: unknown): string =>
  (text(error, 'code') ?? text(error, 'name') ?? 'Unknown').replace(/Exception$/, '');

/** What the SDK threw, as ours: {@link RateLimited} when AWS said how long to wait. */
export function awsFault(error: unknown, doing: string): AwsFault | RateLimited {
  if (error instanceof AwsFault || error instanceof RateLimited) return error;
  const seconds = retryAfter(error);
  if (seconds !== undefined) return new RateLimited(`AWS (${doing})`, seconds);
  const code = awsCode(error);
  const said = QUOTABLE.has(code) ? `: ${text(error, 'message')}` : '';
  const id = text(field(error, '$metadata'), 'requestId');
  const request = id === undefined ? '' : ` (request ${id})`;
  return new AwsFault(`${doing} failed with ${code}${said}${request}`);
}

function retryAfter(error: unknown): number | undefined {
  const header = text(field(field(error, '$response'), 'headers'), 'retry-after');
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

function text(of: unknown, name: string): string | undefined {
  const value = field(of, name);
  return typeof value === 'string' ? value : undefined;
}

const field = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
