import type { Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { AccessDesk, Outcome } from '../access/desk';
import type { Ledger } from '../access/ledger';
import type { Signed, Statement } from '../access/statement';
import { findingOn, isClosed } from './activities/quarantine-record';
import { asOutcome } from './outcomes';
import {
  breakGlassReviewId,
  quarantineWorkflowId,
  removeNowUpdate,
  reviewBreakGlassUpdate,
} from './workflows/protocol';

/** A person waits; a later answer is found by pressing again. */
const ANSWER_MS = 10_000;

/** The front desk's answers to what asks people by itself: the review of a break-glass, what nobody asked for. */
export function answerDesk({
  client,
  ledger,
}: {
  client: Client;
  ledger: Pick<Ledger, 'entries'>;
}): Pick<AccessDesk, 'reviewBreakGlass' | 'removeNow' | 'quarantine'> {
  async function answer<S extends Statement>(
    workflowId: string,
    update: UpdateDefinition<{ note: string }, [Signed<S>]>,
    signed: Signed<S>,
    updateId: string,
    because: string,
  ): Promise<Outcome<{ note: string }>> {
    const asking = client.workflow.getHandle(workflowId);
    const outcome = await asOutcome(() =>
      client.connection.withDeadline(Date.now() + ANSWER_MS, () =>
        asking.executeUpdate(update, { args: [signed], updateId }),
      ),
    );
    return outcome === 'over' ? { outcome: 'refused', because } : outcome;
  }

  return {
    reviewBreakGlass: (signed, clickId) =>
      answer(
        breakGlassReviewId(signed.statement.requestId),
        reviewBreakGlassUpdate,
        signed,
        clickId,
        'There is no open review of this break-glass.',
      ),

    removeNow: (signed, clickId) =>
      answer(
        quarantineWorkflowId(signed.statement.quarantineId),
        removeNowUpdate,
        signed,
        clickId,
        'This is over: the message says how it ended.',
      ),

    async quarantine(quarantineId) {
      const found = findingOn({ ledger }, quarantineId)?.quarantine;
      if (!found) return undefined;
      const { role, holder } = found;
      return { role: role.id, ...(holder && { holder }), over: isClosed(found) };
    },
  };
}
