import { existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { leashedStep } from './hand-over.mjs';
import { Stop } from './stop.mjs';

/**
 * @typedef {{version?: string, optional?: boolean, link?: boolean, os?: string[], cpu?: string[]}} Package
 * @typedef {{platform: string, arch: string}} Machine
 */

/** npm writes this file last, so it is there only when an install came to its end. */
const NPM_STAMP = 'node_modules/.package-lock.json';
const EVERY_MS = 10_000;

/**
 * Why what stands in node_modules is not what package-lock.json asks for; undefined when it is.
 * @param {string} root
 * @param {Machine} [machine]
 * @returns {string | undefined}
 */
export function whyNotInstalled(root, machine = process) {
  if (!existsSync(path.join(root, 'node_modules'))) return 'nothing is installed yet';
  const installed = readPackages(path.join(root, NPM_STAMP));
  if (!installed) return 'an earlier install did not finish';
  for (const [folder, { version, optional }] of wanted(root)) {
    const there = installed[folder];
    if (there && there.version !== version) return `${folder} is not at version ${version}`;
    if (there && isForeign(there, machine)) return 'it was installed for another kind of machine';
    if (!there && optional) continue;
    if (!there || !hasPackage(root, folder)) return `${folder} is missing`;
  }
  return undefined;
}

/**
 * Installs what package-lock.json names unless it is there, and says what it is doing.
 * @param {string} root
 */
export async function ensureInstalled(root) {
  const because = whyNotInstalled(root);
  if (because === undefined) return;
  console.error(
    `Installing the dependencies with "npm ci" (${because}). It takes a minute or two.`,
  );
  const log = path.join(mkdtempSync(path.join(tmpdir(), 'curfew-install-')), 'npm-ci.log');
  const code = await withProgress(root, () => npmCi(root, log));
  const missing = code === 0 ? whyNotInstalled(root) : undefined;
  if (code === 0 && missing === undefined) return console.error('The dependencies are installed.');
  throw new Stop(
    `${lastLines(log)}\n"npm ci" did not finish: ${missing ?? `it ended with ${code}`}. All it said is in ${log}.\n` +
      'Check that the npm registry can be reached (npm ping) and that there is room on the disk, then run this again.',
  );
}

/**
 * @param {string} root
 * @param {string} log
 * @returns {Promise<number>}
 */
async function npmCi(root, log) {
  const out = openSync(log, 'a');
  // --include=dev: with NODE_ENV=production npm would leave out the compiler.
  const args = ['ci', '--include=dev', '--include=optional'];
  // npm names itself to its scripts; that is the npm the person chose.
  const npm = process.env['npm_execpath'];
  const [file, argv] = npm ? [process.execPath, [npm, ...args]] : ['npm', args];
  const code = await leashedStep(file, argv, out, { cwd: root });
  if (code === 127) throw new Stop('npm was not found. It comes with Node: https://nodejs.org');
  return code;
}

/**
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withProgress(root, work) {
  const started = Date.now();
  const folders = wanted(root).flatMap(([folder, { optional }]) => (optional ? [] : [folder]));
  const tick = setInterval(() => {
    const there = folders.filter((folder) => hasPackage(root, folder)).length;
    const seconds = Math.round((Date.now() - started) / 1000);
    console.error(`  ${there} of ${folders.length} packages, ${seconds} s`);
  }, EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(tick);
  }
}

/**
 * @param {string} root
 * @returns {[string, Package][]}
 */
function wanted(root) {
  const packages = readPackages(path.join(root, 'package-lock.json'));
  if (!packages) {
    throw new Stop(
      'package-lock.json is missing or broken. Get it back with: git checkout package-lock.json',
    );
  }
  return Object.entries(packages).filter(([folder, { link }]) => folder !== '' && !link);
}

/**
 * @param {string} file
 * @returns {Record<string, Package> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    // Not there, or cut off in the middle: both mean that npm did not get to write it.
    return undefined;
  }
}

/**
 * @param {Package} installed
 * @param {Machine} machine
 */
function isForeign({ os, cpu }, machine) {
  return isExcluded(os, machine.platform) || isExcluded(cpu, machine.arch);
}

/**
 * @param {string[] | undefined} list
 * @param {string} value
 */
function isExcluded(list, value) {
  if (!list || list.length === 0) return false;
  return list.every((item) => item.startsWith('!'))
    ? list.includes(`!${value}`)
    : !list.includes(value);
}

/**
 * @param {string} root
 * @param {string} folder
 */
function hasPackage(root, folder) {
  return existsSync(path.join(root, folder, 'package.json'));
}

/** @param {string} file */
function lastLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}
