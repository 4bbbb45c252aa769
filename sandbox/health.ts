import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const PATIENCE_MS = 6_000;

/** Of the lock file: who runs on this data folder. */
const lock = z.object({ children: z.record(z.string(), z.object({ pid: z.int() })) });

const botAnswer = z.looseObject({
  status: z.string(),
  parts: z.record(z.string(), z.unknown()),
  processes: z.record(z.string(), z.int()).default({}),
});

/** `/healthz` in development: what the bot says of the parts, and the pids of all processes. 200 only when all answer. */
export async function wholeHealth(from: {
  botUrl: string;
  data: string;
}): Promise<{ code: number; body: object }> {
  const running = { ...pidsOf(from.data), sandbox: process.pid };
  try {
    const response = await fetch(`${from.botUrl}/healthz`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { processes, ...said } = botAnswer.parse(await response.json());
    return { code: response.status, body: { ...said, processes: { ...running, ...processes } } };
  } catch {
    const body = { status: 'degraded', because: 'the bot does not answer', parts: {} };
    return { code: 503, body: { ...body, processes: running } };
  }
}

function pidsOf(data: string): Record<string, number> {
  try {
    const { children } = lock.parse(JSON.parse(readFileSync(path.join(data, 'lock.json'), 'utf8')));
    return Object.fromEntries(Object.entries(children).map(([name, { pid }]) => [name, pid]));
  } catch {
    // Started without the launcher: nobody knows the others.
    return {};
  }
}
