import { codeOf } from '../access/error-code';
import { RateLimited } from '../access/rate-limited';

/** A step of the engine's lasts 10 s, and asks the directory, too. */
const PATIENCE_MS = 4_000;
/** When a pause is asked for without saying how long. */
const PAUSE_SECONDS = 30;
/** Nothing that is asked for here is longer. */
const LONGEST = 1_000_000;

export interface Call {
  /** How the other side is called in errors. Its URL is not repeated: it may hold a secret. */
  of: string;
  url: URL;
  headers: Record<string, string>;
  /** Makes it a POST. */
  body?: string;
  /** What a person must look at when the other side refuses the call. */
  advice: string;
}

export type Answer = { status: 'found'; body: unknown } | { status: 'not-found'; headers: Headers };

/**
 * Asks for one JSON document. Throws {@link RateLimited} with the pause that is asked for; whatever is neither an
 * answer nor a 404 is a fault. No error repeats the URL, what was sent, or what was answered.
 */
export async function askJson(call: Call): Promise<Answer> {
  const { of, advice } = call;
  const { status, headers, text } = await send(call);
  if (status === 404) return { status: 'not-found', headers };
  if (status === 429) throw new RateLimited(of, secondsIn(headers.get('retry-after')));
  if (status >= 300 && status < 500)
    throw new Error(`${of} refused the question with HTTP ${status}. ${advice}`);
  if (status !== 200) throw new Error(`${of} answered with HTTP ${status}.`);
  try {
    return { status: 'found', body: JSON.parse(text) };
  } catch {
    throw new Error(`${of} answered with something that is no JSON. ${advice}`);
  }
}

async function send({ of, url, headers, body }: Call) {
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      // A redirect would carry the question, and what proves it, to somebody else.
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, headers: response.headers, text: await textOf(response) };
  } catch (error) {
    throw new Error(`${of} was not reached (${codeOf(error)}).`);
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST) throw new Error('too long');
  }
  return text + decoder.decode();
}

const secondsIn = (text: string | null): number =>
  text !== null && /^\d{1,5}$/.test(text) ? Math.max(1, Number(text)) : PAUSE_SECONDS;
