import { fileURLToPath } from 'node:url';

/** Runs under `node --experimental-vm-modules`: Nest 12 is ESM only. */
export const base = {
  rootDir: '.',
  testEnvironment: '<rootDir>/test/support/plain-environment.mjs',
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
  // Node 20 never lets go of the modules of a test file. Behind four files with a whole system each collection walks over half a gigabyte,
  // and what makes many short-lived buffers (files under inspection) takes five times longer than in a new process.
  workerIdleMemoryLimit: '250MB',
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
