// Run by temporal-cli.mjs as a process of its own, because the SDK's download cannot be called off.
import process from 'node:process';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir = '', version = ''] = process.argv.slice(2);
try {
  // The SDK downloads on the way to starting a server; there is no call for the download alone.
  const server = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, version } },
  });
  await server.teardown();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
