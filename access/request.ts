import { z } from 'zod';
import { instant, requestId } from './ids';
import { chatUser } from './person';
import { askingWorkload } from './workload';

export const REASON_MAX = 500;

/** What someone asked for, as it was submitted. */
export const accessRequest = z.object({
  requestId,
  requester: chatUser,
  /** A role's id in the catalog. */
  role: z.string().min(1).max(75),
  durationMinutes: z.int().positive().max(43_200),
  reason: z.string().trim().min(1).max(REASON_MAX),
  ticket: z.string().trim().max(100).optional(),
  /** An emergency: at once, without reviewers, reviewed afterwards. */
  breakGlass: z.literal(true).optional(),
  /** The request whose live grant this one goes on from; decided anew like any other. */
  extends: requestId.optional(),
  /** When it is no person who asks; `requester` is then the workload's own. */
  workload: askingWorkload.optional(),
  submittedAt: instant,
});
export type AccessRequest = z.infer<typeof accessRequest>;
