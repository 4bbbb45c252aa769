import path from 'node:path';
import process from 'node:process';
import { Stop } from './stop.mjs';

const FOLDER = '.mutants';

/**
 * `npm run mutants`: changes code of policy/ in one small way at a time and runs tests that reach it. Names each
 * change that no test notices.
 * @param {string} root
 * @param {string[]} args files of policy/ to change, and beginnings of names of tests to run; all of test/policy when there are none
 */
export async function mutants(root, args) {
  const mutate = args.filter((arg) => arg.startsWith('policy/'));
  const tests = args.filter((arg) => arg.startsWith('test/'));
  if (mutate.length === 0 || mutate.length + tests.length < args.length)
    throw new Stop(
      'Say what to change, and with which tests: npm run mutants -- policy/seats.ts test/policy/seat',
      2,
    );
  process.chdir(root);
  const { Stryker } = await import('@stryker-mutator/core');
  await new Stryker({
    mutate,
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    coverageAnalysis: 'perTest',
    jest: {
      configFile: 'jest.config.js',
      config:
        tests.length > 0
          ? { testMatch: tests.map((name) => `<rootDir>/${name}*`) }
          : { roots: ['<rootDir>/test/policy'] },
      enableFindRelatedTests: true,
    },
    // A sentence may be worded in many ways; what decides is what counts here.
    mutator: { excludedMutations: ['StringLiteral'] },
    // Stryker would rewrite it by an interface that TypeScript 7 has not.
    tsconfigFile: 'none',
    concurrency: 1,
    ignorePatterns: ['dist', '.curfew'],
    tempDirName: FOLDER,
    reporters: ['progress-append-only', 'clear-text', 'json'],
    jsonReporter: { fileName: path.join(FOLDER, 'report.json') },
    clearTextReporter: { logTests: false, reportTests: false, reportScoreTable: true },
  }).runMutationTest();
}
