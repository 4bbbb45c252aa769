import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Ledger } from '../../access/ledger';
import { Links } from '../../access/links';
import { ledgerFile, openLedger } from '../../audit/ledger';
import { captured } from '../support/captured';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const AT = '2026-01-01T12:00:00.000Z';
const ADA = { workspace: 'T1', user: 'U0ADA00001' };
let made = 0;
let data: string;
let ledger: Ledger;

beforeEach(() => {
  data = path.join(folder, String((made += 1)));
  ledger = openLedger(ledgerFile(data));
  new Links(ledger).fix(ADA, '00uada', 'sign-in', AT);
  process.env['CURFEW_DATA'] = data;
});
afterEach(() => {
  ledger.close();
  delete process.env['CURFEW_DATA'];
  process.exitCode = undefined;
});
const people = (...args: string[]) => captured(['people', ...args]);
const unlinked = () => ledger.entries({ kinds: ['person.unlinked'] });

test('lists who is linked to whom', async () => {
  expect((await people('list')).out).toBe('U0ADA00001  00uada  2026-01-01  by sign-in\n');
  const { links } = JSON.parse((await people('list', '--json')).out);
  expect(links).toEqual([{ user: ADA, person: '00uada', at: AT, by: 'sign-in' }]);
});

test('undoes a link, on record with who and why', async () => {
  const { code } = await people('unlink', ADA.user, '--reason', 'two people called Ada');
  expect(code).toBe(0);
  expect(unlinked()).toMatchObject([
    {
      actor: expect.stringMatching(/^host:./),
      data: { ...ADA, person: '00uada', reason: 'two people called Ada' },
    },
  ]);
  expect((await people('list')).out).toBe('Nobody is linked yet.\n');
});

test('not while they hold something that was given to who they were', async () => {
  const grantId = 'g-aaaaaaaaaa';
  const about = { at: AT, requestId: 'r-aaaaaaaaaaaaaaaa', grantId, actor: '00uada', data: {} };
  ledger.append({ ...about, kind: 'grant.opened', key: 'opened' });
  ledger.append({ ...about, kind: 'grant.activated', key: 'activated' });
  const { code, err } = await people('unlink', ADA.user, '--reason', 'wrong');
  expect(code).toBe(1);
  expect(err).toMatch(/holds g-aaaaaaaaaa.*revoked first/);
  ledger.append({ ...about, kind: 'end.asked', key: 'asked' });
  expect((await people('unlink', ADA.user, '--reason', 'wrong')).code).toBe(0);
});

test.each([
  [['unlink', 'U0NOBODY', '--reason', 'x'], 1, /linked to nobody/],
  [['unlink', ADA.user, '--reason', ' '], 2, /say why/],
  [['unlink', ADA.user], 2, /--reason/],
])('%j is refused with what would do', async (args, code, told) => {
  const answer = await people(...args);
  expect(answer.code).toBe(code);
  expect(answer.err).toMatch(told);
  expect(unlinked()).toEqual([]);
});

test('a mistyped path is not made into an empty ledger', async () => {
  const file = path.join(data, 'nowhere', 'ledger.db');
  expect((await people('unlink', ADA.user, '--reason', 'x', '--file', file)).code).toBe(3);
  expect(existsSync(file)).toBe(false);
});
