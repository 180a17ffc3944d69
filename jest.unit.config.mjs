import { base } from './jest.config.mjs';

/** What needs nothing but Node: the scenarios of the rules. Part of `npm run check`. */
export default { ...base, testRegex: 'test/.*(?<!\\.(int|e2e))\\.spec\\.ts$' };
