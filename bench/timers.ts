import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { waitUntil } from './pace';

const TASK_QUEUE = 'bench-timers';

/** Bare workflows with one timer each, all due at one instant: how late each was closed, in milliseconds. */
export async function timersLate(
  address: string,
  count: number,
  leadMs: number,
): Promise<number[]> {
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }) });
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowsPath: require.resolve('./floor-workflows'),
  });
  const running = worker.run();
  const dueAt = Date.now() + leadMs;
  for (let index = 0; index < count; index += 1) {
    await client.workflow.start('timer', {
      taskQueue: TASK_QUEUE,
      workflowId: `timer-${index}`,
      args: [dueAt],
    });
  }
  if (Date.now() > dueAt) throw new Error('the timers were due before all of them were started');
  await waitUntil(dueAt);
  const late = await closedLate(client, 'timer', count, dueAt);
  worker.shutdown();
  await running;
  await connection.close();
  await client.connection.close();
  return late;
}

/** Waits until so many workflows of a type are closed; how long after an instant the server closed each. */
export async function closedLate(
  client: Client,
  type: string,
  count: number,
  dueAt: number,
): Promise<number[]> {
  const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Completed' AND CloseTime >= '${new Date(dueAt).toISOString()}'`;
  while ((await client.workflow.count(query)).count < count) await waitUntil(Date.now() + 500);
  const late: number[] = [];
  for await (const { closeTime } of client.workflow.list({ query, pageSize: 1000 }))
    if (closeTime) late.push(closeTime.getTime() - dueAt);
  return late;
}
