import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccessDesk } from '../access/desk';
import { receiver, type GrantView } from '../access/grant';
import { grantId } from '../access/ids';
import type { Ledger } from '../access/ledger';
import { Refused } from '../access/refused';
import { isOver } from '../access/states';
import type { EdgeSigner } from '../access/statement';
import { readConnectCode } from '../keys/codes';
import { verifyProof } from '../keys/proof';
import { malformed, notDone, said, send, type Answer } from './answers';
import { registerWorkloads, tokenUnknown, whyNotThisRun, type WorkloadGate } from './workloads';

/** The header that carries the receiver's proof of this very call. */
export const PROOF_HEADER = 'curfew-proof';

export interface ApiParts {
  desk: AccessDesk;
  ledger: Ledger;
  signer: EdgeSigner;
  /** Shows the words in the place of the code; false when that modal is gone. */
  showWords(
    shownIn: string,
    shown: { requestId: string; grantId: string; words: string },
  ): Promise<boolean>;
  /** Where whoever connects a terminal to this role must sign in afresh; undefined where a press in the chat is enough. */
  signInFor?: (role: string) => string | undefined;
  /** There where pipelines and agents may ask. */
  workloads?: WorkloadGate;
  now: () => Date;
}

const connectBody = z.strictObject({ code: z.string().max(100), receiver });
const grantPath = z.object({ grantId });

/**
 * What the command line and other receivers ask, below `/api`. Every call carries a proof by the
 * receiver's own key: it is checked here to turn strangers away, and again by the minting activity.
 */
export function registerApi(app: FastifyInstance, parts: ApiParts): void {
  if (parts.workloads) registerWorkloads(app, parts, parts.workloads);

  app.post('/api/connect', async (request, reply) => {
    const body = connectBody.safeParse(request.body);
    const code = body.success ? readConnectCode(body.data.code) : undefined;
    if (!body.success || code === undefined) {
      return send(
        reply,
        malformed(
          'code: this is not a connect code.',
          'Press Connect in the chat and copy the whole code.',
        ),
      );
    }
    const proof = proofOf(request);
    const bound = await parts.desk.bind({
      ...code,
      codeHash: code.hash,
      receiver: body.data.receiver,
      proof,
    });
    if (bound.outcome !== 'done') {
      record(parts, code.grantId, 'connect', bound.because);
      return send(reply, notDone(bound));
    }
    const { words, shownIn, grant } = bound;
    await parts.showWords(shownIn, { requestId: grant.requestId, grantId: code.grantId, words });
    const signInAt = parts.signInFor?.(grant.role);
    return send(reply, {
      status: 200,
      body: {
        ...told(grant),
        grantId: code.grantId,
        words,
        ...(signInAt !== undefined && { signInAt }),
      },
    });
  });

  app.get('/api/grants/:grantId/connection', (request, reply) =>
    proved(parts, request, reply, async (id) => {
      const { connection } = await parts.desk.connection(id);
      return { status: 200, body: { stage: connection.stage } };
    }),
  );

  app.get('/api/grants/:grantId', (request, reply) =>
    proved(parts, request, reply, async (id) => {
      const grant = await parts.desk.current(id);
      return grant ? { status: 200, body: { ...told(grant), ...named(id, grant) } } : unknownGrant;
    }),
  );

  app.post('/api/grants/:grantId/credentials', (request, reply) =>
    proved(parts, request, reply, async (id) => {
      const proof = proofOf(request);
      const why = await whyNotThisRun(parts, request, id, proof);
      if (why === 'not now') return tokenUnknown;
      if (why !== undefined) {
        record(parts, id, 'credentials', why.because);
        return { status: 401, body: said(why) };
      }
      const issued = await parts.desk.issue({ grantId: id, proof });
      if (issued.outcome === 'done') return { status: 200, body: issued.issued };
      record(parts, id, 'credentials', issued.because);
      return notDone(issued);
    }),
  );

  app.post('/api/grants/:grantId/end', (request, reply) =>
    proved(parts, request, reply, async (id) => {
      const own = await parts.desk.grant(id);
      const grant = own && isOver(own.state) ? await parts.desk.current(id) : own;
      if (!grant) return unknownGrant;
      const signed = await parts.signer.sign({
        kind: 'stop',
        how: 'end',
        requestId: grant.requestId,
        by: grant.requester,
        reason: 'ended from the connected terminal',
        at: parts.now().toISOString(),
      });
      const stopped = await parts.desk.stop(signed);
      return stopped.outcome === 'done'
        ? { status: 200, body: { grantId: id, note: stopped.note } }
        : notDone(stopped);
    }),
  );
}

/** Runs the call when its proof is by the key that is connected (or waits to be) for this grant. */
async function proved(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  call: (id: string) => Promise<Answer>,
): Promise<FastifyReply> {
  const asked = grantPath.safeParse(request.params);
  if (!asked.success)
    return send(
      reply,
      malformed('grant: a grant id looks like g-abcdefghij.', 'See: curfew grants'),
    );
  const id = asked.data.grantId;
  try {
    const { receiver: connected } = await parts.desk.connection(id);
    if (!connected) return send(reply, notConnected);
    const path = request.url.split('?')[0] ?? '';
    await verifyProof(
      proofOf(request),
      connected.signing,
      { method: request.method, path, grantId: id },
      parts.now(),
    );
  } catch (error) {
    if (!(error instanceof Refused))
      return send(reply, {
        status: 503,
        body: {
          because: 'Curfew cannot look this grant up right now.',
          wouldPass: 'Try again in a minute.',
        },
      });
    record(parts, id, request.method, error.because);
    return send(reply, { status: 401, body: said(error) });
  }
  return send(reply, await call(id));
}

const proofOf = (request: FastifyRequest): string => String(request.headers[PROOF_HEADER] ?? '');

const unknownGrant: Answer = {
  status: 404,
  body: { because: 'There is no such grant on record.' },
};
const notConnected: Answer = {
  status: 403,
  body: {
    because: 'No terminal is connected to this grant.',
    wouldPass: 'Press Connect in the chat, then run: curfew connect CODE',
  },
};

const told = ({ role, account, until, state, reissueAfter }: GrantView) => ({
  role,
  account,
  expiresAt: until,
  state,
  ...(reissueAfter !== undefined && { reissueAfter }),
});

/** `answeredBy`: the grant that extends it and is live now. */
const named = (id: string, { grantId: current }: GrantView) => ({
  grantId: id,
  ...(current !== undefined && current !== id && { answeredBy: current }),
});

/** At most one entry a minute for each grant and call, so that a flood of strangers cannot fill the ledger. */
function record({ ledger, now }: ApiParts, id: string, what: string, because: string): void {
  const [opened] = ledger.entries({ grantId: id, kinds: ['grant.opened'], limit: 1 });
  if (!opened) return;
  const at = now().toISOString();
  ledger.append({
    kind: 'edge.refused',
    key: `edge.refused:${id}:${what}:${at.slice(0, 16)}`,
    at,
    ...(opened.requestId !== undefined && { requestId: opened.requestId }),
    grantId: grantId.parse(id),
    actor: 'a receiver',
    data: { what, because },
  });
}
