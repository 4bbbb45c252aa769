import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { createApp, type Transport } from './app';
import { wordsModal } from './blocks/modals';
import type { BotLog, Front } from './front';
import { createSignatureCheck, guardRequests, type EdgeVerdict } from './http-edge';
import { listen } from './listeners';
import { messageOf } from './private-answer';
import { probe, wrongToken } from './probe';
import { platformError } from './slack-faults';

export interface BotSettings {
  botToken: string;
  transport: Transport;
  /** Slack's Web API, ending in `/api/`; absent means the real one. */
  apiUrl?: string;
}

/** The words that stand for a terminal's keys, and the grant they are for. */
export interface WordsShown {
  requestId: string;
  grantId: string;
  words: string;
}

export interface Bot {
  /**
   * Resolves when Slack knows the tokens and, with Socket Mode, deliveries arrive. Throws Refused
   * naming the variable when Slack refuses a token.
   */
  start(): Promise<void>;
  /** Finishes what is under way, at most 8 s, then lets go of Slack. Safe to call twice. */
  stop(): Promise<void>;
  /** HTTP transport only: the process mounts it under /slack/. */
  requestListener?: (request: IncomingMessage, response: ServerResponse) => void;
  /** For answers to people who wait. */
  client: WebClient;
  /**
   * Puts the words in the place of the code that was shown in `shownIn`. False when that modal is
   * gone: then the direct message shows them.
   */
  showWords(shownIn: string, shown: WordsShown): Promise<boolean>;
  health(): Promise<{ ok: boolean; endpoint: string; because?: string }>;
}

const DRAIN_MS = 8000;

export function createBot(
  parts: { settings: BotSettings; log: BotLog } & Omit<Front, 'client' | 'now'> & {
      now?: () => Date;
    },
): Bot {
  const { settings, log, desk, catalog, signer, ledger, codes, signIn } = parts;
  const { now = () => new Date() } = parts;
  const endpoint = settings.apiUrl === undefined ? {} : { apiUrl: settings.apiUrl };
  const { app, receiver } = createApp({ ...settings, endpoint }, log);
  const { client } = app;
  const front: Front = {
    desk,
    catalog,
    signer,
    ledger,
    codes,
    client,
    log,
    now,
    ...(signIn && { signIn }),
  };
  app.front = front;
  listen(app, front);
  const link = receiver instanceof SocketModeReceiver ? watchSocket(receiver) : undefined;
  const reach = createReach(client, now);
  let stopping: Promise<void> | undefined;

  return {
    client,
    ...(receiver instanceof HTTPReceiver
      ? { requestListener: edgeOf(receiver, settings, front) }
      : {}),
    async start() {
      await probe(client, log);
      await app.init();
      if (receiver instanceof SocketModeReceiver) await connectSocket(receiver);
    },
    stop() {
      stopping ??= (async () => {
        if (!(await app.inFlight.idle(DRAIN_MS))) log.warn({}, 'stopped with work under way');
        if (receiver instanceof SocketModeReceiver) await receiver.stop();
      })();
      return stopping;
    },
    showWords: (shownIn, shown) => showWords(front, shownIn, shown),
    async health() {
      const where = { endpoint: client.slackApiUrl };
      if (link?.up === false)
        return { ok: false, ...where, because: 'the socket is not connected' };
      const because = await reach();
      return because === undefined ? { ok: true, ...where } : { ok: false, ...where, because };
    },
  };
}

const REACH_MS = 10_000;

/** Why Slack cannot be used, or undefined. A good answer holds for a while, however often it is asked. */
function createReach(client: WebClient, now: () => Date): () => Promise<string | undefined> {
  let good = 0;
  return async () => {
    if (now().getTime() - good < REACH_MS) return undefined;
    try {
      await client.auth.test();
      good = now().getTime();
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
}

/** Whether deliveries arrive just now. */
function watchSocket({ client }: SocketModeReceiver): { up: boolean } {
  const link = { up: false };
  client.on('connected', () => (link.up = true));
  for (const event of ['close', 'reconnecting', 'disconnected']) {
    client.on(event, () => (link.up = false));
  }
  return link;
}

async function connectSocket(receiver: SocketModeReceiver): Promise<void> {
  try {
    await receiver.start();
  } catch (error) {
    const code = platformError(error);
    throw code === undefined ? error : wrongToken('SLACK_APP_TOKEN', code);
  }
}

function edgeOf(
  receiver: HTTPReceiver,
  { transport }: BotSettings,
  front: Front,
): NonNullable<Bot['requestListener']> {
  if (transport.kind !== 'http') throw new Error('an HTTP receiver without a signing secret');
  const check = createSignatureCheck(transport.signingSecret, front.now);
  const listener = guardRequests(receiver, check, (why, signature) =>
    recordRefusedDelivery(front, why, signature),
  );
  return (request, response) => {
    listener(request, response).catch((error: unknown) => {
      front.log.warn({ error: messageOf(error) }, 'a request to /slack broke off');
      response.destroy();
    });
  };
}

/** Replays one by one; forgeries once a minute, because anybody can send as many as they like. */
function recordRefusedDelivery(
  { ledger, log, now }: Front,
  why: Exclude<EdgeVerdict, 'genuine'>,
  signature: string,
): void {
  const at = now().toISOString();
  const key = why === 'replayed' ? signature.slice(0, 100) : at.slice(0, 16);
  log.warn({ why }, 'a request to /slack was refused');
  try {
    ledger.append({
      kind: 'edge.refused',
      key: `edge.refused:slack:${why}:${key}`,
      at,
      actor: 'curfew',
      data: { why, where: 'slack' },
    });
  } catch (error) {
    log.error({ error: messageOf(error) }, 'a refused request could not be put on record');
  }
}

async function showWords(
  { client, log }: Front,
  shownIn: string,
  shown: WordsShown,
): Promise<boolean> {
  try {
    await client.views.update({ view_id: shownIn, view: wordsModal(shown) });
    return true;
  } catch (error) {
    log.info({ error: messageOf(error) }, 'the words go to the direct message');
    return false;
  }
}
