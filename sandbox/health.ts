import { z } from 'zod';
import { readLockFile } from './lock-file';

const PATIENCE_MS = 6_000;

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
  const { children } = readLockFile(data);
  return Object.fromEntries(Object.entries(children).map(([name, { pid }]) => [name, pid]));
}
