// Runs a program on a leash: it ends when whoever started this is gone, however that came about. npm and go would go
// on for minutes, in the way of the next start. Our standard input is the leash: it closes with its other end.
import { spawn } from 'node:child_process';
import process from 'node:process';

const cut = () => {
  try {
    // npm does not end on SIGTERM, and it has helpers: the whole group goes at once.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
};
// Before there is anything to leave behind; heard only once what follows has run.
process.on('SIGTERM', cut).on('SIGINT', cut);
process.stdin.on('end', cut).on('error', cut).resume();

const [file = '', ...args] = process.argv.slice(2);
const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
child.once('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once('exit', (code) => process.exit(code ?? 1));
