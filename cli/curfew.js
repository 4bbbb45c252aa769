#!/usr/bin/env node
// Starts the command line on the Node that Curfew runs on, whatever Node found this file.
'use strict';
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
const program = path.join(root, 'dist/cli/main.js');
const pinned = path.join(root, 'node_modules/node/bin/node');

if (!existsSync(program)) {
  console.error(
    `Curfew is not built yet (${program} is missing). Run "npm run build" in ${root} first.`,
  );
  process.exit(2);
}
const node = existsSync(pinned) ? pinned : process.execPath;
const child = spawn(node, ['--no-warnings', program, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(3);
});
child.on('exit', (code) => process.exit(code ?? 1));
