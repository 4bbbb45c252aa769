import { codeOf } from '../access/error-code';
import { RateLimited } from '../access/rate-limited';

/** A try of the engine's lasts 15 s; this call must be over before it. */
const PATIENCE_MS = 8_000;
/** When a pause is asked for without saying how long. */
const PAUSE_SECONDS = 30;

export interface Call {
  /** How the other side is called in errors. Its URL is not repeated: it may hold a secret. */
  to: string;
  url: string;
  body: string;
  headers?: Record<string, string>;
  /** What a person must look at when the other side refuses the call. */
  advice: string;
}

/**
 * Delivers one event. Throws {@link RateLimited} with the pause that is asked for; everything else that is
 * not a success is a fault, to be tried again. No error repeats the URL, the body or the answer.
 */
export async function postJson({ to, url, body, headers, advice }: Call): Promise<void> {
  const { status, retryAfter } = await send(to, url, body, headers);
  if (status >= 200 && status < 300) return;
  if (status === 429) throw new RateLimited(to, retryAfter ?? PAUSE_SECONDS);
  if (status >= 300 && status < 500) {
    throw new Error(`${to} refused the event with HTTP ${status}. ${advice}`);
  }
  throw new Error(`${to} answered with HTTP ${status}.`);
}

async function send(
  to: string,
  url: string,
  body: string,
  headers: Record<string, string> | undefined,
): Promise<{ status: number; retryAfter: number | undefined }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      // A redirect would carry the event, and what proves it, to somebody else.
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    return { status: response.status, retryAfter: secondsIn(response.headers.get('retry-after')) };
  } catch (error) {
    throw new Error(`${to} was not reached (${codeOf(error)}).`);
  }
}

const secondsIn = (text: string | null): number | undefined =>
  text !== null && /^\d{1,5}$/.test(text) ? Math.max(1, Number(text)) : undefined;
