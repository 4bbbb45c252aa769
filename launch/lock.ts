import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { CannotStart } from './cannot-start';
import { readIfThere, remove, writePrivately } from './data-folder';

const processIdentity = z.object({ pid: z.int().positive(), started: z.string() });

/** What runs on a data folder. The command line reads `url` from here. */
export const lock = z.object({
  url: z.url(),
  startedAt: z.iso.datetime(),
  ports: z.record(z.string(), z.int()),
  launcher: processIdentity,
  /** By name: temporal, sandbox, worker, bot. */
  children: z.record(z.string(), processIdentity),
});
export type Lock = z.infer<typeof lock>;

const FILE = 'lock.json';

/** Undefined when nothing has run on this folder since its last clean end. */
export function readLock(folder: string): Lock | undefined {
  const text = readIfThere(path.join(folder, FILE));
  if (text === undefined) return undefined;
  try {
    return lock.parse(JSON.parse(text));
  } catch (cause) {
    // Going on could open Temporal's database a second time, which it does not notice.
    throw new CannotStart(
      `${path.join(folder, FILE)} cannot be read, so what an earlier start left running is not known. ` +
        'End the "temporal server start-dev" and "node" processes of this folder, delete the file, and start again.',
      { cause },
    );
  }
}

export const writeLock = (folder: string, content: Lock): void =>
  writePrivately(path.join(folder, FILE), `${JSON.stringify(content, undefined, 2)}\n`);

export const removeLock = (folder: string): void => remove(folder, FILE);

/**
 * At most one process at a time has a folder. The system itself takes it back when that process ends, however it
 * ends. Undefined when another one has it and does not let go within the wait.
 */
export function claim(folder: string, waitMs: number): { release(): void } | undefined {
  const database = new DatabaseSync(path.join(folder, 'claim.sqlite'));
  try {
    database.exec(`PRAGMA busy_timeout = ${waitMs}; BEGIN EXCLUSIVE`);
  } catch {
    database.close();
    return undefined;
  }
  return { release: () => database.close() };
}
