import { expect, test } from '@jest/globals';
import { ledgerFile, openLedger } from '../../audit/ledger';
import { temporaryFolder } from '../support/temporary-folder';
import { finished, startTypeScript } from '../support/typescript-process';

const folder = temporaryFolder();

test('two processes that append at the same time make one chain: no fork, no hole, nothing lost', async () => {
  const file = ledgerFile(folder);
  const write = (name: string) =>
    finished(startTypeScript('test/support/ledger-writer.ts', file, name, '500'));
  const outputs = await Promise.all([write('bot'), write('worker')]);

  const ledger = openLedger(file);
  expect(ledger.verify()).toMatchObject({ entries: 1000 });
  expect(ledger.verify().broken).toBeUndefined();
  const acknowledged = outputs.flatMap((output) => output.trim().split('\n').map(Number));
  expect(acknowledged.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 1000 }, (_, i) => i + 1),
  );
  ledger.close();
});
