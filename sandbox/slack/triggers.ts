import { randomBytes, randomInt } from 'node:crypto';
import { SlackError } from './slack-error';

/** Trigger ids: each opens one view, within `lifeMs` of what the person did. */
export interface Triggers {
  issue(user: string, view?: string): string;
  /** Whose action it was, and in which modal. Throws Slack's own errors; a trigger counts as used even when the view is bad. */
  exchange(trigger: string): { user: string; view?: string };
}

export function createTriggers(lifeMs: number, now: () => number = Date.now): Triggers {
  const issued = new Map<string, { user: string; view?: string; at: number; used: boolean }>();

  const forget = (): void => {
    for (const [id, { at }] of issued) if (now() - at > 20 * lifeMs) issued.delete(id);
  };

  return {
    issue(user, view) {
      forget();
      const id = `${randomInt(1e9, 1e10)}.${randomInt(1e9, 1e10)}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { user, at: now(), used: false, ...(view === undefined ? {} : { view }) });
      return id;
    },
    exchange(trigger) {
      const known = issued.get(trigger);
      if (!known) throw new SlackError('invalid_trigger_id');
      if (known.used) throw new SlackError('exchanged_trigger_id');
      if (now() - known.at > lifeMs) throw new SlackError('expired_trigger_id');
      known.used = true;
      return known;
    },
  };
}
