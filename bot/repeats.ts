import { z } from 'zod';

const pressed = z.object({
  trigger_id: z.string(),
  actions: z.array(z.object({ action_ts: z.string() })).optional(),
  command: z.string().optional(),
});

const KEPT = 1000;

/**
 * Knows a command or a click that is delivered again: the same trigger, which is good for one modal
 * only. Submissions are let through, because each delivery of one needs its answer.
 */
export function createRepeats(): (body: unknown) => boolean {
  const seen = new Set<string>();
  return (body) => {
    const read = pressed.safeParse(body).data;
    if (read === undefined || (read.command === undefined && read.actions === undefined)) {
      return false;
    }
    const key = `${read.trigger_id} ${read.actions?.[0]?.action_ts ?? ''}`;
    if (seen.has(key)) return true;
    seen.add(key);
    const [oldest] = seen;
    if (seen.size > KEPT && oldest !== undefined) seen.delete(oldest);
    return false;
  };
}
