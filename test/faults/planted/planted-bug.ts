import type { Aim } from '../run/plan';

/** A mistake that somebody could make, as a change of today's source, and the invariant that must catch it. */
export interface PlantedBug {
  name: string;
  what: string;
  /** `find` stands in the file exactly once; a test sees to that. */
  edits: readonly { file: string; find: string; replace: string }[];
  /** Scenarios that would meet it. */
  aim: Aim;
  scenarios: number;
  caughtBy: string;
}
