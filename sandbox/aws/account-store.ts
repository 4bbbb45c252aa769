import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { CenterStore } from './center-store';
import {
  callRow,
  optional,
  roleRow,
  sessionRow,
  type Call,
  type Role,
  type Session,
} from './account-rows';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS roles (
    arn TEXT PRIMARY KEY, accountId TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, roleId TEXT NOT NULL,
    trust TEXT NOT NULL, managed TEXT NOT NULL, boundary TEXT NOT NULL, maxSessionSeconds INTEGER NOT NULL,
    tags TEXT NOT NULL, createdAt TEXT NOT NULL, UNIQUE (accountId, name)) STRICT;
  CREATE TABLE IF NOT EXISTS inlineWrites (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, roleArn TEXT NOT NULL, name TEXT NOT NULL, document TEXT,
    effectiveAt INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (
    accessKeyId TEXT PRIMARY KEY, secretAccessKey TEXT NOT NULL, tokenHash TEXT NOT NULL, roleArn TEXT NOT NULL,
    sessionName TEXT NOT NULL, sourceIdentity TEXT, tags TEXT NOT NULL, transitiveTagKeys TEXT NOT NULL, policy TEXT,
    issuedAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS calls (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, eventSource TEXT NOT NULL, eventName TEXT NOT NULL,
    region TEXT NOT NULL, accessKeyId TEXT, principal TEXT, sourceIdentity TEXT, resource TEXT, issued TEXT NOT NULL,
    result TEXT NOT NULL, requestId TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`;

/** How long an expired session is still known, so that its holder is told that it expired. */
const REMEMBER_EXPIRED_MS = 24 * 3_600_000;

/**
 * Everything the stand-in remembers, in one SQLite file that only its owner can read. What a call
 * returned is on disk before the answer leaves.
 */
export class AccountStore {
  readonly #db: DatabaseSync;
  /** IAM Identity Center, in the same file. */
  readonly center: CenterStore;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, 'aws.sqlite');
    // SQLite gives its other files the mode of this one.
    closeSync(openSync(file, 'a', 0o600));
    this.#db = new DatabaseSync(file, { timeout: 5_000 });
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#db.exec(SCHEMA);
    this.center = new CenterStore(this.#db, this);
  }

  close(): void {
    this.#db.close();
  }

  /** All of it is on disk afterwards, or nothing. */
  atomically<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Creates the role or brings it up to date; its id, its age and its inline policies stay. */
  putRole(role: Omit<Role, 'roleId' | 'createdAt'>, at: number): Role {
    const { arn, accountId, name, trust, managed, boundary, maxSessionSeconds } = role;
    this.#db
      .prepare(
        `INSERT INTO roles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (arn) DO UPDATE SET trust = excluded.trust, managed = excluded.managed,
           boundary = excluded.boundary, maxSessionSeconds = excluded.maxSessionSeconds, tags = excluded.tags`,
      )
      .run(
        arn,
        accountId,
        name,
        role.path,
        newId('AROA'),
        trust,
        JSON.stringify(managed),
        JSON.stringify(boundary ?? null),
        maxSessionSeconds,
        JSON.stringify(role.tags),
        new Date(at).toISOString(),
      );
    const stored = this.role(arn);
    if (!stored) throw new Error(`The role ${arn} was written but is not there.`);
    return stored;
  }

  /** Its sessions are nobody's from then on. */
  deleteRole(arn: string): void {
    this.#db.prepare('DELETE FROM inlineWrites WHERE roleArn = ?').run(arn);
    this.#db.prepare('DELETE FROM roles WHERE arn = ?').run(arn);
  }

  role(arn: string): Role | undefined {
    const row = this.#db.prepare('SELECT * FROM roles WHERE arn = ?').get(arn);
    return row && roleRow.parse(row);
  }

  roleNamed(accountId: string, name: string): Role | undefined {
    const row = this.#db
      .prepare('SELECT * FROM roles WHERE accountId = ? AND name = ? COLLATE NOCASE')
      .get(accountId, name);
    return row && roleRow.parse(row);
  }

  roles(accountId: string, pathPrefix: string): Role[] {
    return this.#db
      .prepare('SELECT * FROM roles WHERE accountId = ? ORDER BY name')
      .all(accountId)
      .map((row) => roleRow.parse(row))
      .filter((role) => role.path.startsWith(pathPrefix));
  }

  /** The role's inline policies by name: as written, or as they were in force at `effectiveAt`. */
  inlinePolicies(roleArn: string, effectiveAt?: number): Map<string, string> {
    const rows = this.#db
      .prepare(
        `SELECT name, document FROM inlineWrites WHERE roleArn = ? AND effectiveAt <= ? ORDER BY seq`,
      )
      .all(roleArn, effectiveAt ?? Number.MAX_SAFE_INTEGER)
      .map((row) => z.object({ name: z.string(), document: optional }).parse(row));
    const policies = new Map<string, string>();
    for (const { name, document } of rows) {
      if (document === undefined) policies.delete(name);
      else policies.set(name, document);
    }
    return policies;
  }

  /** Undefined deletes. In force after the propagation delay; read back at once. */
  writeInlinePolicy(roleArn: string, name: string, document: string | undefined, at: number): void {
    this.#db
      .prepare(
        'INSERT INTO inlineWrites (roleArn, name, document, effectiveAt) VALUES (?, ?, ?, ?)',
      )
      .run(roleArn, name, document ?? null, at + this.propagationMs());
    // Writes that a later one, itself in force, has replaced.
    this.#db
      .prepare(
        `DELETE FROM inlineWrites WHERE roleArn = ?1 AND name = ?2 AND seq <
           (SELECT max(seq) FROM inlineWrites WHERE roleArn = ?1 AND name = ?2 AND effectiveAt <= ?3)`,
      )
      .run(roleArn, name, at);
  }

  propagationMs(): number {
    const row = this.#db.prepare(`SELECT value FROM settings WHERE name = 'propagationMs'`).get();
    return row ? z.object({ value: z.number() }).parse(row).value : 0;
  }

  setPropagationMs(ms: number): void {
    this.#db.prepare(`INSERT OR REPLACE INTO settings VALUES ('propagationMs', ?)`).run(ms);
  }

  /** Makes a new session. The token is returned once; only its hash is kept. */
  openSession(
    order: Omit<Session, 'accessKeyId' | 'secretAccessKey'>,
  ): Session & { sessionToken: string } {
    const session = {
      ...order,
      accessKeyId: newId('ASIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
    };
    const sessionToken = randomBytes(192).toString('base64');
    this.#db
      .prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        session.accessKeyId,
        session.secretAccessKey,
        hashOf(sessionToken),
        session.roleArn,
        session.sessionName,
        session.sourceIdentity ?? null,
        JSON.stringify(session.tags),
        JSON.stringify(session.transitiveTagKeys),
        session.policy ?? null,
        session.issuedAt,
        session.expiresAt,
      );
    this.#db
      .prepare('DELETE FROM sessions WHERE expiresAt < ?')
      .run(session.issuedAt - REMEMBER_EXPIRED_MS);
    return { ...session, sessionToken };
  }

  /** The session that this key id and this token belong to together. */
  session(accessKeyId: string, sessionToken: string): Session | undefined {
    const row = this.#db
      .prepare('SELECT * FROM sessions WHERE accessKeyId = ? AND tokenHash = ?')
      .get(accessKeyId, hashOf(sessionToken));
    return row && sessionRow.parse(row);
  }

  record(call: Omit<Call, 'seq'>): void {
    this.#db
      .prepare(
        `INSERT INTO calls (at, eventSource, eventName, region, accessKeyId, principal, sourceIdentity, resource, issued,
           result, requestId) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        call.at,
        call.eventSource,
        call.eventName,
        call.region,
        call.accessKeyId ?? null,
        call.principal ?? null,
        call.sourceIdentity ?? null,
        call.resource ?? null,
        JSON.stringify(call.issued ?? null),
        call.result,
        call.requestId,
      );
  }

  /** Oldest first. */
  calls(afterSeq: number, limit: number): Call[] {
    return this.#db
      .prepare('SELECT * FROM calls WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(afterSeq, limit)
      .map((row) => callRow.parse(row));
  }
}

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** AWS's form: four letters that say what it is, sixteen random ones. */
const newId = (kind: 'AROA' | 'ASIA'): string =>
  kind + [...randomBytes(16)].map((byte) => ID_LETTERS.charAt(byte % 32)).join('');

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
