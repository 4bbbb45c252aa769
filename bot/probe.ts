import { setTimeout as pause } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { Refused } from '../access/refused';
import type { BotLog } from './front';
import { isAmbiguous, platformError } from './slack-faults';
import { SCOPES } from './scopes';

const ATTEMPTS = 20;
const PAUSE_MS = 500;

/** Who the bot token is. Waits a little for Slack to be reached; a token that Slack refuses ends it at once. */
export async function probe(client: WebClient, log: BotLog): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const self = await client.auth.test();
      warnOfScopes(self.response_metadata?.scopes, log);
      return;
    } catch (error) {
      const code = platformError(error);
      if (code !== undefined) throw wrongToken('SLACK_BOT_TOKEN', code);
      if (attempt === ATTEMPTS || !isAmbiguous(error)) throw error;
      await pause(PAUSE_MS);
    }
  }
}

/** Names the variable; never its value. */
export const wrongToken = (variable: string, code: string): Refused =>
  new Refused(
    `Slack refuses ${variable} (${code}).`,
    'Copy the token again from the app’s settings, or install the app again.',
  );

function warnOfScopes(granted: string[] | undefined, log: BotLog): void {
  const missing = SCOPES.filter((scope) => !granted?.includes(scope));
  if (granted === undefined || granted.length === 0 || missing.length === 0) return;
  log.warn({ missing }, 'the Slack app lacks scopes: install it again with manifest.yml');
}
