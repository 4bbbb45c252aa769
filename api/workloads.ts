import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { receiver, type GrantView, type Receiver } from '../access/grant';
import type { Ledger, LedgerEntry } from '../access/ledger';
import { Refused } from '../access/refused';
import { accessRequest } from '../access/request';
import { isOver } from '../access/states';
import {
  workloadUser,
  type UseToken,
  type WorkloadIdentity,
  type WorkloadTokens,
} from '../access/workload';
import { canonicalJson } from '../keys/canonical';
import { requestIdFor } from '../keys/ids';
import { thumbprint } from '../keys/receiver';
import { malformed, notDone, notNow, said, send, type Answer } from './answers';
import type { ApiParts } from './routes';

/** Who finds out what brought a token, and that it is brought once. */
export interface WorkloadGate {
  tokens: WorkloadTokens;
  use: UseToken;
}

const requestBody = z.strictObject({
  role: accessRequest.shape.role,
  durationMinutes: accessRequest.shape.durationMinutes,
  reason: accessRequest.shape.reason,
  ticket: accessRequest.shape.ticket,
  receiver,
});
type RequestBody = z.infer<typeof requestBody>;

/**
 * How pipelines and agents ask: with a token of their own run, which says who they are, and the keys that their
 * sessions are sealed to. The same run asks for the same role once; asking again says how it stands.
 */
export function registerWorkloads(app: FastifyInstance, parts: ApiParts, gate: WorkloadGate): void {
  app.post('/api/requests', async (request, reply) => {
    const body = requestBody.safeParse(request.body);
    if (!body.success) {
      const [issue] = body.error.issues;
      const field = issue?.path.join('.') || 'the request';
      return send(reply, malformed(`${field}: ${issue?.message}`, 'See: curfew request --help'));
    }
    const answer = await admitted(parts, gate, request, canonicalJson(body.data), (identity) =>
      ask(parts, identity, body.data),
    );
    return send(reply, answer);
  });
}

export const tokenUnknown = notNow('Curfew cannot look at this token right now.');

/** Lets a call through whose token is good for it; whatever else is turned away says why. */
async function admitted(
  parts: ApiParts,
  { tokens, use }: WorkloadGate,
  request: FastifyRequest,
  content: string,
  call: (identity: WorkloadIdentity) => Promise<Answer>,
): Promise<Answer> {
  try {
    const identity = await tokens.identify(tokenOf(request));
    use(identity, `${request.method} ${request.url} ${content}`);
    return await call(identity);
  } catch (error) {
    if (!(error instanceof Refused)) return tokenUnknown;
    recordRefused(parts, error.because);
    return { status: 401, body: said(error) };
  }
}

function tokenOf({ headers }: FastifyRequest): string {
  const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token === undefined)
    throw new Refused('There is no token with this call.', 'Send it as Authorization: Bearer ….');
  return token;
}

async function ask(
  parts: ApiParts,
  { workload: { id, kind }, run, issuer, claims }: WorkloadIdentity,
  { receiver: keys, role, durationMinutes, reason, ticket }: RequestBody,
): Promise<Answer> {
  const requestId = requestIdFor('workload', `${id}\n${run}\n${role}`);
  await requireSameKeys(parts.ledger, requestId, keys);
  const signed = await parts.signer.sign({
    kind: 'request',
    request: {
      requestId,
      requester: workloadUser(id),
      role,
      durationMinutes,
      reason,
      ...(ticket !== undefined && { ticket }),
      workload: { id, kind, run, issuer, claims, receiver: keys },
      submittedAt: parts.now().toISOString(),
    },
  });
  const opened = await parts.desk.open(signed);
  if (opened.outcome !== 'done') return notDone(opened);
  const view = await parts.desk.request(requestId);
  return view === undefined
    ? { status: 404, body: { because: 'This request is not on record any more.' } }
    : { status: 200, body: standing(parts.ledger, view) };
}

/** Whoever asks again in the name of a run must be who asked: its token alone does not take the access over. */
async function requireSameKeys(
  ledger: Pick<Ledger, 'entries'>,
  requestId: string,
  { signing }: Receiver,
): Promise<void> {
  const before = workloadOf(openedEntry(ledger, requestId));
  if (before !== undefined && before.signing !== (await thumbprint(signing)))
    throw new Refused(
      'This run asked for the role before, with other keys.',
      'Ask from another run, or where it asked before.',
    );
}

function standing(ledger: Pick<Ledger, 'entries'>, view: GrantView): object {
  const { requestId, grantId, role, account, until, state } = view;
  const because = isOver(state) ? whyOver(ledger, requestId) : undefined;
  return {
    requestId,
    state,
    role,
    account,
    ...(grantId !== undefined && { grantId }),
    ...(until !== undefined && { expiresAt: until }),
    ...(because !== undefined && { because }),
  };
}

/** In the words of whoever ended it. */
function whyOver(ledger: Pick<Ledger, 'entries'>, requestId: string): string | undefined {
  const [closed] = ledger.entries({ key: `request.closed:${requestId}`, limit: 1 });
  const [ended] = ledger.entries({ requestId, kinds: ['grant.ended'], limit: 1 });
  const why = closed?.data['note'] ?? ended?.data['statement'];
  return typeof why === 'string' && why !== '' ? why : undefined;
}

/**
 * A grant of a workload is minted for while its run goes on: the call brings a token of that very run. Why it is
 * not to be answered; of a person's grant nothing is demanded.
 */
export async function whyNotThisRun(
  parts: Pick<ApiParts, 'ledger' | 'workloads'>,
  request: FastifyRequest,
  grantId: string,
  proof: string,
): Promise<Refused | 'not now' | undefined> {
  try {
    await requireSameRun(parts, request, grantId, proof);
    return undefined;
  } catch (error) {
    return error instanceof Refused ? error : 'not now';
  }
}

async function requireSameRun(
  { ledger, workloads: gate }: Pick<ApiParts, 'ledger' | 'workloads'>,
  request: FastifyRequest,
  grantId: string,
  proof: string,
): Promise<void> {
  const [grant] = ledger.entries({ grantId, kinds: ['grant.opened'], limit: 1 });
  const mine = workloadOf(openedEntry(ledger, grant?.requestId));
  if (mine === undefined) return;
  if (gate === undefined) throw new Refused('Pipelines and agents are not served here.');
  const identity = await gate.tokens.identify(tokenOf(request));
  if (identity.workload.id !== mine.id || identity.run !== mine.run)
    throw new Refused('This token is of another run than asked.', 'Ask for access from this run.');
  gate.use(identity, `${request.method} ${request.url} ${proof}`);
}

const openedEntry = (
  ledger: Pick<Ledger, 'entries'>,
  requestId: string | undefined,
): LedgerEntry | undefined =>
  requestId === undefined
    ? undefined
    : ledger.entries({ key: `request.opened:${requestId}`, limit: 1 })[0];

const onRecord = z.object({ id: z.string(), run: z.string(), signing: z.string() });
const workloadOf = (opened: LedgerEntry | undefined): z.infer<typeof onRecord> | undefined =>
  opened?.data['workload'] === undefined ? undefined : onRecord.parse(opened.data['workload']);

/** At most one entry a minute for each reason, so that strangers cannot fill the ledger. */
function recordRefused({ ledger, now }: ApiParts, because: string): void {
  const at = now().toISOString();
  ledger.append({
    kind: 'edge.refused',
    key: `edge.refused:workload:${at.slice(0, 16)}`,
    at,
    actor: 'a workload',
    data: { what: 'request', because },
  });
}
