import { ApplicationFailureCategory } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { Refusal } from '../../access/refused';

/**
 * The one kind of error a handler may throw: a plain Error would fail the workflow task for ever.
 * BENIGN keeps expected refusals out of error metrics.
 */
export const refuse = (because: string, wouldPass?: string): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'Refused',
    message: wouldPass === undefined ? because : `${because} ${wouldPass}`,
    details: [wouldPass === undefined ? { because } : { because, wouldPass }],
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });

/** The refusal an activity answered with; undefined for any other failure. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure))
    return undefined;
  return error.cause.type === 'Refused' ? { because: error.cause.message } : undefined;
}

/** The sentence of a refusal that workflow code made itself. */
export const ownRefusal = (error: unknown): string | undefined =>
  error instanceof ApplicationFailure && error.type === 'Refused' ? error.message : undefined;

/** Hands an activity's refusal to the caller of an update as it was said. */
export async function passingOnRefusals<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    const refusal = refusalIn(error);
    throw refusal ? refuse(refusal.because, refusal.wouldPass) : asFailure(error);
  }
}

const asFailure = (error: unknown): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'Fault',
    message: error instanceof Error ? error.message : String(error),
    nonRetryable: true,
  });

/** Runs tasks one after the other, in the order they came. */
export function oneAtATime(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  };
}
