import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { runClick } from './act-click';
import { runCommand } from './act-command';
import { openHome } from './act-home';
import { runSubmit } from './act-submit';
import type { Parts } from './parts';
import { Impossible } from './slack-error';
import { clickBody, commandBody, submitBody } from './wire';

const name = z.string().min(1).optional();
const messagesQuery = z.object({ user: name, channel: name });
const homeQuery = z.object({ user: z.string().min(1) });

/** Answers 400 to what is malformed and 404, 409 or 422 to what cannot be. */
export function explainRefusals(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply: FastifyReply) => {
    if (error instanceof Impossible) return reply.code(error.status).send({ error: error.message });
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    const status =
      error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
        ? error.statusCode
        : 500;
    if (status >= 500) request.log.error(error);
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(status).send({ error: message });
  });
}

/** This very server, as the app reaches it. */
export const originOf = (request: FastifyRequest): string => `http://${request.headers.host}`;

/** The scripted hands and eyes of people (contracts.md). */
export function controlRoutes(app: FastifyInstance, parts: Parts): void {
  const { workspace, shown, journal } = parts;

  app.post('/sandbox/slack/command', (request) =>
    runCommand(parts, commandBody.parse(request.body), originOf(request)),
  );

  app.post('/sandbox/slack/submit', async (request, reply) => {
    const { status, submitted } = await runSubmit(parts, submitBody.parse(request.body));
    return reply.code(status).send(submitted);
  });

  app.post('/sandbox/slack/click', (request) =>
    runClick(parts, clickBody.parse(request.body), originOf(request)),
  );

  app.get('/sandbox/slack/messages', async (request) => {
    const { user, channel } = messagesQuery.parse(request.query);
    if (user !== undefined) {
      const person = workspace.findUser(user);
      const where = channel && workspace.findChannelOf(person, channel).id;
      return shown.messages(person.id, where);
    }
    // Without a person: what everybody in the channel sees.
    if (channel === undefined) throw new Impossible(422, 'Give a user, a channel, or both.');
    const { id } = workspace.findChannel(channel);
    return parts.messages.inChannel(id).map((message) => shown.message(message));
  });

  app.get('/sandbox/slack/home', async (request) => {
    const { user } = homeQuery.parse(request.query);
    const home = await openHome(parts, workspace.findUser(user));
    return home ?? { type: 'home', blocks: [], buttons: [], fields: [], text: '' };
  });

  app.get('/sandbox/slack/calls', async () => journal.calls());
}
