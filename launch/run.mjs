// Runs one of the project's commands on the pinned Node, whatever Node started it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const node = path.join(root, 'node_modules/node/bin/node');
const bin = (name, file) => path.join(root, 'node_modules', name, file);

/** What `npm run check` is: format, lint, types, dead code, fast tests. */
const CHECK = [
  ['format', [bin('oxfmt', 'bin/oxfmt'), '--check', '.']],
  ['lint', [bin('oxlint', 'bin/oxlint'), '--type-aware', '--deny-warnings']],
  ['types', [bin('typescript', 'bin/tsc'), '--noEmit']],
  ['dead code', [bin('knip', 'bin/knip.js')]],
  ['tests', ['--no-warnings', bin('jest', 'bin/jest.js'), '--passWithNoTests']],
];

for (const [name, args] of CHECK) {
  const { status } = spawnSync(node, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`npm run check stopped at: ${name}`);
    process.exit(status ?? 1);
  }
}
