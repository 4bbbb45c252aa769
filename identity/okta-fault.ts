import { z } from 'zod';
import { RateLimited } from '../access/rate-limited';
import { READ_SCOPES, scopeNames } from './okta-scopes';

/** Longer than Okta ever asks for; keeps a nonsense header from parking a request for a day. */
const LONGEST_PAUSE_SECONDS = 300;

const headers = z.custom<{ get(name: string): string | null }>(
  (value) => z.object({ get: z.function() }).safeParse(value).success,
);
const httpError = z.object({
  status: z.number(),
  errorCode: z.string().optional().catch(undefined),
  headers: headers.optional().catch(undefined),
});

/** Already said in our words: passes the SDK and {@link explained} unchanged. */
export class OktaFault extends Error {
  override readonly name = 'OktaFault';
}

export const isNotFound = (error: unknown): boolean =>
  httpError.safeParse(error).data?.status === 404;

/**
 * What went wrong, for whoever runs Curfew. The SDK's errors quote what it asked and what Okta answered,
 * so neither they nor their messages go on: only the status, Okta's error code and what to do.
 */
export function explained(
  what: string,
  error: unknown,
  scopes: readonly string[] = READ_SCOPES,
): Error {
  if (error instanceof OktaFault || error instanceof RateLimited) return error;
  const http = httpError.safeParse(error).data;
  if (http === undefined) return unreachable(what, error);
  if (http.status === 429) return new RateLimited('Okta', pauseSeconds(http.headers));
  const code = http.errorCode === undefined ? '' : ` ${http.errorCode}`;
  return new OktaFault(
    `Okta answered ${http.status}${code} to ${what}.${advice(http.status, scopes)}`,
  );
}

function advice(status: number, scopes: readonly string[]): string {
  switch (status) {
    case 401:
      return " It issued the token that it now refuses: look at Curfew's app and its sign-in in Okta's system log.";
    case 403:
      return ` Grant Curfew's app the scopes ${scopeNames(scopes)}, and an admin role that may read users and groups${scopes.includes('okta.groups.manage') ? ', and change who is in them' : ''}.`;
    default:
      return '';
  }
}

function unreachable(what: string, error: unknown): OktaFault {
  if (error instanceof z.ZodError) {
    const fields = error.issues.map((issue) => issue.path.join('.')).join(', ');
    return new OktaFault(`Okta's answer to ${what} is not what its documentation says: ${fields}.`);
  }
  const code = z.object({ code: z.string() }).safeParse(error).data?.code;
  const reason = code === undefined ? '' : ` (${code})`;
  return new OktaFault(`Okta could not be reached to ask for ${what}${reason}.`);
}

/** Okta names the second at which its window ends, by its own clock. */
export function pauseSeconds(answer: { get(name: string): string | null } | undefined): number {
  const reset = Number(answer?.get('x-rate-limit-reset') ?? Number.NaN);
  const date = Date.parse(answer?.get('date') ?? '');
  const seconds = Math.ceil(reset - (Number.isNaN(date) ? Date.now() : date) / 1000);
  if (!Number.isFinite(seconds)) return 1;
  return Math.min(Math.max(seconds, 1), LONGEST_PAUSE_SECONDS);
}
