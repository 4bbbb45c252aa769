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
});
const bound = grant.extend({ words: z.string() });
const connection = z.object({ stage: z.enum(['none', 'offered', 'bound', 'confirmed']) });
const ended = z.object({ grantId: z.string(), note: z.string() });

/** Who calls: the server, the grant, and the key that proves it. */
export interface Caller {
  server: string;
  grantId: string;
  signing: JWK;
}

/** Curfew's API as a receiver uses it. Refusals end with code 1, an unreachable server with 3. */
export const api = {
  connect: (caller: Caller, body: { code: string; receiver: Receiver }) =>
    call(caller, 'POST', '/api/connect', bound, body),
  connection: (caller: Caller) =>
    call(caller, 'GET', `/api/grants/${caller.grantId}/connection`, connection),
  grant: (caller: Caller) => call(caller, 'GET', `/api/grants/${caller.grantId}`, grant),
  credentials: (caller: Caller) =>
    call(caller, 'POST', `/api/grants/${caller.grantId}/credentials`, issued, {}),
  end: (caller: Caller) => call(caller, 'POST', `/api/grants/${caller.grantId}/end`, ended, {}),
};

async function call<T>(
  { server, grantId, signing }: Caller,
  method: 'GET' | 'POST',
  path: string,
  shape: z.ZodType<T>,
  body?: object,
): Promise<T> {
  const proof = await makeProof(signing, { method, path, grantId });
  const response = await fetch(`${server}${path}`, {
    method,
    headers: { 'curfew-proof': proof, ...(body && { 'content-type': 'application/json' }) },
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
  throw refused(response.status, answer, server);
}

function refused(status: number, answer: unknown, server: string): CommandFailure {
  const said = refusal.safeParse(answer);
  if (!said.success)
    return new CommandFailure(3, `Curfew at ${server} answered ${status} without saying why.`);
  const { because, wouldPass } = said.data;
  const code = status >= 500 ? 3 : 1;
  return new CommandFailure(code, wouldPass === undefined ? because : `${because} ${wouldPass}`);
}
