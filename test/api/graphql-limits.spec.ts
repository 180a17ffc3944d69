import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { TOO_COSTLY, withinLimits } from '../../src/infrastructure/api/graphql/limits.js';

const schema = buildSchema(`
  type Query { one: Thing }
  type Thing { name: String, thing: Thing }
`);
/** What is said of a document by our rule alone, and by those of the specification with it. */
const tooCostly = (document: string): boolean =>
  validate(schema, parse(document), [withinLimits]).some(({ message }) => message === TOO_COSTLY);
const faults = (document: string) => validate(schema, parse(document), [...specifiedRules, withinLimits]);

/** Fragments of which each spreads the next one twice: as many leaves as 2 to the power of the levels. */
const doubling = (levels: number, leaf: string): string => {
  const fragments = Array.from({ length: levels }, (_, n) => `fragment F${n} on Thing { ...F${n + 1} ...F${n + 1} }`);
  return `query { one { ...F0 } } ${fragments.join(' ')} ${leaf}`;
};

describe('The cost of a GraphQL document', () => {
  // One root object: 2, and one and a half times what lies in it.
  it.each([
    ['3,332 names', `{ one { ${'name '.repeat(3_332)} } }`, false],
    ['3,333 names', `{ one { ${'name '.repeat(3_333)} } }`, true],
    ['2,048 leaves by fragments', doubling(11, 'fragment F11 on Thing { name }'), false],
    ['4,096 leaves by fragments', doubling(12, 'fragment F12 on Thing { name }'), true],
    ['objects in objects', `{ one ${'{ thing '.repeat(18)} { name } ${'}'.repeat(18)} }`, true],
    ['inline fragments that add nothing of their own', `{ one { ${'... on Thing { name } '.repeat(100)} } }`, false],
  ])('of %s is counted out', (_, document, refused) => {
    expect(tooCostly(document)).toBe(refused);
  });

  // What takes its time by the number of leaves would never end here: there are more of them than a trillion trillions.
  it.each([
    ['a name', 'fragment F90 on Thing { name }', true],
    ['a fragment that is its own', 'fragment F90 on Thing { ...F90 ...F90 }', false],
    ['the first one again', 'fragment F90 on Thing { ...F0 }', false],
    ['a fragment that there is not', '', false],
  ])('is known for ninety fragments that spread each other twice down to %s', (_, leaf, refused) => {
    expect(tooCostly(doubling(90, leaf))).toBe(refused);
    expect(faults(doubling(90, leaf))).not.toHaveLength(0);
  });
});
