import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CALL_FAULTS, hangUp, type Faults } from '../faults';
import type { Activity } from './activity';
import type { Arguments } from './arguments';
import type { Journal } from './journal';
import type { MessageStore } from './message-store';
import { chatMethods } from './methods-chat';
import { conversationMethods } from './methods-conversations';
import { userMethods } from './methods-users';
import { viewMethods } from './methods-views';
import { SlackError } from './slack-error';
import type { SocketMode } from './socket-mode';
import type { Triggers } from './triggers';
import type { ViewStore } from './view-store';
import type { Workspace } from './workspace';

/** What the methods work on. */
export interface MethodContext {
  workspace: Workspace;
  messages: MessageStore;
  views: ViewStore;
  triggers: Triggers;
}
/** One method each; throws {@link SlackError}, returns what stands beside `ok`. */
export type Methods = Readonly<
  Record<string, (args: Arguments, context: MethodContext) => Record<string, unknown>>
>;

const METHODS: Methods = {
  ...chatMethods,
  ...conversationMethods,
  ...userMethods,
  ...viewMethods,
};

export interface WebApiParts extends MethodContext {
  tokens: { botToken: string; appToken: string };
  faults: Faults;
  journal: Journal;
  activity: Activity;
  socket: SocketMode;
}

const params = z.object({ method: z.string() });
const body = z.record(z.string(), z.unknown()).catch({});

/** `POST /sandbox/slack/api/:method`, form or JSON, as the SDK sends it. Needs the form parser on `app`. */
export function webApiRoutes(app: FastifyInstance, parts: WebApiParts): void {
  app.post('/sandbox/slack/api/:method', async (request, reply) => {
    const { method } = params.parse(request.params);
    const end = parts.activity.begin();
    const call = parts.journal.startCall(method);
    try {
      const fault = parts.faults.take('slack', method, CALL_FAULTS);
      if (fault?.kind === 'timeout') {
        call({ status: 0, ok: false, error: 'timeout' });
        return await hangUp(reply, fault.ms);
      }
      if (fault?.kind === '429') {
        call({ status: 429, ok: false, error: 'ratelimited' });
        return await reply
          .code(429)
          .header('retry-after', String(Math.max(1, Math.ceil(fault.ms / 1000))))
          .send({ ok: false, error: 'ratelimited' });
      }
      if (fault?.kind === '503') {
        call({ status: 503, ok: false, error: 'service_unavailable' });
        return await reply.code(503).send({ ok: false, error: 'service_unavailable' });
      }
      if (fault?.kind === 'slow') await delay(fault.ms);
      const answer = answerTo(method, request, parts);
      if (fault?.kind === 'drop-after-commit') {
        call({ status: 0, ok: answer.ok, error: 'dropped after commit' });
        return await hangUp(reply, 0);
      }
      call({ status: 200, ok: answer.ok, ...(answer.ok ? {} : { error: answer.error }) });
      return await send(reply, answer);
    } finally {
      end();
    }
  });
}

type Answer = { ok: true; [key: string]: unknown } | { ok: false; error: string };

// Slack answers 200 whatever became of it.
const send = (reply: FastifyReply, answer: Answer): FastifyReply => reply.code(200).send(answer);

function answerTo(method: string, request: FastifyRequest, parts: WebApiParts): Answer {
  try {
    const args = body.parse(request.body);
    authorize(method, tokenOf(request, args), parts.tokens);
    if (method === 'apps.connections.open')
      return { ok: true, url: parts.socket.newUrl(request.headers.host ?? '') };
    const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (!run) throw new SlackError('unknown_method');
    return { ok: true, ...run(args, parts) };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return {
      ok: false,
      error: error.code,
      ...(error.messages.length === 0 ? {} : { response_metadata: { messages: error.messages } }),
    };
  }
}

const tokenOf = (request: FastifyRequest, args: Arguments): string =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ??
  (typeof args.token === 'string' ? args.token : '');

function authorize(method: string, token: string, tokens: WebApiParts['tokens']): void {
  if (token === '') throw new SlackError('not_authed');
  const app = token === tokens.appToken;
  if (!app && token !== tokens.botToken) throw new SlackError('invalid_auth');
  if (app !== (method === 'apps.connections.open')) throw new SlackError('not_allowed_token_type');
}
