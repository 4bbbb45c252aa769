import { setTimeout as pause } from 'node:timers/promises';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { Receiver } from '../access/grant';
import { issued } from '../access/grant';
import { makeProof } from '../keys/proof';
import { CommandFailure } from './failure';

const PATIENCE_MS = 20_000;
const refusal = z.object({ because: z.string(), wouldPass: z.string().optional() });
const grant = z.object({
  grantId: z.string(),
  role: z.string(),
  account: z.string(),
  expiresAt: z.string().optional(),
  state: z.string(),
  /** The grant that extends it and is live now. */
  answeredBy: z.string().optional(),
  /** Sessions that were issued before it are void. */
  reissueAfter: z.iso.datetime().optional(),
});
const bound = grant.extend({
  words: z.string(),
  /** Where whoever confirms must sign in afresh. */
  signInAt: z.url().optional(),
});
const connection = z.object({ stage: z.enum(['none', 'offered', 'bound', 'confirmed']) });
const job = z.object({
  requestId: z.string(),
  state: z.string(),
  role: z.string(),
  account: z.string(),
  grantId: z.string().optional(),
  expiresAt: z.string().optional(),
  because: z.string().optional(),
});
export type JobAnswer = z.infer<typeof job>;
const ended = z.object({ grantId: z.string(), note: z.string() });

/** Who calls: the server, the grant, and the key that proves it. */
export interface Caller {
  server: string;
  grantId: string;
  signing: JWK;
  /** Of a job's grant: its own token, with each call for credentials. */
  token?: () => Promise<string>;
}

/** Curfew's API as a receiver uses it. Refusals end with code 1, an unreachable server with 3. */
export const api = {
  connect: (caller: Caller, body: { code: string; receiver: Receiver }) =>
    call(caller, 'POST', '/api/connect', bound, body),
  connection: (caller: Caller) =>
    call(caller, 'GET', `/api/grants/${caller.grantId}/connection`, connection),
  grant: (caller: Caller) => call(caller, 'GET', `/api/grants/${caller.grantId}`, grant),
  credentials: (caller: Caller) =>
    callAgain(caller, 'POST', `/api/grants/${caller.grantId}/credentials`, issued),
  end: (caller: Caller) => call(caller, 'POST', `/api/grants/${caller.grantId}/end`, ended, {}),
};

/** A job asks, or asks how it stands: the same call with the same token as often as it likes. */
export const askAsJob = (server: string, body: object, token: string): Promise<JobAnswer> =>
  send({ server }, 'POST', '/api/requests', { authorization: `Bearer ${token}` }, job, body);

/** How long somebody in front of a command waits for "not now" to be over, and a proof may be old. */
const AGAIN_MS = 45_000;

/**
 * The same call while the answer is "not now": the same proof is the same mint, so it is never done twice and an
 * answer that was late is found.
 */
async function callAgain<T>(
  caller: Caller,
  method: 'POST',
  path: string,
  shape: z.ZodType<T>,
): Promise<T> {
  const { signing, grantId } = caller;
  const proof = await makeProof(signing, { method, path, grantId });
  const token = await caller.token?.();
  const until = Date.now() + AGAIN_MS;
  for (;;) {
    try {
      const headers = { 'curfew-proof': proof, ...(token && { authorization: `Bearer ${token}` }) };
      return await send(caller, method, path, headers, shape, {});
    } catch (error) {
      if (!(error instanceof NotNow) || Date.now() + error.seconds * 1000 > until) throw error;
      await pause(error.seconds * 1000);
    }
  }
}

async function call<T>(
  caller: Caller,
  method: 'GET' | 'POST',
  path: string,
  shape: z.ZodType<T>,
  body?: object,
): Promise<T> {
  const { signing, grantId } = caller;
  const proof = await makeProof(signing, { method, path, grantId });
  return send(caller, method, path, { 'curfew-proof': proof }, shape, body);
}

async function send<T>(
  { server }: Pick<Caller, 'server'>,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string>,
  shape: z.ZodType<T>,
  body?: object,
): Promise<T> {
  const response = await fetch(`${server}${path}`, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw new CommandFailure(
      3,
      `Curfew does not answer at ${server}. Is it running, and is that its address?`,
      { cause },
    );
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return shape.parse(answer);
  const failure = refused(response.status, answer, server);
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  throw response.status === 503 && seconds > 0 ? new NotNow(failure, seconds) : failure;
}

/** The server says when to ask again. */
class NotNow extends CommandFailure {
  override readonly isForNow = true;
  readonly seconds: number;

  constructor({ code, message }: CommandFailure, seconds: number) {
    super(code, message);
    this.seconds = seconds;
  }
}

function refused(status: number, answer: unknown, server: string): CommandFailure {
  const said = refusal.safeParse(answer);
  if (!said.success)
    return new CommandFailure(3, `Curfew at ${server} answered ${status} without saying why.`);
  const { because, wouldPass } = said.data;
  const code = status >= 500 ? 3 : 1;
  return new CommandFailure(code, wouldPass === undefined ? because : `${because} ${wouldPass}`);
}
