import fastify, { type FastifyInstance } from 'fastify';
import { TEXT_FORMAT } from './prometheus';

/** One outside part as the worker sees it. */
export interface PartHealth {
  kind: 'real' | 'stand-in';
  ok: boolean;
  endpoint?: string;
  because?: string;
}

/** How long a good answer stands: asking AWS and the directory for each probe would cost more than it tells. */
const GOOD_FOR_MS = 10_000;

/** Remembers a good answer for a while; a bad one is asked again. */
export function healthOf(
  about: Pick<PartHealth, 'kind' | 'endpoint'>,
  check: () => Promise<unknown>,
  now: () => number = Date.now,
): () => Promise<PartHealth> {
  let goodUntil = 0;
  return async () => {
    if (now() < goodUntil) return { ...about, ok: true };
    try {
      await check();
      goodUntil = now() + GOOD_FOR_MS;
      return { ...about, ok: true };
    } catch (error) {
      return { ...about, ok: false, because: error instanceof Error ? error.message : 'unknown' };
    }
  };
}

/** `GET /healthz` of the worker: what only the worker can reach. `GET /metrics`: what the record counts. */
export function workerHealth(
  checks: Record<'aws' | 'directory', () => Promise<PartHealth>>,
  metrics: () => Promise<string>,
): FastifyInstance {
  const app = fastify();
  app.get('/metrics', async (_request, reply) => reply.type(TEXT_FORMAT).send(await metrics()));
  app.get('/healthz', async (_request, reply) => {
    const [aws, directory] = await Promise.all([checks.aws(), checks.directory()]);
    const ok = aws.ok && directory.ok;
    return reply.code(ok ? 200 : 503).send({
      status: ok ? 'ok' : 'degraded',
      parts: { aws, directory },
      processes: { worker: process.pid },
    });
  });
  return app;
}
