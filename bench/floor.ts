import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { endUpdate, stepsUpdate } from './floor-workflows';

export interface Floor {
  /** Starts a workflow and waits until it has run two activities; then updates it twice. Milliseconds. */
  round(): Promise<{ startAnd2: number; updateAnd2: number; updateAnd3: number }>;
  stop(): Promise<void>;
}

const TASK_QUEUE = 'bench-floor';

/** A bare worker on the same server, with activities that do nothing. */
export async function startFloor(address: string): Promise<Floor> {
  Runtime.install({ shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }) });
  let ran = 0;
  const worker = await Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowsPath: require.resolve('./floor-workflows'),
    activities: {
      step: async () => {
        ran += 1;
      },
    },
  });
  const running = worker.run();
  return {
    async round() {
      const before = ran;
      const started = performance.now();
      const handle = await client.workflow.start('floor', {
        taskQueue: TASK_QUEUE,
        workflowId: `floor-${randomUUID()}`,
        args: [2],
      });
      while (ran < before + 2) await new Promise((resolve) => setImmediate(resolve));
      const startAnd2 = performance.now() - started;
      const timed = async (steps: number): Promise<number> => {
        const from = performance.now();
        await handle.executeUpdate(stepsUpdate, { args: [steps] });
        return performance.now() - from;
      };
      const updateAnd2 = await timed(2);
      const updateAnd3 = await timed(3);
      await handle.executeUpdate(endUpdate);
      return { startAnd2, updateAnd2, updateAnd3 };
    },
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
      await client.connection.close();
    },
  };
}
