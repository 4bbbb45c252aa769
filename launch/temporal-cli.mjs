import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Stop } from './stop.mjs';
import { CLI_VERSION, download, goInstall, isTemporalCli } from './temporal-fetch.mjs';

/**
 * What finding and fetching need of the machine; tests bring their own.
 * A fetch puts the program somewhere inside an empty folder and says where, or why it could not.
 * @typedef {import('./temporal-fetch.mjs').Fetched} Fetched
 * @typedef {object} Machine
 * @property {NodeJS.ProcessEnv} env
 * @property {(file: string) => boolean} runs is a Temporal CLI that works here
 * @property {(folder: string) => Promise<Fetched>} download
 * @property {(folder: string) => Promise<Fetched>} goInstall
 * @property {(line: string) => void} say
 */

/** @type {Machine} */
const thisMachine = {
  env: process.env,
  runs: isTemporalCli,
  download,
  goInstall,
  say: (line) => console.error(line),
};

/**
 * The Temporal CLI: named by the environment, on PATH, kept from before, downloaded, or built with Go, in this order.
 * @param {Machine} [machine]
 * @returns {Promise<string>} its absolute path; throws {@link Stop} with what to install
 */
export async function findTemporalCli(machine = thisMachine) {
  const named = machine.env['CURFEW_TEMPORAL_CLI'];
  if (named) {
    if (machine.runs(named)) return named;
    throw new Stop(`CURFEW_TEMPORAL_CLI names ${named}, which does not run as the Temporal CLI.`);
  }
  const cached = cachedCli(machine.env);
  const there = [...onPath(machine.env), cached].find((file) => machine.runs(file));
  return there ?? fetchCli(machine, cached);
}

/**
 * Where we keep the one that we fetched.
 * @param {NodeJS.ProcessEnv} env
 */
export function cachedCli(env) {
  const caches = env['XDG_CACHE_HOME'] || path.join(env['HOME'] || homedir(), '.cache');
  return path.join(caches, 'curfew', `temporal-cli-${CLI_VERSION}`, 'temporal');
}

/**
 * @param {Machine} machine
 * @param {string} cached
 */
async function fetchCli(machine, cached) {
  machine.say(`The Temporal CLI ${CLI_VERSION} is not here yet.`);
  /** @type {string[]} */
  const tried = [];
  for (const way of /** @type {const} */ (['download', 'goInstall'])) {
    const because = await fetchOneWay(machine, way, cached);
    if (because === undefined) {
      machine.say(`The Temporal CLI is ready, and kept in ${cached}.`);
      return cached;
    }
    tried.push(`  ${way === 'download' ? 'download' : 'go install'}: ${because}`);
    machine.say(tried.at(-1) ?? '');
  }
  throw new Stop(
    `Curfew needs the Temporal CLI and could not get it:\n${tried.join('\n')}\n` +
      'Do one of these, then run this again:\n' +
      '  install it (https://docs.temporal.io/cli), so that `temporal` is on PATH;\n' +
      '  install Go (https://go.dev/dl), so that it can be built here;\n' +
      '  for npm start only: set TEMPORAL_ADDRESS to a Temporal server that runs already.',
  );
}

/**
 * @param {Machine} machine
 * @param {'download' | 'goInstall'} way
 * @param {string} cached
 * @returns {Promise<string | undefined>} why it did not work; undefined when `cached` is there now
 */
async function fetchOneWay(machine, way, cached) {
  mkdirSync(path.dirname(cached), { recursive: true });
  // Beside where it goes, so that the last step is a rename: nobody ever finds half a program.
  const draft = mkdtempSync(path.join(path.dirname(cached), 'draft-'));
  try {
    const fetched = await machine[way](draft);
    if ('because' in fetched) return fetched.because;
    if (!machine.runs(fetched.file)) return 'what came does not run on this machine';
    renameSync(fetched.file, cached);
    return undefined;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {NodeJS.ProcessEnv} env */
function onPath(env) {
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, 'temporal'));
}
