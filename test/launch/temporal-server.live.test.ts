import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { startTemporal } from '../support/temporal';

test('a Temporal server that was killed goes on with its data under the same flags', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'curfew-temporal-'));
  const database = path.join(folder, 'temporal.sqlite');

  const first = await startTemporal(database);
  await withClient(first.address, (client) =>
    client.workflow.start('nobody works on this', { taskQueue: 'none', workflowId: 'still here' }),
  );
  await first.stop('SIGKILL');

  const second = await startTemporal(database);
  const { status } = await withClient(second.address, (client) =>
    client.workflow.getHandle('still here').describe(),
  );
  expect(status.name).toBe('RUNNING');
  expect((await fetch(second.uiUrl)).status).toBe(200);

  await second.stop();
  rmSync(folder, { recursive: true });
});

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
