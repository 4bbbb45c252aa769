import { z } from 'zod';
import { instant } from './ids';

/**
 * How long taking back took, in seconds. Counted from when it was asked; of a window that ran out, from its
 * own end.
 */
export const endSeconds = z.object({
  /** Absent when nothing had to be written. */
  askedToWritten: z.number().nonnegative().optional(),
  askedToObserved: z.number().nonnegative(),
});
export type EndSeconds = z.infer<typeof endSeconds>;

/** When one Region in use was seen to deny it. */
export const regionDenial = z.object({
  region: z.string(),
  observedAt: instant,
  seconds: z.number().nonnegative(),
});

/** What an `end.observed` on record holds; early ones know no seconds and no Regions. */
export const observedEnd = z.object({
  how: z.string(),
  statement: z.string(),
  seconds: endSeconds.optional(),
  /** Empty when nothing had been handed out, so that there was nothing to see. */
  regions: z.array(regionDenial).default([]),
});
