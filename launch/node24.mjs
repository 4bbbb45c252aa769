import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { Stop } from './stop.mjs';

const NEEDED = 24;

/**
 * The Node that the project runs on: the pinned one from npm, else the one running this, else the one on PATH.
 * Each is started once, since a binary that is there may still not run on this machine.
 * @param {string} root
 * @param {{current?: string, path?: string}} [where]
 * @returns {string} absolute path, or `node` for the one on PATH
 */
export function findNode24(
  root,
  { current = process.execPath, path: searched = process.env['PATH'] } = {},
) {
  const candidates = [
    { name: 'the pinned one', file: path.join(root, 'node_modules/node/bin/node') },
    { name: 'the one that runs this', file: current },
    ...(searched ?? '')
      .split(path.delimiter)
      .filter((folder) => path.isAbsolute(folder))
      .map((folder) => ({ name: 'on PATH', file: path.join(folder, 'node') })),
  ];
  /** @type {string[]} */
  const tried = [];
  for (const { name, file } of candidates) {
    const version = versionOf(file);
    if (version !== undefined && majorOf(version) >= NEEDED) return file;
    if (version !== undefined || name !== 'on PATH') {
      tried.push(`  ${file} (${name}): ${version ?? 'is missing or does not run'}`);
    }
  }
  throw new Stop(
    `Curfew needs Node ${NEEDED} or newer and found none:\n${tried.join('\n')}\n` +
      'Either let npm fetch the pinned copy (npm ci --include=optional), or install it from https://nodejs.org, then run this again.',
  );
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function versionOf(file) {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? stdout.trim() : undefined;
}

/** @param {string} version such as v24.1.0 */
function majorOf(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}
