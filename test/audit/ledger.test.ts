import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verifyChain } from '../../audit/chain';
import { canonicalJson, hashOf } from '../../keys/canonical';
import { ledgerFile, openLedger, openLedgerToRead } from '../../audit/ledger';
import { entryCalled } from '../support/ledger-entries';
import { temporaryFolder } from '../support/temporary-folder';
import { startTypeScript } from '../support/typescript-process';

const folder = temporaryFolder();
const newFile = (name: string) => ledgerFile(path.join(folder, name));

/** A ledger of ten entries, closed. */
function tenEntries(name: string) {
  const file = newFile(name);
  const ledger = openLedger(file);
  const entries = Array.from({ length: 10 }, (_, i) => ledger.append(entryCalled(`${i + 1}`)));
  ledger.close();
  return { file, entries };
}

/** What someone with the file and SQLite can do once they dropped the triggers. */
function tamper(file: string, sql: string) {
  const db = new DatabaseSync(file);
  db.exec(`DROP TRIGGER entry_in_order; DROP TRIGGER entry_never_changes; DROP TRIGGER entry_never_goes;
    DROP INDEX entry_key; DROP INDEX entry_kind; DROP INDEX entry_request; DROP INDEX entry_grant; ${sql}`);
  db.close();
}

function verified(file: string, ...head: Parameters<ReturnType<typeof openLedger>['verify']>) {
  const ledger = openLedgerToRead(file);
  try {
    return ledger.verify(...head);
  } finally {
    ledger.close();
  }
}

test.each([
  [
    'an entry says something else',
    `UPDATE entry SET body = json_set(body, '$.actor', 'me') WHERE seq = 4`,
    4,
  ],
  ['only its hash differs', `UPDATE entry SET hash = '${'a'.repeat(64)}' WHERE seq = 4`, 4],
  ['an entry is gone', 'DELETE FROM entry WHERE seq = 4', 4],
  [
    'an entry is gone and the others moved up',
    'DELETE FROM entry WHERE seq = 4; UPDATE entry SET seq = seq - 1 WHERE seq > 4',
    4,
  ],
  [
    'two changed places',
    'UPDATE entry SET seq = 99 WHERE seq = 4; UPDATE entry SET seq = 4 WHERE seq = 7; UPDATE entry SET seq = 7 WHERE seq = 99',
    4,
  ],
  ['the first is gone', 'DELETE FROM entry WHERE seq = 1', 1],
  [
    'one was put after the last without its hash',
    `INSERT INTO entry (seq, body, hash) VALUES (11, '{"seq":11}', 'x')`,
    11,
  ],
  [
    'an entry says nothing at all',
    `UPDATE entry SET body = '{}', hash = '${hashOf({})}' WHERE seq = 4`,
    4,
  ],
])('tampering is found where it happened: %s', (what, sql, broken) => {
  const { file, entries } = tenEntries(what);
  expect(verified(file).broken).toBeUndefined();
  tamper(file, sql);
  const head = entries[broken - 2]?.hash ?? '0'.repeat(64);
  expect(verified(file)).toEqual({ entries: broken - 1, head, broken });
});

test('an entry re-hashed after a change breaks the chain at the next one', () => {
  const { file, entries } = tenEntries('re-hashed');
  const { hash: _, ...body } = { ...entries[3]!, actor: 'me' };
  tamper(
    file,
    `UPDATE entry SET body = '${canonicalJson(body)}', hash = '${hashOf(body)}' WHERE seq = 4`,
  );
  expect(verified(file).broken).toBe(5);
});

test('a cut tail is caught only with the head kept elsewhere', () => {
  const { file, entries } = tenEntries('cut tail');
  const head = entries[9]!;
  expect(verified(file, head).broken).toBeUndefined();
  tamper(file, 'DELETE FROM entry WHERE seq > 7');
  expect(verified(file).broken).toBeUndefined();
  expect(verified(file, head)).toMatchObject({ entries: 7, broken: 8 });
});

test('a chain written anew is caught only with a head kept elsewhere, at that head', () => {
  const { entries } = tenEntries('the true one');
  const { file } = tenEntries('written anew');
  expect(verified(file).broken).toBeUndefined();
  expect(verified(file, entries[4]).broken).toBe(5);
});

test('an older head still fits a chain that grew since', () => {
  const { file, entries } = tenEntries('grown');
  expect(verified(file, entries[2])).toEqual({ entries: 10, head: entries[9]?.hash });
});

test.each([
  ['changed', `UPDATE entry SET hash = 'x'`],
  ['removed', 'DELETE FROM entry'],
  [
    'replaced',
    `INSERT OR REPLACE INTO entry (seq, body, hash) SELECT seq, body, 'x' FROM entry WHERE seq = 1`,
  ],
  [
    'replaced by key',
    `INSERT OR REPLACE INTO entry (seq, body, hash) SELECT 11, body, 'x' FROM entry WHERE seq = 1`,
  ],
  ['put in out of order', `INSERT INTO entry (seq, body, hash) VALUES (12, '{"key":"new"}', 'x')`],
])('the database itself says no to an entry being %s', (what, sql) => {
  const { file } = tenEntries(what);
  const db = new DatabaseSync(file);
  expect(() => db.exec(sql)).toThrow(/ledger/);
  db.close();
  expect(verified(file)).toMatchObject({ entries: 10 });
});

test('kill -9 in the middle of appends loses nothing that was acknowledged and leaves a whole chain', async () => {
  const file = newFile('killed');
  const writer = startTypeScript('test/support/ledger-writer.ts', file, 'victim', '1000000');
  let output = '';
  await new Promise<void>((enough) => {
    writer.stdout.on('data', (text) => {
      output += String(text);
      if (output.split('\n').length > 50) enough();
    });
  });
  writer.kill('SIGKILL');
  await new Promise((gone) => writer.once('close', gone));
  const acknowledged = output.split('\n').length - 1;

  const ledger = openLedger(file);
  const { entries, broken } = ledger.verify();
  expect(broken).toBeUndefined();
  expect(entries).toBeGreaterThanOrEqual(acknowledged);
  expect(ledger.append(entryCalled('next')).seq).toBe(entries + 1);
  ledger.close();
});

test('a row that is no JSON is a break in the chain, not a crash', () => {
  const hash = createHash('sha256').update('{').digest('hex');
  expect(verifyChain([{ seq: 1, body: '{', hash }])).toMatchObject({ entries: 0, broken: 1 });
});

test('ten thousand entries verify, and a change in any one of them is found there', () => {
  const rows: { seq: number; body: string; hash: string }[] = [];
  for (let seq = 1; seq <= 10_000; seq += 1) {
    const prev = rows.at(-1)?.hash ?? '0'.repeat(64);
    const body = { ...entryCalled(`${seq}`), seq, recordedAt: '2026-01-01T12:00:00.000Z', prev };
    rows.push({ seq, body: canonicalJson(body), hash: hashOf(body) });
  }
  const file = newFile('long');
  openLedger(file).close();
  const db = new DatabaseSync(file);
  const insert = db.prepare('INSERT INTO entry (seq, body, hash) VALUES (?, ?, ?)');
  db.exec('BEGIN');
  for (const { seq, body, hash } of rows) insert.run(seq, body, hash);
  db.exec('COMMIT');
  db.close();
  expect(verified(file)).toEqual({ entries: 10_000, head: rows.at(-1)?.hash });

  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (seq) => {
      const changed = rows.with(seq - 1, { ...rows[seq - 1]!, body: '{"seq":1}' });
      expect(verifyChain(changed).broken).toBe(seq);
    }),
    { numRuns: 10 },
  );
});

test('only its owner may read the files, even when the database was there before with a wider mode', () => {
  const file = newFile('private');
  const ledger = openLedger(file);
  ledger.append(entryCalled('a'));
  const modes = [file, `${file}-wal`, `${file}-shm`].map((name) => statSync(name).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
  ledger.close();

  const wide = path.join(folder, 'wide.db');
  writeFileSync(wide, '', { mode: 0o644 });
  openLedger(wide).close();
  expect(statSync(wide).mode & 0o777).toBe(0o600);
});

test('a reader sees what a writer appended, and cannot append', () => {
  const file = newFile('read only');
  const writer = openLedger(file);
  const reader = openLedgerToRead(file);
  const entry = writer.append(entryCalled('a'));
  expect(reader.entries({})).toEqual([entry]);
  expect(() => reader.append(entryCalled('b'))).toThrow(/readonly/);
  reader.close();
  writer.close();
});

test('what is no ledger of ours is refused by name', () => {
  const missing = path.join(folder, 'nowhere', 'ledger.db');
  expect(() => openLedgerToRead(missing)).toThrow(`There is no ledger at ${missing}.`);

  const { file } = tenEntries('newer');
  const db = new DatabaseSync(file);
  db.exec('UPDATE schema_version SET version = 2');
  db.close();
  expect(() => openLedger(file)).toThrow(/schema version 2; this Curfew reads version 1/);

  const other = path.join(folder, 'other.db');
  new DatabaseSync(other).exec('CREATE TABLE t (a)');
  expect(() => openLedgerToRead(other)).toThrow(/is not a ledger/);
});
