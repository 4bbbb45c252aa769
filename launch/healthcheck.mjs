// The image's health check: asks whichever of the two processes runs in this container.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const command = readFileSync('/proc/1/cmdline', 'utf8');
const port = command.includes('temporal/main.js')
  ? (process.env['CURFEW_WORKER_PORT'] ?? 3001)
  : (process.env['CURFEW_PORT'] ?? 3000);

const { status } = await fetch(`http://127.0.0.1:${port}/healthz`, {
  signal: AbortSignal.timeout(4_000),
});
process.exitCode = status === 200 ? 0 : 1;
