import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { WebClient } from '@slack/web-api';
import type { Ledger } from '../../access/ledger';
import { openLedger } from '../../audit/ledger';
import { createBot, type Bot } from '../../bot/create';
import type { SignInDesk } from '../../bot/front';
import { messagesClient } from '../../bot/slack-client';
import { COMMANDS } from '../../bot/surface';
import { newConnectCode } from '../../keys/codes';
import type { ShownView } from '../../sandbox/slack/wire';
import { exampleCatalog } from './example-catalog';
import { createInMemoryDesk, type InMemoryDesk } from './in-memory-desk';
import { type Slack, startSlack, TOKENS } from './slack-stand-in';

/** The bot in a Slack workspace of its own. */
export interface BotInSlack {
  bot: Bot;
  desk: InMemoryDesk;
  ledger: Ledger;
  /** The workspace, with people's hands and eyes. */
  slack: Slack;
  /** What a messenger of the worker talks through. */
  messages: WebClient;
  /** Where Slack posts to, with the HTTP transport. */
  eventsUrl: string;
  home(user: string): Promise<ShownView>;
  stop(): Promise<void>;
}

/** Starts both on free loopback ports. `folder` holds the ledger. */
export async function startBotInSlack(
  kind: 'socket' | 'http',
  folder: string,
  signIn?: SignInDesk,
): Promise<BotInSlack> {
  const desk = createInMemoryDesk();
  const ledger = openLedger(path.join(folder, 'ledger.db'));
  const mounted: { bot?: Bot } = {};
  const edge = createServer((request, response) =>
    mounted.bot?.requestListener?.(request, response),
  );
  const eventsUrl = `${await listening(edge)}/slack/events`;
  const slack = await startSlack({
    commands: Object.values(COMMANDS),
    ...(kind === 'http' ? { appUrl: eventsUrl } : {}),
  });
  const { botToken, appToken, signingSecret } = TOKENS;
  const bot = createBot({
    settings: {
      botToken,
      apiUrl: slack.apiUrl,
      transport: kind === 'socket' ? { kind, appToken } : { kind, signingSecret },
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    desk,
    catalog: exampleCatalog(),
    signer: { sign: async (statement) => ({ statement, seal: `seal of ${statement.kind}` }) },
    ledger,
    codes: { newConnectCode },
    ...(signIn && { signIn }),
  });
  mounted.bot = bot;
  await bot.start();
  return {
    bot,
    desk,
    ledger,
    slack,
    eventsUrl,
    messages: messagesClient(botToken, { apiUrl: slack.apiUrl }),
    home: (user) => slack.get(`/sandbox/slack/home?user=${user}`),
    async stop() {
      await bot.stop();
      await slack.close();
      edge.closeAllConnections();
      edge.close();
      ledger.close();
    },
  };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
