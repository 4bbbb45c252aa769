import type { DatabaseSync } from 'node:sqlite';

const VERSION = 1;

// The columns to search by are computed from the hashed text, so that no column can say otherwise.
// SQLite has no users: the triggers stop our own mistakes, the hash chain shows everybody else's.
const CREATE = `
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (${VERSION});
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  key TEXT AS (json_extract(body, '$.key')),
  kind TEXT AS (json_extract(body, '$.kind')),
  request_id TEXT AS (json_extract(body, '$.requestId')),
  grant_id TEXT AS (json_extract(body, '$.grantId'))
) STRICT;
CREATE UNIQUE INDEX entry_key ON entry (key);
CREATE INDEX entry_kind ON entry (kind);
CREATE INDEX entry_request ON entry (request_id);
CREATE INDEX entry_grant ON entry (grant_id);
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
  OR EXISTS (SELECT 1 FROM entry WHERE key = json_extract(NEW.body, '$.key'))
BEGIN SELECT raise(ABORT, 'the ledger only grows at its end'); END;
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
`;

/** Makes the tables of a new ledger. Call inside a write transaction: another process may be doing the same. */
export function createIfNew(db: DatabaseSync): void {
  if (!hasSchema(db)) db.exec(CREATE);
}

/** Throws when the file is no ledger, or one that a newer Curfew wrote. */
export function checkVersion(db: DatabaseSync, file: string): void {
  if (!hasSchema(db)) throw new Error(`${file} is not a ledger: it has no schema version.`);
  const version = db.prepare('SELECT version FROM schema_version').get()?.['version'];
  if (version !== VERSION) {
    throw new Error(
      `The ledger ${file} has schema version ${String(version)}; this Curfew reads version ${VERSION}. Use the Curfew that wrote it.`,
    );
  }
}

const hasSchema = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'").get() !== undefined;
