import everything, { base } from './jest.config.mjs';

/** What needs programs of the operating system; fails where one is missing, so it runs on demand (`npm run test:interop`). */
export default {
  ...base,
  // What the product writes comes out of a running one.
  globalSetup: everything.globalSetup,
  globalTeardown: everything.globalTeardown,
  testRegex: 'test/interop/.*\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/'],
};
