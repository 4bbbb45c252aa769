import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import Fastify from 'fastify';
import { createFaults, faultRoutes, type Faults } from '../../sandbox/faults';
import { guardRoutes } from '../../sandbox/guard';
import { pageFiles } from '../../sandbox/page-files';
import {
  openSlackStandIn,
  type SlackStandIn,
  type SlackStandInOptions,
} from '../../sandbox/slack/stand-in';
import type { Acted, ShownMessage, Submitted } from '../../sandbox/slack/wire';

export const TOKENS = {
  botToken: 'xoxb-stand-in',
  appToken: 'xapp-stand-in',
  signingSecret: 'signing-secret-of-the-stand-in',
};

export type Refused = { status: number; error: string };

/** A Slack workspace on a loopback port, with the hands of its people. */
export interface Slack {
  url: string;
  apiUrl: string;
  faults: Faults;
  standIn: SlackStandIn;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T & Partial<Refused>>;
  command(user: string, command: string, text?: string, channel?: string): Promise<Acted>;
  submit(user: string, values: object): Promise<Submitted & Partial<Refused>>;
  click(user: string, button: string, more?: object): Promise<Acted & Partial<Refused>>;
  messages(user: string, channel?: string): Promise<ShownMessage[]>;
  close(): Promise<void>;
}

export async function startSlack({
  file = ':memory:',
  appUrl,
  timing = {},
  commands = ['/request-access'],
}: {
  file?: string;
  appUrl?: string;
  commands?: readonly string[];
  timing?: SlackStandInOptions['timing'];
} = {}): Promise<Slack> {
  const faults = createFaults();
  const standIn = openSlackStandIn({
    file,
    tokens: TOKENS,
    faults,
    commands: commands.map((command) => ({
      command,
      description: 'Ask for access',
      hint: '[role]',
      escape: command !== '/request-access',
    })),
    timing: { quietMs: 20, ...timing },
    transport: appUrl === undefined ? { kind: 'socket' } : { kind: 'http', url: appUrl },
  });
  const app = Fastify({ forceCloseConnections: true });
  guardRoutes(app);
  faultRoutes(app, faults);
  await standIn.routes(app);
  await pageFiles(app);
  app.server.on('upgrade', (request, socket, head) => {
    if (!standIn.upgrade(request, socket, head)) socket.destroy();
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });

  const get = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`)).json() as T;
  const post = async <T>(path: string, body: object): Promise<T & Partial<Refused>> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as T & Partial<Refused>;
    return response.ok ? answer : { ...answer, status: response.status };
  };
  return {
    url,
    apiUrl: `${url}/sandbox/slack/api/`,
    faults,
    standIn,
    get,
    post,
    command: (user, command, text = '', channel = 'general') =>
      post('/sandbox/slack/command', { user, command, text, channel }),
    submit: (user, values) => post('/sandbox/slack/submit', { user, values }),
    click: (user, button, more = {}) => post('/sandbox/slack/click', { user, button, ...more }),
    messages: (user, channel) =>
      get(
        `/sandbox/slack/messages?user=${encodeURIComponent(user)}${channel === undefined ? '' : `&channel=${channel}`}`,
      ),
    async close() {
      await app.close();
      await standIn.close();
    },
  };
}

/** A real Bolt app against the stand-in, over either transport. */
export async function startBolt(
  transport: 'socket' | 'http',
  listen: (app: App) => void,
  settings: { file?: string; timing?: SlackStandInOptions['timing'] } = {},
): Promise<{ slack: Slack; app: App; close: () => Promise<void> }> {
  return transport === 'socket' ? overSocket(listen, settings) : overHttp(listen, settings);
}

const options = (apiUrl: string) => ({
  token: TOKENS.botToken,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 } },
});

async function overSocket(listen: (app: App) => void, settings: Parameters<typeof startSlack>[0]) {
  const slack = await startSlack(settings);
  const { clientOptions, logLevel, token } = options(slack.apiUrl);
  const receiver = new SocketModeReceiver({
    appToken: TOKENS.appToken,
    logLevel,
    installerOptions: { clientOptions },
  });
  const app = new App({ token, receiver, clientOptions, logLevel });
  listen(app);
  await receiver.client.start();
  return {
    slack,
    app,
    async close() {
      await receiver.client.disconnect();
      await slack.close();
    },
  };
}

async function overHttp(listen: (app: App) => void, settings: Parameters<typeof startSlack>[0]) {
  const receiver = new HTTPReceiver({
    signingSecret: TOKENS.signingSecret,
    logLevel: LogLevel.ERROR,
  });
  const server: Server = createServer((request, response) =>
    receiver.requestListener(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const slack = await startSlack({
    appUrl: `http://127.0.0.1:${port}/slack/events`,
    ...settings,
  });
  const app = new App({ ...options(slack.apiUrl), receiver });
  listen(app);
  return {
    slack,
    app,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await slack.close();
    },
  };
}
