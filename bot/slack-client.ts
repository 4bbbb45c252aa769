import { LogLevel, type Logger } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { BotLog } from './front';

/** Where Slack is; absent means the real one. */
export interface SlackEndpoint {
  apiUrl?: string;
}

/**
 * Options of one client, made anew for each: an options object that clients share also shares its
 * headers, and with them one team's token. No retries, because a repeated call posts twice; a 429
 * rejects, because waiting for it would stall every other call of the client.
 */
export const clientOptions = (
  { apiUrl }: SlackEndpoint,
  timeoutMs: number,
  logger?: Logger,
): WebClientOptions => ({
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  ...(logger === undefined ? {} : { logger }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: timeoutMs,
});

/** For reconnecting the socket: there trying again is all that helps. */
export const socketClientOptions = (
  { apiUrl }: SlackEndpoint,
  logger: Logger,
): WebClientOptions => ({
  ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  logger,
  retryConfig: { retries: 1000, factor: 1.3, minTimeout: 500, maxTimeout: 5000 },
  timeout: 10_000,
});

/** A client for the worker's messages, apart from the one that answers waiting people. */
export const messagesClient = (botToken: string, endpoint: SlackEndpoint): WebClient =>
  new WebClient(botToken, {
    ...clientOptions(endpoint, 10_000),
    logLevel: LogLevel.ERROR,
  });

/** Slack's libraries into our log. Their debug lines quote payloads, so those are dropped. */
export function slackLogger(log: BotLog): Logger {
  const line = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: (...parts) => log.info({ part: 'slack' }, line(parts)),
    warn: (...parts) => log.warn({ part: 'slack' }, line(parts)),
    error: (...parts) => log.error({ part: 'slack' }, line(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
