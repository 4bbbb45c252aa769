import type { Evidence, Violation } from '../run/evidence';
import { ACCESS } from './access';
import { CHAT } from './chat';
import { RECORD } from './record';
import { SECOND } from './second';

/** What must hold of every request, by name. */
export const INVARIANTS = { ...ACCESS, ...RECORD, ...CHAT, ...SECOND };

/** What a scenario broke. */
export const broken = (around: Evidence): Violation[] =>
  around.parts.flatMap((seen) =>
    Object.entries(INVARIANTS).flatMap(([invariant, check]) =>
      check(seen, around).map((evidence) => ({
        invariant,
        seed: around.plan.seed,
        requestId: seen.requestId,
        evidence,
      })),
    ),
  );
