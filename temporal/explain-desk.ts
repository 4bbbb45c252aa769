import { WorkflowFailedError, type Client } from '@temporalio/client';
import { z } from 'zod';
import { decision } from '../access/decision';
import type { AccessDesk } from '../access/desk';
import type { DecisionOnRecord } from '../access/explanation';
import type { Ledger, LedgerEntry } from '../access/ledger';
import { chatUser } from '../access/person';
import { isUnknown } from './outcomes';
import type { explainRequest } from './workflows';
import { EXPLAIN_REQUEST, explainWorkflowId } from './workflows/protocol';

/** Somebody waits in front of an open window. */
const LOOK_MS = 10_000;

/** Why a request stands as it does. What is on record needs no worker. */
export function explainDesk({
  client,
  ledger,
  taskQueue,
}: {
  client: Client;
  ledger: Pick<Ledger, 'entries'>;
  taskQueue: string;
}): Pick<AccessDesk, 'explain'> {
  return {
    async explain(requestId) {
      const entries = ledger.entries({
        requestId,
        kinds: ['request.opened', 'request.decided', 'request.reviewed'],
      });
      if (entries.length === 0) return undefined;
      const now = await look(requestId);
      return { ...(now && { now }), record: entries.flatMap(onRecord) };
    },
  };

  /** Whoever presses at the same time shares one look, so pressing costs the directory no more. */
  async function look(requestId: string) {
    try {
      return await client.connection.withDeadline(Date.now() + LOOK_MS, () =>
        client.workflow.execute<typeof explainRequest>(EXPLAIN_REQUEST, {
          workflowId: explainWorkflowId(requestId),
          taskQueue,
          args: [{ requestId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowExecutionTimeout: '30s',
        }),
      );
    } catch (error) {
      if (error instanceof WorkflowFailedError || isUnknown(error)) return undefined;
      throw error;
    }
  }
}

const decided = z.object({
  verdict: z.string(),
  decided: decision.shape.verdict.optional(),
  by: chatUser.optional(),
  because: z.string(),
  policies: z.array(z.string()),
  policyHash: z.string(),
});
const votes = z.enum(['approve', 'deny']);

/** An entry of a decision; whatever else is on record says nothing here. */
function onRecord({ kind, at, data }: LedgerEntry): DecisionOnRecord[] {
  const read = decided.safeParse(data);
  if (!read.success) return [];
  const { because, policies, policyHash, by } = read.data;
  const what = kind === 'request.decided' ? ('request' as const) : ('review' as const);
  const said = what === 'review' ? votes.safeParse(read.data.verdict).data : undefined;
  const verdict =
    read.data.decided ??
    (what === 'request' ? decision.shape.verdict.safeParse(read.data.verdict).data : undefined);
  return [
    {
      at,
      what,
      because,
      policies,
      policyHash,
      ...(by && { by }),
      ...(said && { said }),
      ...(verdict && { verdict }),
    },
  ];
}
