import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { leashedStep } from './hand-over.mjs';

/** Server 1.29.1: the newest that `go install` accepts. */
export const CLI_VERSION = 'v1.5.1';
const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';

const FIRST_BYTE_SECONDS = 20;
const STALLED_SECONDS = 30;
const LOOK_EVERY_SECONDS = 10;

/** @typedef {{file: string} | {because: string}} Fetched */

/** @param {string} file */
export function isTemporalCli(file) {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && stdout.startsWith('temporal version');
}

/**
 * The SDK's own download.
 * @param {string} folder
 * @returns {Promise<Fetched>}
 */
export function download(folder) {
  const script = fileURLToPath(new URL('./temporal-download.mjs', import.meta.url));
  console.error(`Downloading it (given up when nothing comes for ${FIRST_BYTE_SECONDS} s) …`);
  let [bytes, movedAt] = [0, Date.now()];
  return fetchWith(process.execPath, [script, folder, CLI_VERSION], {}, folder, () => {
    const now = bytesIn(folder);
    if (now !== bytes) {
      console.error(`  ${Math.round(now / 1e6)} MB`);
      [bytes, movedAt] = [now, Date.now()];
    }
    const patience = bytes === 0 ? FIRST_BYTE_SECONDS : STALLED_SECONDS;
    return Date.now() - movedAt > patience * 1000 ? `nothing came for ${patience} s` : undefined;
  });
}

/**
 * @param {string} folder
 * @returns {Promise<Fetched>}
 */
export async function goInstall(folder) {
  if (spawnSync('go', ['version']).status !== 0) return { because: 'Go is not installed' };
  console.error('Building it with Go. The first time this takes three to ten minutes …');
  const started = Date.now();
  return fetchWith(
    'go',
    ['install', `${PACKAGE}@${CLI_VERSION}`],
    { GOBIN: folder },
    folder,
    () => {
      console.error(`  still building, ${Math.round((Date.now() - started) / 1000)} s`);
      return undefined;
    },
  );
}

/**
 * Runs a program that leaves the CLI as the largest file in `folder`.
 * @param {string} file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @param {() => string | undefined} watch asked every few seconds; a text calls it off
 * @returns {Promise<Fetched>}
 */
async function fetchWith(file, args, env, folder, watch) {
  // Beside the folder, or the download's size would count our own words.
  const log = `${folder}.log`;
  const out = openSync(log, 'w');
  const off = new AbortController();
  const tick = setInterval(() => {
    const because = watch();
    if (because !== undefined) off.abort(because);
  }, LOOK_EVERY_SECONDS * 1000);
  try {
    const code = await leashedStep(file, args, out, {
      env: { ...process.env, ...env },
      signal: off.signal,
    });
    const said = readFileSync(log, 'utf8').trim().split('\n');
    const [largest] = filesIn(folder);
    return code === 0 && largest ? { file: largest } : { because: said.slice(-3).join(' ') };
  } catch (error) {
    if (!off.signal.aborted) throw error;
    return { because: String(off.signal.reason) };
  } finally {
    clearInterval(tick);
    closeSync(out);
    rmSync(log, { force: true });
  }
}

/**
 * Largest first.
 * @param {string} folder
 */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort((one, other) => sizeOf(other) - sizeOf(one));
}

/** @param {string} folder */
const bytesIn = (folder) => filesIn(folder).reduce((sum, file) => sum + sizeOf(file), 0);

/** @param {string} file */
const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
