import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { AccountStore } from '../../../sandbox/aws/account-store';
import { TARGET } from '../../support/aws-stand-in';
import { temporaryFolder } from '../../support/temporary-folder';
import { startTypeScript } from '../../support/typescript-process';

const folder = temporaryFolder();

test('killed in the middle of writing, it has everything that it said it had', async () => {
  const writer = startTypeScript('test/support/aws-store-writer.ts', folder, TARGET);
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.length > 200) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  expect(writer.signalCode).toBe('SIGKILL');

  const acknowledged = said.split('\n').slice(0, -1);
  expect(acknowledged.length).toBeGreaterThan(10);
  const store = new AccountStore(folder);
  expect([...store.inlinePolicies(TARGET).keys()]).toEqual(expect.arrayContaining(acknowledged));
  store.close();
});
