import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Stop } from './stop.mjs';

const LEASH = fileURLToPath(new URL('./leash.mjs', import.meta.url));

/**
 * Not SIGHUP: a terminal that closes tells everyone in it, and nohup wants it ignored.
 * @type {NodeJS.Signals[]}
 */
const FORWARDED = ['SIGINT', 'SIGTERM'];

/**
 * Runs Node with these arguments in our place: same terminal, our signals, its exit code.
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function handOver(node, args) {
  // So that whatever looks for `node` further down finds this one.
  const PATH = [path.dirname(node), process.env['PATH'] ?? ''].join(path.delimiter);
  return (await run(node, args, { stdio: 'inherit', env: { ...process.env, PATH } })).code;
}

/**
 * Runs one step of several to its end; a signal meanwhile ends the whole, not only this step.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code
 */
export async function step(file, args, options) {
  const { code, heard } = await run(file, args, options);
  if (heard) throw new Stop(`Stopped (${heard}).`, 128 + constants.signals[heard]);
  return code;
}

/**
 * A long step, which ends also when we are killed. What it says goes to the open file.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {number} out
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal}} [options]
 * @returns {Promise<number>} its exit code; 127 when there is no such program
 */
export function leashedStep(file, args, out, options = {}) {
  return step(process.execPath, [LEASH, file, ...args], { ...options, stdio: ['pipe', out, out] });
}

/**
 * Starts a program and passes our signals on to it, so that none is left behind when we are stopped.
 * On Ctrl-C the terminal tells it as well as we do: it has to bear hearing it twice.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{code: number, heard?: NodeJS.Signals}>} its exit code (128 + the signal's number when a
 *   signal ended it) and the signal that we heard meanwhile
 */
function run(file, args, options) {
  const child = spawn(file, args, options);
  /** @type {NodeJS.Signals | undefined} */
  let heard;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    heard = signal;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of FORWARDED) process.off(name, forward);
      const ended = code ?? 128 + (signal ? constants.signals[signal] : 0);
      resolve(heard ? { code: ended, heard } : { code: ended });
    });
  });
}
