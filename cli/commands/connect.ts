import path from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../../config/root';
import { readConnectCode } from '../../keys/codes';
import { newReceiverKeys } from '../../keys/receiver';
import { api, type Caller } from '../api-client';
import { CommandFailure } from '../failure';
import { openHome } from '../home';
import { note, print } from '../output';
import { serverFor } from '../server';

const CONFIRM_WITHIN_MS = 180_000;
/** The button to the page is good for ten minutes, and has to be asked for first. */
const SIGN_IN_WITHIN_MS = 720_000;
const ASK_EVERY_MS = 1_000;

interface Options {
  server?: string;
  json?: boolean;
}

/** Adds `curfew connect CODE`. */
export function registerConnect(program: Command): void {
  program
    .command('connect')
    .argument('<CODE>', 'the code that Connect shows in the chat')
    .description('connect this machine to a grant, with keys of its own')
    .option('--server <url>', 'where Curfew answers')
    .option('--json', 'print one line of JSON')
    .action(connect);
}

async function connect(code: string, { server, json }: Options): Promise<void> {
  const read = readConnectCode(code);
  if (!read) {
    throw new CommandFailure(
      2,
      'CODE: this is not a connect code. Press Connect in the chat and copy the whole code (g-…-…).',
    );
  }
  const home = openHome();
  const { keys, receiver } = await newReceiverKeys();
  const caller: Caller = {
    server: serverFor(server, undefined),
    grantId: read.grantId,
    signing: keys.signing,
  };
  const bound = await api.connect(caller, { code: code.trim().toLowerCase(), receiver });
  note(`Words: ${bound.words}`);
  note('Compare them with the chat and press Confirm there. Anything else: press Not me.');
  const { signInAt } = bound;
  if (signInAt !== undefined)
    note(
      `${bound.role} asks for a fresh sign-in: Confirm gives you a button to a page at ${signInAt}. Sign in there, and this goes on by itself.`,
    );
  await confirmed(caller, signInAt !== undefined);
  const { role, account, expiresAt = '' } = bound;
  home.save({ grantId: read.grantId, server: caller.server, role, account, expiresAt, keys });
  print(
    json,
    { grant: read.grantId, role, account, expiresAt, server: caller.server },
    help(read.grantId, role, account, expiresAt),
  );
}

/** Waits for the person to confirm in the chat. */
async function confirmed(caller: Caller, bySignIn: boolean): Promise<void> {
  const deadline = Date.now() + (bySignIn ? SIGN_IN_WITHIN_MS : CONFIRM_WITHIN_MS);
  while (Date.now() < deadline) {
    const stage = await stageOf(caller);
    if (stage === 'confirmed') return;
    if (stage !== 'bound')
      throw new CommandFailure(
        1,
        'The words were turned down in the chat. Press Connect for a new code.',
      );
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new CommandFailure(
    1,
    bySignIn
      ? 'Nobody confirmed the words and signed in within 12 minutes, so nothing was connected. Press Connect for a new code.'
      : 'Nobody confirmed the words within 3 minutes. Press Connect for a new code.',
  );
}

/** Once turned down, the server knows nothing of our keys any more, and refuses them like anybody's. */
async function stageOf(caller: Caller): Promise<string> {
  try {
    return (await api.connection(caller)).stage;
  } catch (error) {
    if (error instanceof CommandFailure && error.code === 1) return 'none';
    throw error;
  }
}

const help = (grantId: string, role: string, account: string, expiresAt: string): string =>
  [
    `Connected: ${role} in ${account} until ${expiresAt} (${grantId}).`,
    '',
    'For the AWS CLI and any SDK, put this into a profile of ~/.aws/config:',
    '',
    `[profile ${grantId}]`,
    `credential_process = ${credentialProcess(grantId)}`,
    '',
    `or let them ask a local endpoint instead: ${quoted(process.execPath)} ${quoted(program())} serve ${grantId}`,
  ].join('\n');

/** With absolute paths: whoever runs it may stand in any folder and have any Node. */
const credentialProcess = (grantId: string): string =>
  `${quoted(process.execPath)} ${quoted(program())} credentials ${grantId}`;

const program = (): string => path.join(packageRoot, 'dist/cli/main.js');

const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text);
