import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { parseDuration } from '../../access/duration';
import { GRANT_STATES, isOver } from '../../access/states';
import { newReceiverKeys } from '../../keys/receiver';
import { askAsJob, type JobAnswer } from '../api-client';
import { CommandFailure } from '../failure';
import { openHome } from '../home';
import { jobTokenIn, type JobToken } from '../job-token';
import { note, print } from '../output';
import { serverFor } from '../server';

const ASK_EVERY_MS = 1_000;
/** Tokens live for some minutes; a new one is fetched before. */
const TOKEN_FOR_MS = 120_000;

interface Options {
  for: string;
  reason: string;
  ticket?: string;
  wait: string;
  server?: string;
  json?: boolean;
}

/** Adds `curfew request ROLE`, for jobs and agents that have a token of their own. */
export function registerRequest(program: Command): void {
  program
    .command('request')
    .argument('<ROLE>', 'the id of a role')
    .description('ask for access from a CI job or an agent, and wait for it')
    .requiredOption('--for <duration>', 'how long, such as 15m')
    .requiredOption('--reason <text>', 'why, for those who approve it')
    .option('--ticket <key>', 'the ticket it is for')
    .option('--wait <duration>', 'how long to wait for an approval', '30m')
    .option('--server <url>', 'where Curfew answers')
    .option('--json', 'print one line of JSON')
    .action(request);
}

async function request(role: string, options: Options): Promise<void> {
  const token = jobTokenIn(process.env);
  if (token === undefined)
    throw new CommandFailure(
      2,
      'There is no token of a job here (ACTIONS_ID_TOKEN_REQUEST_URL, CURFEW_TOKEN or CURFEW_TOKEN_FILE). People ask in the chat: type /request-access there.',
    );
  const durationMinutes = minutesOf('--for', options.for);
  const waitMs = minutesOf('--wait', options.wait) * 60_000;
  const { keys, receiver } = await newReceiverKeys();
  const server = serverFor(options.server, undefined);
  const { reason, ticket } = options;
  const body = { role, durationMinutes, reason, ...(ticket && { ticket }), receiver };
  const { grantId, account, expiresAt } = await whenActive(server, body, token, waitMs);
  openHome().save({ grantId, server, role, account, expiresAt, keys, ofJob: true });
  print(
    options.json,
    { grant: grantId, role, account, expiresAt, server },
    `${role} in ${account} until ${expiresAt} (${grantId}). Credentials: curfew credentials ${grantId}`,
  );
}

/** Asks again and again, which is one request; its answers say how it stands. */
async function whenActive(
  server: string,
  body: object,
  freshToken: JobToken,
  waitMs: number,
): Promise<{ grantId: string; account: string; expiresAt: string }> {
  const until = Date.now() + waitMs;
  let token = await freshToken();
  let fetchedAt = Date.now();
  let told = '';
  for (;;) {
    const answer = await askPatiently(server, body, token);
    if (answer !== undefined) {
      const { state, grantId, account, expiresAt, because = '' } = answer;
      if (state === 'active' && grantId !== undefined && expiresAt !== undefined)
        return { grantId, account, expiresAt };
      if (GRANT_STATES.some((known) => known === state && isOver(known)))
        throw new CommandFailure(1, `It is ${state}. ${because}`.trim());
      if (state !== told) note(`${answer.requestId}: ${state}`);
      told = state;
    }
    if (Date.now() + ASK_EVERY_MS > until)
      throw new CommandFailure(1, 'Nobody decided in the time that --wait gives. It is no yes.');
    await pause(ASK_EVERY_MS);
    if (Date.now() - fetchedAt < TOKEN_FOR_MS) continue;
    token = await freshToken();
    fetchedAt = Date.now();
  }
}

/** Undefined when the server says "not now": asking again is the same request. */
async function askPatiently(
  server: string,
  body: object,
  token: string,
): Promise<JobAnswer | undefined> {
  try {
    return await askAsJob(server, body, token);
  } catch (error) {
    if (error instanceof CommandFailure && error.isForNow) return undefined;
    throw error;
  }
}

function minutesOf(option: string, text: string): number {
  const minutes = parseDuration(text);
  if (minutes === undefined)
    throw new CommandFailure(2, `${option}: "${text}" is no duration. Write 15m, 1h or 1h30m.`);
  return minutes;
}
