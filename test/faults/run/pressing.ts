import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Message } from '../../../bench/stack';
import type { Site } from './site';

/** Whatever is down comes back within this; a person who tries for so long has a right to it. */
const PATIENCE_MS = 240_000;
const AGAIN_MS = 2_000;
/** What people do never came to pass, however often they tried. */
export class NeverCame extends Error {}

/** Tries again until there is something, as a person does whose button said "try again". */
export async function persist<T>(
  what: string,
  attempt: () => Promise<T | undefined>,
  withinMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + withinMs;
  let last: unknown = 'nothing happened';
  for (;;) {
    try {
      const got = await attempt();
      if (got !== undefined) return got;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new NeverCame(`${what}: ${String(last).slice(0, 300)}`, { cause: last });
    await pause(AGAIN_MS);
  }
}

const acted = z.object({
  ack: z.boolean(),
  error: z.string().optional(),
  modal: z.object({ text: z.string() }).optional(),
});
const submitted = z.object({
  closed: z.boolean(),
  error: z.string().optional(),
  errors: z.record(z.string(), z.string()).optional(),
});

/** What somebody fills in: how it comes up, and when there is no use in it any more. */
interface Form {
  name: string;
  open: () => Promise<unknown>;
  values: Record<string, string>;
  isInVain?: () => boolean;
}

export const fillIn = (
  site: Site,
  who: string,
  { name, open, values, isInVain = () => false }: Form,
): Promise<'sent' | 'in vain'> =>
  site.turn(who, async () => {
    let isOpen = false;
    return persist(`${who} sends the form of ${name}`, async () => {
      if (isInVain()) return 'in vain';
      // Sent again, it is the same form: whatever became of the answer, it asks for one thing once.
      if (!isOpen) await open();
      isOpen = true;
      try {
        return (await submit(site, who, values)).closed ? 'sent' : undefined;
      } catch (error) {
        // The form is gone, or never came.
        isOpen = false;
        throw error;
      }
    });
  });

export const command = async (site: Site, user: string, name: string, text = '') =>
  acted.parse(await site.curfew.control('command', { user, command: name, text }));

export const submit = async (site: Site, user: string, values: Record<string, string>) =>
  submitted.parse(await site.curfew.control('submit', { user, values }));

export const click = async (site: Site, user: string, button: string, { ts }: Message) =>
  acted.parse(await site.curfew.control('click', { user, button, where: 'messages', message: ts }));
