import { z } from 'zod';

/** A ticket, as whoever keeps it tells it at this moment. */
export const ticket = z.object({
  key: z.string().min(1),
  /** In the words of the tracker, such as `In Progress`. */
  status: z.string(),
  /** Addresses of those who work on it; nobody, when it is assigned to nobody. */
  assignees: z.array(z.string()),
  /** The key of its project, such as `PAY`. */
  project: z.string(),
  /** Where people read it. */
  url: z.string().optional(),
});
export type Ticket = z.infer<typeof ticket>;

/** Where tickets are kept. Fresh at each call. */
export interface Tickets {
  /** For people and the log. */
  readonly name: string;
  /**
   * Undefined when there is no such ticket, or none that Curfew may see. Throws when nobody can tell; the
   * message holds no secret. `requester`: the address of whoever named it.
   */
  find(key: string, requester: string): Promise<Ticket | undefined>;
}
