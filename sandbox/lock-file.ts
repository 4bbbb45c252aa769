import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** What the launcher writes about its run, as far as the sandbox tells it on. */
const lockFile = z.object({
  ports: z.object({ temporalUi: z.int().optional() }).default({}),
  children: z.record(z.string(), z.object({ pid: z.int() })),
});

/** Empty when there is none: started without the launcher, nobody knows the others. */
export function readLockFile(data: string): z.infer<typeof lockFile> {
  try {
    return lockFile.parse(JSON.parse(readFileSync(path.join(data, 'lock.json'), 'utf8')));
  } catch {
    return { ports: {}, children: {} };
  }
}
