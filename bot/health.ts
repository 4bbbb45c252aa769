import { z } from 'zod';

const part = z.object({
  kind: z.enum(['real', 'stand-in']),
  ok: z.boolean(),
  endpoint: z.string().optional(),
  because: z.string().optional(),
});
type Part = z.infer<typeof part>;

const workerAnswer = z.object({
  parts: z.object({ aws: part, directory: part }),
  processes: z.object({ worker: z.number() }),
});

export interface HealthParts {
  temporal: () => Promise<Part>;
  slack: () => Promise<Part>;
  /** The worker's own health page, when there is one to ask. */
  workerUrl?: string | undefined;
}

/** What `/healthz` says: 200 only when all parts answer. */
export async function wholeHealth({
  temporal,
  slack,
  workerUrl,
}: HealthParts): Promise<{ code: number; body: object }> {
  const [engine, chat, worker] = await Promise.all([temporal(), slack(), askWorker(workerUrl)]);
  const unknown: Part = { kind: 'real', ok: false, because: 'the worker does not answer' };
  const parts = {
    temporal: engine,
    slack: chat,
    aws: worker?.parts.aws ?? unknown,
    directory: worker?.parts.directory ?? unknown,
  };
  const ok = Object.values(parts).every((one) => one.ok);
  return {
    code: ok ? 200 : 503,
    body: {
      status: ok ? 'ok' : 'degraded',
      parts,
      processes: { bot: process.pid, ...worker?.processes },
    },
  };
}

async function askWorker(
  url: string | undefined,
): Promise<z.infer<typeof workerAnswer> | undefined> {
  if (url === undefined) return undefined;
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
    return workerAnswer.parse(await answer.json());
  } catch {
    return undefined;
  }
}
