import { fileURLToPath } from 'node:url';

/** Runs under `node --experimental-vm-modules`: Nest 12 is ESM only. */
export const base = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: ['/node_modules/(?!(content-disposition|cookie)/)'],
  transform: {
    '^.+\\.(ts|js)$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2022',
          keepClassNames: true,
        },
      },
    ],
  },
  maxWorkers: 2,
  // Modules of a test file are never let go of entirely; behind a hundred files every collection walks over gigabytes.
  workerIdleMemoryLimit: '700MB',
  // Against what hangs; how fast something is belongs to the bench.
  testTimeout: 240_000,
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/interop/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/bench/'],
};

// What drills count is written down there, for `npm run trust`.
process.env['TRUST_FIGURES'] ??= fileURLToPath(new URL('.cache/trust', import.meta.url));

/** Everything: unit, integration (real PostgreSQL), end-to-end (both doors). */
export default {
  ...base,
  testRegex: 'test/.*\\.spec\\.ts$',
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  globalSetup: '<rootDir>/test/support/start-postgres.mjs',
  globalTeardown: '<rootDir>/test/support/stop-postgres.mjs',
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.mjs'],
};
