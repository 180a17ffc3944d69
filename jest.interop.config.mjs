import { base } from './jest.config.mjs';

/** What needs programs of the operating system; fails where one is missing, so it runs on demand (`npm run test:interop`). */
export default { ...base, testRegex: 'test/interop/.*\\.spec\\.ts$', testPathIgnorePatterns: ['/node_modules/'] };
