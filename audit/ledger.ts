import { createHash } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ledgerEntry, newLedgerEntry } from '../access/ledger';
import type { Ledger, LedgerEntry, LedgerHead, NewLedgerEntry } from '../access/ledger';
import { canonicalJson } from '../keys/canonical';
import { FIRST_PREV, verifyChain } from './chain';
import { checkVersion, createIfNew } from './schema';

/** How long an append waits for another process's transaction, each of which takes about a millisecond. */
const BUSY_TIMEOUT_MS = 10_000;

/** Where the ledger of a data folder is. */
export const ledgerFile = (dataFolder: string): string => path.join(dataFolder, 'ledger.db');

/**
 * The ledger in one SQLite file, made (0600) when it is not there. Any number of processes of one
 * host may hold it open; what `append` returned is on disk.
 */
export function openLedger(file: string): Ledger {
  createPrivately(file);
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  inTransaction(db, () => createIfNew(db));
  checkVersion(db, file);
  return ledgerOn(db);
}

/** An existing ledger, to read and verify. Throws when there is none; appending to it throws. */
export function openLedgerToRead(file: string): Ledger {
  if (!existsSync(file)) throw new Error(`There is no ledger at ${file}.`);
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
  checkVersion(db, file);
  return ledgerOn(db);
}

function ledgerOn(db: DatabaseSync): Ledger {
  const statements = {
    byKey: db.prepare('SELECT body, hash FROM entry WHERE key = ?'),
    last: db.prepare('SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1'),
    insert: db.prepare('INSERT INTO entry (seq, body, hash) VALUES (?, ?, ?)'),
    onGrant: db.prepare(
      'SELECT 1 FROM entry WHERE grant_id = ? AND kind IN (SELECT value FROM json_each(?)) LIMIT 1',
    ),
  };

  function appendOrFind(entry: NewLedgerEntry): LedgerEntry {
    const known = statements.byKey.get(entry.key);
    if (known) return read(known);
    const last = statements.last.get();
    const seq = Number(last?.['seq'] ?? 0) + 1;
    const body = canonicalJson({
      // Parsed, so that what is hashed is what a reader gets (zod leaves out a key called __proto__).
      ...newLedgerEntry.parse(entry),
      seq,
      recordedAt: new Date().toISOString(),
      prev: last?.['hash'] ?? FIRST_PREV,
    });
    const hash = createHash('sha256').update(body).digest('hex');
    statements.insert.run(seq, body, hash);
    return read({ body, hash });
  }

  return {
    append: (entry) => inTransaction(db, () => appendOrFind(entry)),
    appendUnless: (entry, grantId, kinds) =>
      inTransaction(db, () =>
        statements.onGrant.get(grantId, JSON.stringify(kinds)) ? undefined : appendOrFind(entry),
      ),
    appendIf: (entry, mayStand) =>
      inTransaction(db, () => (mayStand() ? appendOrFind(entry) : undefined)),
    appendAll: (entries) => inTransaction(db, () => entries.map(appendOrFind)),
    entries: (filter) => select(db, filter).map(read),
    verify: (knownHead?: LedgerHead) =>
      verifyChain(
        db.prepare('SELECT seq, body, hash FROM entry ORDER BY seq').iterate(),
        knownHead,
      ),
    close: () => db.close(),
  };
}

function select(db: DatabaseSync, filter: Parameters<Ledger['entries']>[0]) {
  const conditions = [
    filter.requestId !== undefined && { sql: 'request_id = ?', value: filter.requestId },
    filter.grantId !== undefined && { sql: 'grant_id = ?', value: filter.grantId },
    filter.key !== undefined && { sql: 'key = ?', value: filter.key },
    filter.afterSeq !== undefined && { sql: 'seq > ?', value: filter.afterSeq },
    filter.since !== undefined && {
      sql: "body ->> '$.recordedAt' >= ?",
      value: filter.since,
    },
    filter.kinds !== undefined && {
      sql: 'kind IN (SELECT value FROM json_each(?))',
      value: JSON.stringify(filter.kinds),
    },
    filter.unless !== undefined && {
      sql: `NOT EXISTS (SELECT 1 FROM entry AS other WHERE other.grant_id = entry.grant_id
        AND other.kind IN (SELECT value FROM json_each(?)))`,
      value: JSON.stringify(filter.unless),
    },
    filter.unlessRequest !== undefined && {
      sql: `NOT EXISTS (SELECT 1 FROM entry AS other WHERE other.request_id = entry.request_id
        AND other.kind IN (SELECT value FROM json_each(?)))`,
      value: JSON.stringify(filter.unlessRequest),
    },
  ].filter((condition) => condition !== false);
  const where = conditions.map(({ sql }) => sql).join(' AND ') || 'TRUE';
  return db
    .prepare(`SELECT body, hash FROM entry WHERE ${where} ORDER BY seq LIMIT ?`)
    .all(...conditions.map(({ value }) => value), filter.limit ?? -1);
}

/** IMMEDIATE takes the write lock before anything is read: two writers cannot both see the same last entry. */
function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

const read = (row: Record<string, unknown>): LedgerEntry =>
  ledgerEntry.parse({ ...JSON.parse(String(row['body'])), hash: row['hash'] });

// SQLite gives its -wal and -shm files the mode of the database.
function createPrivately(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}
