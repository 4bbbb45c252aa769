import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';

/** A map whose every change is on disk before it returns: a kill at any moment loses nothing that was acknowledged. */
export interface Shelf<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): void;
  delete(id: string): void;
  values(): T[];
  entries(): [string, T][];
}

export interface Rows {
  /** Rows of an older form, which no longer parse, are left out. */
  shelf<T>(kind: string, form: z.ZodType<T>): Shelf<T>;
  close(): void;
}

/** Opens the stand-in's state; `:memory:` keeps nothing. */
export function openRows(file: string): Rows {
  if (file !== ':memory:') mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  // Modals hold connect codes for as long as these live.
  if (file !== ':memory:') chmodSync(file, 0o600);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec(
    'CREATE TABLE IF NOT EXISTS rows (kind TEXT, id TEXT, json TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID',
  );
  const all = database.prepare('SELECT id, json FROM rows WHERE kind = ? ORDER BY id');
  const put = database.prepare('INSERT OR REPLACE INTO rows (kind, id, json) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM rows WHERE kind = ? AND id = ?');

  return {
    shelf<T>(kind: string, form: z.ZodType<T>): Shelf<T> {
      const held = new Map<string, T>();
      for (const { id, json } of all.all(kind)) {
        const value = form.safeParse(JSON.parse(String(json)));
        if (value.success) held.set(String(id), value.data);
      }
      return {
        get: (id) => held.get(id),
        set(id, value) {
          put.run(kind, id, JSON.stringify(value));
          held.set(id, value);
        },
        delete(id) {
          remove.run(kind, id);
          held.delete(id);
        },
        values: () => [...held.values()],
        entries: () => [...held.entries()],
      };
    },
    close: () => database.close(),
  };
}
