import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime, type WorkflowBundleOption } from '@temporalio/worker';
import { TUNING } from '../../launch/temporal-server';
import { ensureSearchAttributes } from '../../temporal/search-attributes';

/** A real Temporal dev server of this test file's own, without a database file. */
export async function startEngine(): Promise<TestWorkflowEnvironment> {
  Runtime.install({ shutdownSignals: [], logger: silent });
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: fromSetup('CURFEW_TEMPORAL_CLI') },
      extraArgs: TUNING.flatMap((value) => ['--dynamic-config-value', value]),
    },
  });
  await ensureSearchAttributes(env.connection, env.namespace ?? 'default');
  return env;
}

/** The workflows as they are today, bundled once for the whole run. */
export const workflowBundle = (): WorkflowBundleOption => ({
  codePath: fromSetup('CURFEW_WORKFLOW_BUNDLE'),
});

// What workers log of expected faults would hide what a failing test says.
const ignore = (): void => undefined;
const silent = {
  log: ignore,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
};

function fromSetup(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run it through npm test`);
  return value;
}
