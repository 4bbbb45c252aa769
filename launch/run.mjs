// Every package script starts here, on whatever Node there is (20 or newer) and with nothing installed:
// install what is missing, find Node 24, hand over to it. Imports nothing but Node and its neighbours.
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { handOver } from './hand-over.mjs';
import { ensureInstalled } from './install.mjs';
import { findNode24 } from './node24.mjs';
import { Stop } from './stop.mjs';

const COMMANDS = [
  'start',
  'test',
  'test:long',
  'check',
  'bench',
  'faults',
  'mutants',
  'build',
  'format',
];

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [command = '', ...rest] = process.argv.slice(2);

try {
  if (!COMMANDS.includes(command)) {
    throw new Stop(`Say which command: npm run ${COMMANDS.join(' | ')}.`, 2);
  }
  await ensureInstalled(root);
  const node = findNode24(root);
  process.exitCode = await handOver(node, [path.join(root, 'launch/tasks.mjs'), command, ...rest]);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
