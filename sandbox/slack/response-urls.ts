import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Activity } from './activity';
import { flag, read, readContent } from './arguments';
import type { Journal } from './journal';
import type { MessageStore } from './message-store';
import type { Rows } from './rows';
import { SlackError } from './slack-error';
import { APP } from './workspace';

const LIFE_MS = 30 * 60_000;
const MOST_USES = 5;

const row = z.object({
  channel: z.string(),
  user: z.string(),
  /** The message whose button was pressed. */
  message: z.string().optional(),
  expiresAt: z.number(),
  uses: z.int(),
});
const answerForm = z.object({
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: flag,
  delete_original: flag,
  thread_ts: z.string().optional(),
});

/** `response_url`: five answers within half an hour. */
export interface ResponseUrls {
  issue(origin: string, from: { channel: string; user: string; message?: string }): string;
  /** What an app answered in its ack to a command, or posts to the URL. Throws Slack's errors. */
  answer(from: { channel: string; user: string; message?: string }, body: unknown): void;
  routes(app: FastifyInstance): void;
}

export function openResponseUrls(parts: {
  rows: Rows;
  messages: MessageStore;
  journal: Journal;
  activity: Activity;
}): ResponseUrls {
  const { messages } = parts;
  const urls = parts.rows.shelf('response-url', row);
  const forget = (): void => {
    for (const [id, { expiresAt }] of urls.entries()) if (expiresAt < Date.now()) urls.delete(id);
  };

  const answer: ResponseUrls['answer'] = ({ channel, user, message }, given) => {
    const body = z.record(z.string(), z.unknown()).parse(given);
    const options = read(answerForm, body);
    const original = message === undefined ? undefined : messages.at(channel, message);
    if (options.delete_original && original) return messages.remove(original);
    const content = readContent(body);
    if (options.replace_original && original && original.onlyFor === undefined) {
      messages.update(original, content);
      return;
    }
    if (options.replace_original && original) messages.dismiss(original);
    messages.post({
      channel,
      user: APP.userId,
      text: content.text,
      blocks: content.blocks,
      ...(options.thread_ts === undefined ? {} : { threadTs: options.thread_ts }),
      ...(options.response_type === 'in_channel' ? {} : { onlyFor: user }),
    });
  };

  return {
    answer,
    issue(origin, from) {
      forget();
      const id = randomBytes(18).toString('base64url');
      urls.set(id, { ...from, expiresAt: Date.now() + LIFE_MS, uses: 0 });
      return `${origin}/sandbox/slack/response/${id}`;
    },
    routes(app) {
      app.post('/sandbox/slack/response/:id', async (request, reply) => {
        const end = parts.activity.begin();
        const call = parts.journal.startCall('response_url');
        try {
          const { id } = z.object({ id: z.string() }).parse(request.params);
          const url = urls.get(id);
          if (!url || url.expiresAt < Date.now()) throw new SlackError('expired_url');
          if (url.uses >= MOST_USES) throw new SlackError('used_url');
          urls.set(id, { ...url, uses: url.uses + 1 });
          const { message, ...from } = url;
          answer(message === undefined ? from : { ...from, message }, request.body);
          call({ status: 200, ok: true });
          return await reply.send('ok');
        } catch (error) {
          if (!(error instanceof SlackError)) throw error;
          call({ status: 404, ok: false, error: error.code });
          return await reply.code(404).send({ ok: false, error: error.code });
        } finally {
          end();
        }
      });
    },
  };
}
