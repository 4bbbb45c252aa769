import { expect, test } from '@jest/globals';
import { captured } from '../support/captured';
import { temporaryFolder } from '../support/temporary-folder';

process.env['CURFEW_HOME'] = temporaryFolder();

test.each([
  ['revoke', '--all', '--reason', 'x'],
  ['console', 'g-abcdefghij'],
  ['audit', 'export'],
  ['audit', 'pack'],
])('curfew %s is not there yet: it ends with 2 and says so', async (...argv) => {
  const { code, out, err } = await captured(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/not there yet/);
});

test.each([
  [['nonsense'], /unknown command/],
  [['connect'], /CODE/],
  [['connect', 'g-abc'], /not a connect code/],
  [['credentials', 'abc'], /not a grant id/],
  [['connect', 'g-abcdefghij-abcdefghijklmnop', '--server', 'ftp://x'], /not a URL/],
  [['connect', 'g-abcdefghij-abcdefghijklmnop', '--server', 'http://curfew.example'], /https/],
])('%j is a mistake in usage: it ends with 2 and names the fix', async (argv, message) => {
  const { code, err } = await captured(argv);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('a machine that was never connected is told how to connect, with code 1', async () => {
  const { code, err } = await captured(['credentials', 'g-abcdefghij']);
  expect(code).toBe(1);
  expect(err).toMatch(/curfew connect CODE/);
});

test('a server that does not answer ends with 3', async () => {
  const argv = ['connect', 'g-abcdefghij-abcdefghijklmnop', '--server', 'http://127.0.0.1:1'];
  expect(await captured(argv)).toMatchObject({
    code: 3,
    err: expect.stringContaining('does not answer'),
  });
});

test('help ends with 0 and lists what there is', async () => {
  const { code, out } = await captured(['--help']);
  expect(code).toBe(0);
  for (const name of ['connect', 'credentials', 'serve', 'grants', 'end', 'policy', 'audit'])
    expect(out).toContain(name);
});
