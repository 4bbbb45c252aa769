// The project's commands, on Node 24 and with everything installed.
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { check, format, test, testLong } from './checks.mjs';
import { handOver } from './hand-over.mjs';
import { mutants } from './mutants.mjs';
import { Stop } from './stop.mjs';
import { findTemporalCli } from './temporal-cli.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @type {Record<string, (args: string[]) => Promise<number | void>>} */
const TASKS = {
  start: async () => {
    await build(root);
    if (!process.env['TEMPORAL_ADDRESS'] && process.env['NODE_ENV'] !== 'production') {
      process.env['CURFEW_TEMPORAL_CLI'] = await findTemporalCli();
    }
    await import(pathToFileURL(path.join(root, 'dist/launch/main.js')).href);
  },
  bench: async (args) => {
    await build(root);
    const main = path.join(root, 'dist/bench/main.js');
    if (!existsSync(main))
      throw new Stop('There is nothing to measure yet: bench/main.ts is missing.');
    process.env['CURFEW_TEMPORAL_CLI'] ??= await findTemporalCli();
    return handOver(process.execPath, [main, ...args]);
  },
  faults: async (args) => {
    await build(root);
    process.env['CURFEW_TEMPORAL_CLI'] ??= await findTemporalCli();
    const source = path.join(root, 'test/support/typescript.cjs');
    const main = path.join(root, 'test/faults/main.ts');
    return handOver(process.execPath, ['--no-warnings', '-r', source, main, ...args]);
  },
  mutants: (args) => mutants(root, args),
  build: () => build(root),
  check: (args) => check(root, args),
  test: (args) => test(root, args),
  'test:long': (args) => testLong(root, args),
  format: () => format(root),
};

const [command = '', ...args] = process.argv.slice(2);
try {
  process.exitCode = (await TASKS[command]?.(args)) ?? 0;
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
