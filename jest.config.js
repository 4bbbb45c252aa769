// Three sets: `*.test.ts` needs no server, browser or network (npm run check); `*.live.test.ts` does (npm test);
// `*.long.test.ts` waits out many windows (npm run test:long).
const set = process.env.CURFEW_TESTS;
const live = set === 'live' || set === 'long';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: live ? [`**/*.${set}.test.ts`] : ['**/*.test.ts'],
  testPathIgnorePatterns: live
    ? ['/node_modules/']
    : ['/node_modules/', '\\.(live|long)\\.test\\.ts$'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.curfew/'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // These ship ES modules only.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|openid-client|oauth4webapi|@scure/bip39|content-disposition|cookie|light-my-request/node_modules/cookie)/)',
    '\\.pnp\\.[^\\/]+$',
  ],
  testTimeout: live ? 60_000 : 10_000,
  ...(live ? { maxWorkers: 2, globalSetup: '<rootDir>/test/support/live-setup.ts' } : {}),
};
