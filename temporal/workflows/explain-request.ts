import type { RequestTrace } from '../../access/explanation';
import { lookAtRequest } from './steps';

/** Somebody pressed Details: one look with fresh facts, which changes nothing. */
export const explainRequest = (order: {
  requestId: string;
}): Promise<NonNullable<RequestTrace['now']>> => lookAtRequest(order);
