import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Faults } from '../faults';
import { PEOPLE } from '../people';
import { createActivity, type Calm } from './activity';
import { controlRoutes, explainRefusals } from './controls';
import { createDeliveries, type Transport } from './deliveries';
import { createHttpTransport } from './http-transport';
import { createJournal } from './journal';
import { openMessageStore } from './message-store';
import { pageRoutes } from './page';
import { openReads } from './page-state';
import type { Command, Parts } from './parts';
import { openResponseUrls } from './response-urls';
import { openRows } from './rows';
import { createShown } from './shown';
import { createSocketMode } from './socket-mode';
import { createTriggers } from './triggers';
import { openViewStore } from './view-store';
import { webApiRoutes } from './web-api';
import type { ShownPerson } from './wire';
import { openWorkspace } from './workspace';

export interface SlackStandInOptions {
  /** SQLite file of its state, or `:memory:`. */
  file: string;
  tokens: { botToken: string; appToken: string; signingSecret: string };
  faults: Faults;
  /** Slash commands of the app's manifest; any other is no command, as in Slack. */
  commands: readonly Command[];
  /** How the app is reached: Socket Mode, or signed requests to this URL (`…/slack/events`). */
  transport: { kind: 'socket' } | { kind: 'http'; url: string };
  /** Who there is, with the directory's present facts. Default: the seed company. */
  people?: () => ShownPerson[];
  /** Where the page's link to Temporal leads. */
  temporalUi?: string;
  /** In milliseconds; Slack's own by default. */
  timing?: Partial<Timing>;
}

interface Timing extends Calm {
  ackMs: number;
  triggerMs: number;
}
const TIMING: Timing = { ackMs: 3_000, triggerMs: 3_000, quietMs: 150, limitMs: 2_000 };

export interface SlackStandIn {
  /** Registers every route. Put the guard on `app` first. */
  routes(app: FastifyInstance): Promise<void>;
  /** For the server's `upgrade` event; false when the connection is not for Socket Mode. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Is the app there? Over HTTP nobody knows until it is asked. */
  connected(): boolean;
  /** Asks every Socket Mode connection to reconnect. */
  refreshSockets(): void;
  close(): Promise<void>;
}

/** A Slack workspace in one process: Web API, both transports, people with hands, and their page. */
export function openSlackStandIn(options: SlackStandInOptions): SlackStandIn {
  const rows = openRows(options.file);
  const workspace = openWorkspace(rows);
  const messages = openMessageStore(rows, workspace);
  const views = openViewStore(rows, workspace);
  const timing = { ...TIMING, ...options.timing };
  const triggers = createTriggers(timing.triggerMs);
  const activity = createActivity(timing);
  const journal = createJournal();
  const socket = createSocketMode();
  const transport: Transport =
    options.transport.kind === 'socket'
      ? socket
      : createHttpTransport({
          url: options.transport.url,
          signingSecret: options.tokens.signingSecret,
        });
  const { faults, commands, tokens } = options;
  const deliveries = createDeliveries({
    transport,
    faults,
    journal,
    activity,
    ackMs: timing.ackMs,
  });
  const responseUrls = openResponseUrls({ rows, messages, journal, activity });
  const shown = createShown(workspace, messages, views);
  const stores = { workspace, messages, views, triggers };
  const parts: Parts = {
    ...stores,
    responseUrls,
    deliveries,
    journal,
    activity,
    shown,
    commands,
  };
  const people = options.people ?? seedPeople;

  return {
    async routes(app) {
      await app.register(async (slack) => {
        acceptForms(slack);
        explainRefusals(slack);
        webApiRoutes(slack, { ...stores, tokens, faults, journal, activity, socket });
        responseUrls.routes(slack);
        slack.get('/sandbox/people', async () => people());
        controlRoutes(slack, parts);
        const reads = openReads(rows, workspace);
        pageRoutes(slack, { ...parts, reads, people, transport, temporalUi: options.temporalUi });
      });
    },
    upgrade: (request, stream, head) => socket.upgrade(request, stream, head),
    connected: () => transport.connected(),
    refreshSockets: () => socket.refresh(),
    async close() {
      deliveries.close();
      await socket.close();
      rows.close();
    },
  };
}

const seedPeople = (): ShownPerson[] => PEOPLE.map((person) => ({ ...person }));

function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
}
