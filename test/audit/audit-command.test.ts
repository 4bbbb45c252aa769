import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LedgerEntry } from '../../access/ledger';
import { ledgerFile, openLedger } from '../../audit/ledger';
import { captured } from '../support/captured';
import { entryCalled } from '../support/ledger-entries';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let data: string;
let entries: LedgerEntry[];
let made = 0;

beforeEach(() => {
  data = path.join(folder, String((made += 1)));
  const ledger = openLedger(ledgerFile(data));
  entries = ['a', 'b', 'c'].map((key) => ledger.append(entryCalled(key)));
  ledger.close();
  process.env['CURFEW_DATA'] = data;
});
afterEach(() => {
  delete process.env['CURFEW_DATA'];
  process.exitCode = undefined;
});

const audit = (...args: string[]) => captured(['audit', ...args]);

const cutTail = () => {
  const db = new DatabaseSync(ledgerFile(data));
  db.exec('DROP TRIGGER entry_never_goes; DELETE FROM entry WHERE seq = 3');
  db.close();
};
const head = () => `3:${entries[2]?.hash}`;

test('a whole ledger ends with 0 and prints the head to note elsewhere', async () => {
  const { code, out } = await audit('verify');
  expect(out).toBe(`The ledger ${ledgerFile(data)} is whole: 3 entries.\nHead ${head()}\n`);
  expect(code).toBe(0);
});

test('as JSON, with the head that was noted', async () => {
  const { code, out } = await audit('verify', '--json', '--head', head());
  expect(JSON.parse(out)).toEqual({
    ok: true,
    file: ledgerFile(data),
    entries: 3,
    head: entries[2]?.hash,
  });
  expect(code).toBe(0);
});

test('a changed entry ends with 1 and is named', async () => {
  const db = new DatabaseSync(ledgerFile(data));
  db.exec(`DROP TRIGGER entry_never_changes; UPDATE entry SET hash = 'x' WHERE seq = 2`);
  db.close();
  const { code, out } = await audit('verify');
  expect(out).toMatch(/was changed: entry 2 does not fit. Entries 1 to 1 are intact/);
  expect(code).toBe(1);
});

test('a cut tail ends with 1 when the head was noted', async () => {
  const noted = head();
  cutTail();
  const { code, out } = await audit('verify', '--json', '--head', noted);
  expect(JSON.parse(out)).toMatchObject({ ok: false, entries: 2, broken: 3 });
  expect(code).toBe(1);
});

test('no ledger ends with 3 and says where one was looked for', async () => {
  const { code, err, out } = await audit('verify', '--file', path.join(folder, 'none.db'));
  expect(err).toMatch(
    /^There is no ledger at .*none\.db\. Name one with --file, or set CURFEW_DATA\.\n$/,
  );
  expect([code, out]).toEqual([3, '']);
});

test('a file that is something else ends with 3', async () => {
  const other = path.join(folder, 'other.db');
  writeFileSync(other, 'not a database at all, but long enough to look at');
  const { code, err } = await audit('verify', '--file', other);
  expect(err).toMatch(/Name one with --file/);
  expect(code).toBe(3);
});

test.each([
  [['verify', '--head', 'abc'], /--head: "abc" is not a number, a colon and 64 hex digits/],
  [['export'], /curfew audit export is not there yet/],
  [['pack', '--year', '2026'], /curfew audit pack is not there yet/],
])('%j ends with 2', async (args, message) => {
  const { code, err } = await audit(...args);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
