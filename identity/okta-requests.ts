import { RequestExecutor } from '@okta/okta-sdk-nodejs';
import { z } from 'zod';
import { RateLimited } from '../access/rate-limited';
import { OktaFault, pauseSeconds } from './okta-fault';
import { scopeNames } from './okta-scopes';

type Request = Parameters<RequestExecutor['fetch']>[0];

const MAX_ANSWER_BYTES = 10_000_000;

const token = z.object({ access_token: z.string().min(1) });
const tokenError = z.object({ error: z.string().max(60) });

/**
 * Sends the SDK's requests: bounded in time and size, never retried (the caller's engine does that),
 * only to `orgUrl`. Looks at the token endpoint's answers itself, because SDK 8.1 takes whatever comes
 * back for a token and goes on with `Bearer undefined`.
 */
export class OktaRequests extends RequestExecutor {
  readonly #orgUrl: string;
  readonly #timeoutMs: number;
  readonly #scopes: readonly string[];

  constructor(orgUrl: string, timeoutMs: number, scopes: readonly string[]) {
    super();
    this.#scopes = scopes;
    this.#orgUrl = orgUrl;
    this.#timeoutMs = timeoutMs;
  }

  override async fetch(request: Request) {
    const url = request.url ?? '';
    // The next page's address comes from an answer; our token goes nowhere else.
    if (!url.startsWith(`${this.#orgUrl}/`))
      throw new OktaFault(`Okta's answer points away from ${this.#orgUrl}; it was not followed.`);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const bounded = Object.assign({}, request, {
      signal,
      redirect: 'error',
      size: MAX_ANSWER_BYTES,
      // The SDK would send even loopback traffic to HTTPS_PROXY.
      agent: url.startsWith('https:') ? request.agent : undefined,
    });
    try {
      const response = await super.fetch(bounded);
      if (url === `${this.#orgUrl}/oauth2/v1/token`)
        await assertToken(response.clone(), this.#scopes);
      return response;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new OktaFault(`Okta did not answer within ${this.#timeoutMs / 1000} s.`);
    }
  }
}

async function assertToken(
  response: {
    status: number;
    headers: { get(name: string): string | null };
    json(): Promise<unknown>;
  },
  scopes: readonly string[],
): Promise<void> {
  if (response.status === 429) throw new RateLimited('Okta', pauseSeconds(response.headers));
  const body: unknown = await response.json().catch(() => undefined);
  const error = tokenError.safeParse(body).data?.error;
  // An app that demands proof of possession: the SDK answers with a nonce of Okta's.
  if (response.status === 400 && error === 'use_dpop_nonce') return;
  if (response.status === 200 && token.safeParse(body).success) return;
  throw new OktaFault(
    `Okta sign-in failed (${[response.status, error].filter(Boolean).join(' ')}): ${advice(response.status, error, scopes)}`,
  );
}

function advice(status: number, error: string | undefined, scopes: readonly string[]): string {
  if (status >= 500) return 'its token endpoint is in trouble.';
  if (error === 'invalid_scope') return `grant Curfew's app the scopes ${scopeNames(scopes)}.`;
  return "check OKTA_CLIENT_CLIENTID, that the app has this private key's public half, and this machine's clock.";
}
