import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { openHome } from './act-home';
import { closeModal, topOf } from './act-submit';
import { suggest } from './act-suggest';
import { pageState, type PageParts } from './page-state';
import type { Surface } from './payloads';
import { Impossible } from './slack-error';
import {
  closeBody,
  homeBody,
  optionsBody,
  postBody,
  readBody,
  type Deliveries,
  type PageEvents,
} from './page-wire';
import type { User } from './workspace';

const userQuery = z.object({ user: z.string().min(1) });
const PANE = 200;
const KEEP_ALIVE_MS = 15_000;

/** What the browser page needs beside the controls. */
export function pageRoutes(app: FastifyInstance, parts: PageParts): void {
  const { workspace, journal, messages } = parts;

  app.get('/sandbox/page/state', async (request) => {
    const { user = parts.people()[0]?.id ?? '' } = userQuery.partial().parse(request.query);
    return pageState(parts, workspace.findUser(user));
  });

  app.get('/sandbox/page/deliveries', async (): Promise<Deliveries> => ({
    deliveries: journal.deliveries().slice(-PANE).toReversed(),
    calls: journal.calls().slice(-PANE).toReversed(),
  }));

  app.get('/sandbox/page/events', (request, reply) => {
    workspace.findUser(userQuery.parse(request.query).user);
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    reply.raw.on(
      'close',
      follow(parts, (text) => reply.raw.write(text)),
    );
  });

  app.post('/sandbox/page/options', async (request) => {
    const body = optionsBody.parse(request.body);
    const user = workspace.findUser(body.user);
    return suggest(parts, user, surfaceOf(parts, user, body), body);
  });

  app.post('/sandbox/page/close', async (request) => {
    const { user, clear } = closeBody.parse(request.body);
    await closeModal(parts, workspace.findUser(user), clear);
    return {};
  });

  app.post('/sandbox/page/home', (request) =>
    openHome(parts, workspace.findUser(homeBody.parse(request.body).user)),
  );

  app.post('/sandbox/page/read', async (request) => {
    const { user, channel } = readBody.parse(request.body);
    const reader = workspace.findUser(user);
    parts.reads.mark(reader.id, workspace.findChannelOf(reader, channel).id);
    return {};
  });

  app.post('/sandbox/page/post', async (request) => {
    const { user, channel, text, threadTs } = postBody.parse(request.body);
    const author = workspace.findUser(user);
    const where = workspace.findChannelOf(author, channel);
    const thread = threadTs === undefined ? {} : { threadTs };
    const place = { channel: where.id, user: author.id };
    const { ts } = messages.post({ ...place, text, blocks: [], ...thread });
    return { ts };
  });
}

function surfaceOf(
  { views, workspace, messages }: PageParts,
  user: User,
  body: z.output<typeof optionsBody>,
): Surface {
  if (body.message !== undefined) {
    const seen = workspace
      .channelsOf(user.id)
      .flatMap((channel) =>
        messages.seenBy(user.id, channel.id).map((message) => ({ message, channel })),
      )
      .find(({ message }) => message.ts === body.message);
    if (!seen) throw new Impossible(404, 'There is no such message.');
    return seen;
  }
  if (body.viewId === undefined) return { view: topOf({ views }, user) };
  const view = views.find(body.viewId);
  if (view?.user !== user.id) throw new Impossible(404, 'There is no such view.');
  return { view };
}

/** Writes Server-Sent Events until the returned function is called. */
function follow({ workspace, journal }: PageParts, write: (text: string) => void): () => void {
  const say = <Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): void =>
    write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  let soon: NodeJS.Immediate | undefined;
  // Several changes of one moment are one event.
  const changed = (): void => {
    soon ??= setImmediate(() => {
      soon = undefined;
      say('changed', {});
    });
  };
  const call = (data: PageEvents['call']): void => say('call', data);
  const delivery = (data: PageEvents['delivery']): void => say('delivery', data);
  const beat = setInterval(() => write(': still here\n\n'), KEEP_ALIVE_MS);
  workspace.events.on('changed', changed);
  journal.events.on('call', call);
  journal.events.on('delivery', delivery);
  changed();
  return () => {
    clearInterval(beat);
    clearImmediate(soon);
    workspace.events.off('changed', changed);
    journal.events.off('call', call);
    journal.events.off('delivery', delivery);
  };
}
