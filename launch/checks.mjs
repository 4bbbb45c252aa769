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
 * With arguments only the tests they select.
 * @param {string} root
 * @param {string[]} args for jest
 */
export async function test(root, args) {
  /** @type {string[]} */
  const wrong = [];
  for (const [name, program, argv] of args.length === 0 ? STATIC : []) {
    if ((await tool(root, program, argv)) !== 0) wrong.push(name);
  }
  const fast = await jest(root, args, {});
  const live = await jest(root, args, {
    CURFEW_TESTS: 'live',
    CURFEW_TEMPORAL_CLI: process.env['CURFEW_TEMPORAL_CLI'] ?? (await findTemporalCli()),
  });
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
  const long = await jest(root, args, {
    CURFEW_TESTS: 'long',
    CURFEW_TEMPORAL_CLI: process.env['CURFEW_TEMPORAL_CLI'] ?? (await findTemporalCli()),
  });
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
 * What jest's own report comes to. A suite that could not even be loaded is a failure, and so is no report at all.
 * @param {string | undefined} report jest's JSON
 * @param {number} code jest's exit code
 */
export function totalsOf(report, code) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, code: code || 1 };
  /** @type {Record<string, number>} */
  const counted = JSON.parse(report);
  return {
    passed: counted['numPassedTests'] ?? 0,
    failed: (counted['numFailedTests'] ?? 0) + (counted['numRuntimeErrorTestSuites'] ?? 0),
    skipped: (counted['numPendingTests'] ?? 0) + (counted['numTodoTests'] ?? 0),
    code,
  };
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
