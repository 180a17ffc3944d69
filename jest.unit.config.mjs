import { base } from './jest.config.mjs';

/** What needs nothing but Node and a moment: the scenarios of the rules. Part of `npm run check`. The rest says in its name why it waits for `npm test`. */
export default { ...base, testRegex: 'test/.*(?<!\\.(int|e2e|model|fuzz))\\.spec\\.ts$' };
