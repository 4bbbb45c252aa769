import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { Outcome } from '../access/desk';

const refusalDetails = z.object({ because: z.string(), wouldPass: z.string().optional() });

/**
 * What a call to a workflow came to. `over` means the workflow has closed. No answer in time is
 * `pending`, never "refused": the engine may have applied it, or will.
 */
export async function asOutcome<T extends object>(
  call: () => Promise<T>,
): Promise<Outcome<T> | 'over'> {
  try {
    return { outcome: 'done', ...(await call()) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'over';
    if (error instanceof WorkflowUpdateFailedError) return refusedBy(error);
    if (isUnknown(error)) {
      return {
        outcome: 'pending',
        because:
          'Curfew did not answer in time. Your click is recorded or still on its way; it never counts twice.',
      };
    }
    throw error;
  }
}

function refusedBy({ cause }: WorkflowUpdateFailedError): {
  outcome: 'refused';
  because: string;
  wouldPass?: string;
} {
  const said =
    cause instanceof ApplicationFailure && cause.type === 'Refused'
      ? refusalDetails.safeParse(cause.details?.[0])
      : undefined;
  if (said?.success) {
    const { because, wouldPass } = said.data;
    return { outcome: 'refused', because, ...(wouldPass !== undefined && { wouldPass }) };
  }
  if (cause instanceof ApplicationFailure && cause.type === 'Refused')
    return { outcome: 'refused', because: cause.message };
  return {
    outcome: 'refused',
    because: 'A part that Curfew needs did not answer, so nothing was done.',
    wouldPass: 'Try again in a minute.',
  };
}

/** Nobody knows whether it was done, or will be. */
export const isUnknown = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
  error instanceof ServiceError ||
  isGrpcServiceError(error);
