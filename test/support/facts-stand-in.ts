import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import Fastify from 'fastify';
import { z } from 'zod';
import { factsStandIn } from '../../sandbox/facts/plugin';
import { FactStore } from '../../sandbox/facts/store';
import { createFaults } from '../../sandbox/faults';

export const TOKEN = 'a-token-that-nobody-else-may-see-here';
export const SECRET = 'a-secret-that-both-sides-have-got';

/** How the other side fails at its next call. */
export type Failure = '429' | '503' | 'timeout' | '401' | '302' | 'garbage' | 'other';

/** Whoever keeps tickets and schedules, on loopback. */
export interface FactsPeer {
  url: string;
  store: FactStore;
  failNext(failure: Failure): void;
  close(): Promise<unknown>;
}

/** The stand-ins of Jira and PagerDuty. */
export async function startFactsStandIn(folder: string): Promise<FactsPeer> {
  const store = new FactStore(folder);
  const faults = createFaults();
  const app = Fastify({ forceCloseConnections: true });
  let next: Failure | undefined;
  app.addHook('onRequest', async (_request, reply) => {
    const failure = next;
    next = undefined;
    if (failure === '401') return reply.code(401).send(`you sent ${TOKEN}`);
    if (failure === '302') return reply.redirect('http://127.0.0.1:9/');
    if (failure === 'garbage') return reply.type('text/html').send('<h1>Sign in</h1>');
    if (failure === 'other') return reply.send({ fields: {} });
    return undefined;
  });
  await app.register(factsStandIn, { store, faults, token: TOKEN, prefix: '/sandbox' });
  return {
    url: await app.listen({ port: 0, host: '127.0.0.1' }),
    store,
    failNext(failure) {
      if (failure === '429' || failure === '503' || failure === 'timeout')
        for (const target of ['tickets', 'rota'] as const)
          faults.order({ target, kind: failure, ms: failure === '429' ? 7_000 : 10 });
      else next = failure;
    },
    close: () => app.close(),
  };
}

/** The verification that docs/paging.md gives to people, as it stands there. */
const isFromCurfew = (() => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/paging.md', 'utf8')) ?? [];
  const run: (...given: unknown[]) => boolean = runInNewContext(`${code};isFromCurfew`, {
    require: createRequire(__filename),
    Buffer,
  });
  return run;
})();

const asked = z.union([
  z.strictObject({ version: z.literal(1), key: z.string(), requester: z.string() }),
  z.strictObject({ version: z.literal(1), schedule: z.string() }),
]);

/** A receiver of one's own, as docs/facts.md describes it. */
export async function startFactsReceiver(
  folder: string,
): Promise<FactsPeer & { askedBy: string[] }> {
  const store = new FactStore(folder);
  const askedBy: string[] = [];
  const app = Fastify({ forceCloseConnections: true });
  let next: Failure | undefined;
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/', async (request, reply) => {
    const failure = next;
    next = undefined;
    if (failure === 'timeout') return reply.raw.destroy();
    if (failure === '429') return reply.code(429).header('retry-after', '7').send();
    if (failure === '503' || failure === '401') return reply.code(Number(failure)).send(SECRET);
    if (failure === '302') return reply.redirect('http://127.0.0.1:9/');
    if (failure === 'garbage') return reply.type('text/html').send('<h1>Hello</h1>');
    if (failure === 'other')
      return { key: 'WEB-1', status: 'x', assignees: [], project: 'WEB', schedule: '', onCall: [] };
    if (!isFromCurfew(request.headers, request.body, SECRET)) return reply.code(401).send();
    const question = asked.parse(JSON.parse(z.string().parse(request.body)));
    if ('schedule' in question) {
      const { schedule } = question;
      const found = store.schedules().find(({ name }) => name === schedule);
      return found ? { schedule, onCall: found.onCall } : reply.code(404).send();
    }
    askedBy.push(question.requester);
    const found = store.ticket(question.key);
    if (!found) return reply.code(404).send();
    const { key, status, assignee } = found;
    const assignees = assignee === undefined ? [] : [assignee];
    return { key, status, assignees, project: key.split('-')[0] };
  });
  return {
    url: await app.listen({ port: 0, host: '127.0.0.1' }),
    store,
    askedBy,
    failNext(failure) {
      next = failure;
    },
    close: () => app.close(),
  };
}
