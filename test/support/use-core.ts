import { afterAll, beforeAll } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startCore, type Core, type CoreOptions } from './core';
import { startEngine } from './engine';
import { temporaryFolder } from './temporary-folder';

/** An engine and a core for all tests of a file, ended after them: `use` gets both before the first test. */
export function useCore(
  use: (core: Core, env: TestWorkflowEnvironment, folder: string) => void,
  options: Omit<CoreOptions, 'env' | 'folder'> = {},
): void {
  const folder = temporaryFolder();
  const end: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const env = await startEngine();
    end.push(() => env.teardown());
    const core = await startCore({ ...options, env, folder });
    end.push(() => core.close());
    use(core, env, folder);
  });
  afterAll(async () => {
    for (const close of end.toReversed()) await close();
  });
}
