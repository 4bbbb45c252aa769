import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { RateLimited } from '../access/rate-limited';
import { Refused } from '../access/refused';

/** What a person must do about Slack's errors that no retry cures by itself. */
const ADVICE: Record<string, string> = {
  not_in_channel: 'Invite the app to the channel: /invite @Curfew.',
  channel_not_found: 'Create the channel, or invite the app to it if it is private.',
  is_archived: 'Unarchive the channel or name another one in curfew.yaml.',
  restricted_action: 'Let the app post in this channel.',
  missing_scope: 'Install the app again with the scopes of manifest.yml.',
  invalid_auth: 'Check SLACK_BOT_TOKEN.',
  not_authed: 'Check SLACK_BOT_TOKEN.',
  account_inactive: 'Check SLACK_BOT_TOKEN: the app was removed from the workspace.',
  token_revoked: 'Check SLACK_BOT_TOKEN: it was revoked.',
};

/** The person is not there any more, so nothing can be told to them. */
const NOBODY = new Set([
  'user_not_found',
  'user_disabled',
  'users_not_found',
  'user_not_visible',
  'cannot_dm_bot',
]);

export const platformError = (error: unknown): string | undefined =>
  error instanceof WebAPIPlatformError ? error.data.error : undefined;

/** The call may have been done although it failed: nobody knows. */
export const isAmbiguous = (error: unknown): boolean =>
  error instanceof WebAPIRequestError ||
  (error instanceof WebAPIHTTPError && error.statusCode >= 500);

/**
 * Slack's errors in our words: {@link RateLimited} with the pause Slack asks for, {@link Refused}
 * for a person who is gone, else a fault that says where to look. Slack's own error objects quote
 * requests, so they are not passed on.
 */
export async function inOurWords<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(what, error);
  }
}

function translated(what: string, error: unknown): Error {
  if (error instanceof WebAPIRateLimitedError) {
    return new RateLimited(`Slack (${what})`, error.retryAfter);
  }
  const code = platformError(error);
  if (code !== undefined) {
    if (NOBODY.has(code)) return new Refused(`Slack knows nobody to reach there (${code}).`);
    const advice = ADVICE[code];
    return new Error(`Slack refused ${what}: ${code}.${advice ? ` ${advice}` : ''}`);
  }
  if (error instanceof WebAPIHTTPError) {
    return new Error(`Slack answered ${what} with HTTP ${error.statusCode}.`);
  }
  if (error instanceof WebAPIRequestError) return new Error(`Slack was not reached for ${what}.`);
  return error instanceof Error ? error : new Error(`${what} failed`);
}
