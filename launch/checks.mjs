import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { step } from './hand-over.mjs';
import { findTemporalCli } from './temporal-cli.mjs';

/** Needs no server, browser or network. [name, program below node_modules, its arguments] */
/** @type {[string, string, string[]][]} */
const STATIC = [
  ['format', 'oxfmt/bin/oxfmt', ['--check', '.']],
  ['lint', 'oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']],
  ['types', 'typescript/bin/tsc', ['--noEmit']],
  // The only plain JavaScript that matters: it runs before there is a compiler.
  ['types of launch', 'typescript/bin/tsc', ['--noEmit', '-p', 'launch']],
  ['dead code', 'knip/bin/knip.js', []],
];

/** The option of `npm test` and `npm run test:long` that is not jest's. */
const AGAIN = '--again';
/** When more files fail than this, it was no busy machine. */
const MOST_AGAIN = 4;

/**
 * `npm run check`: stops at the first thing that is wrong.
 * @param {string} root
 * @param {string[]} args for jest
 */
export async function check(root, args) {
  for (const [name, program, argv] of STATIC) {
    const code = await tool(root, program, argv);
    if (code === 0) continue;
    console.error(`npm run check stopped at: ${name}`);
    return code;
  }
  return tool(root, 'jest/bin/jest.js', ['--passWithNoTests', ...args]);
}

/**
 * `npm test`: everything, whatever fails on the way, and the totals in one plain line at the end.
 * With arguments only the tests they select; with `--again` live tests get a second look (see {@link liveJest}).
 * @param {string} root
 * @param {string[]} args for jest
 */
export async function test(root, args) {
  /** @type {string[]} */
  const wrong = [];
  const selected = args.filter((arg) => arg !== AGAIN);
  for (const [name, program, argv] of selected.length === 0 ? STATIC : []) {
    if ((await tool(root, program, argv)) !== 0) wrong.push(name);
  }
  const fast = await jest(root, selected, {});
  const live = await liveJest(root, 'live', args);
  if (wrong.length > 0) console.log(`Not in order, each counted as failed: ${wrong.join(', ')}`);
  const total = {
    passed: fast.passed + live.passed,
    failed: fast.failed + live.failed + wrong.length,
    skipped: fast.skipped + live.skipped,
  };
  console.log(totalsLine(total));
  return total.failed === 0 && fast.code === 0 && live.code === 0 ? 0 : 1;
}

/**
 * `npm run test:long`: what waits out many windows, so that `npm test` need not.
 * @param {string} root
 * @param {string[]} args for jest
 */
export async function testLong(root, args) {
  const long = await liveJest(root, 'long', args);
  console.log(totalsLine(long));
  return long.failed === 0 ? long.code : 1;
}

/**
 * `npm run format`.
 * @param {string} root
 */
export function format(root) {
  return tool(root, 'oxfmt/bin/oxfmt', ['.']);
}

/** @param {{passed: number, failed: number, skipped: number}} total */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @typedef {object} JestReport
 * @property {number} [numPassedTests]
 * @property {number} [numFailedTests]
 * @property {number} [numRuntimeErrorTestSuites]
 * @property {number} [numPendingTests]
 * @property {number} [numTodoTests]
 * @property {{name: string, status: string, assertionResults: {status: string}[]}[]} [testResults]
 */

/**
 * What jest's own report comes to. A suite that could not even be loaded is a failure, and so is no report at all.
 * @param {string | undefined} report jest's JSON
 * @param {number} code jest's exit code
 */
export function totalsOf(report, code) {
  if (report === undefined)
    return { passed: 0, failed: 1, skipped: 0, code: code || 1, broken: [] };
  /** @type {JestReport} */
  const counted = JSON.parse(report);
  return {
    passed: counted.numPassedTests ?? 0,
    failed: (counted.numFailedTests ?? 0) + (counted.numRuntimeErrorTestSuites ?? 0),
    skipped: (counted.numPendingTests ?? 0) + (counted.numTodoTests ?? 0),
    code,
    broken: (counted.testResults ?? []).flatMap(({ name, status, assertionResults }) =>
      status === 'failed' ? [{ file: name, passed: passedOf(assertionResults) }] : [],
    ),
  };
}

/** @param {{status: string}[]} results */
const passedOf = (results) => results.filter(({ status }) => status === 'passed').length;

/**
 * Tests with servers of their own. With `--again` the files that failed among others run once more, one at a time on a
 * quiet machine, and that counts: what fails then is broken, and what holds is named, because it depends on the machine.
 * @param {string} root
 * @param {'live' | 'long'} set
 * @param {string[]} args
 */
async function liveJest(root, set, args) {
  const selected = args.filter((arg) => arg !== AGAIN);
  const env = {
    CURFEW_TESTS: set,
    CURFEW_TEMPORAL_CLI: process.env['CURFEW_TEMPORAL_CLI'] ?? (await findTemporalCli()),
  };
  const first = await jest(root, selected, env);
  const files = first.broken.map(({ file }) => file);
  if (!args.includes(AGAIN) || files.length === 0 || files.length > MOST_AGAIN) return first;
  const names = files.map((file) => path.relative(root, file)).join(', ');
  console.log(`Failed among others, and run again alone: ${names}`);
  const second = await jest(root, ['--runInBand', '--runTestsByPath', ...files], env);
  if (second.failed === 0) console.log(`Held alone, so they depend on the machine: ${names}`);
  return secondLook(first, second);
}

/**
 * The totals when the second run of the broken files is what counts.
 * @param {ReturnType<typeof totalsOf>} first
 * @param {ReturnType<typeof totalsOf>} second
 */
export function secondLook(first, second) {
  const before = first.broken.reduce((sum, { passed }) => sum + passed, 0);
  return { ...second, passed: first.passed - before + second.passed, skipped: first.skipped };
}

/**
 * @param {string} root
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function jest(root, args, env) {
  const folder = mkdtempSync(path.join(tmpdir(), 'curfew-jest-'));
  const report = path.join(folder, 'report.json');
  const argv = ['--passWithNoTests', '--json', `--outputFile=${report}`, ...args];
  const code = await tool(root, 'jest/bin/jest.js', argv, env);
  try {
    return totalsOf(readIfThere(report), code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function tool(root, program, args, env = {}) {
  const file = path.join(root, 'node_modules', program);
  return step(process.execPath, ['--no-warnings', file, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
}
