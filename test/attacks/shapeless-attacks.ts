import type { Arms, Attack } from './attack.js';
import { PERSONAS } from './attack.js';
import type { Dice } from './dice.js';
import { badToken, deep, nastyHeader, nastyText, nastyValue } from './nasty.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE'];
const PLACES = [
  '/api/v1/spaces',
  '/api/v1/me/spaces',
  '/api/v1',
  '/graphql',
  '/graphql/explorer',
  '/docs',
  '/openapi.json',
  '/health',
  '/metrics',
  '',
];
const TRICKS = [
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%00',
  '/%ff%fe',
  '/%zz',
  '/%',
  '//',
  '/;a=b',
  '/.',
  '/..;/',
  '/__proto__',
  '/constructor/prototype',
  '/index.html',
  '/.env',
  '/package.json',
  '/%5c..%5c',
  '/*',
  '/:space',
];

/** Paths that lead nowhere, by any method. */
export function pathAttack(dice: Dice, { tokens }: Arms): Attack {
  const as = dice.chance(0.5) ? dice.of(PERSONAS) : null;
  const tail = dice.of([
    () => dice.of(TRICKS),
    () => `/${'x'.repeat(dice.of([101, 1_000, 9_000]))}`,
    () => '/x'.repeat(dice.of([2, 500])),
    () =>
      `/${encodeURIComponent(
        nastyText(dice)
          .slice(0, 500)
          .replace(/\p{Cs}/gu, '?'),
      )}`,
    () => `${dice.of(TRICKS)}?${'a=b&'.repeat(dice.of([0, 1, 1_500]))}`,
  ])();
  const body = dice.chance(0.3) ? JSON.stringify(nastyValue(dice)) : undefined;
  return {
    method: dice.of(METHODS),
    url: `${dice.of(PLACES)}${tail}`,
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${tokens[as]}` }),
      ...(body === undefined ? {} : { 'content-type': dice.of(['application/json', 'text/plain', nastyHeader(dice)]) }),
    },
    payload: body,
    as,
    scene: null,
  };
}

const repeated = (times: number, text: (n: number) => string): string => Array.from({ length: times }, (_, n) => text(n)).join(' ');
const MINE = 'mySpaces { space }';

/** A document as a syntax tree, which no limit on its text sees. */
const TREE = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      selectionSet: { kind: 'SelectionSet', selections: [{ kind: 'Field', name: { kind: 'Name', value: '__typename' } }] },
    },
  ],
};

/** Documents that no wish stands behind: loops, floods, depths, nonsense. */
const documents: readonly ((dice: Dice) => unknown)[] = [
  () => `{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }`,
  () => `{ ...A } fragment A on Query { ${MINE} ...A }`,
  (dice) => `{ ${repeated(dice.of([16, 1_000]), (n) => `a${n}: __typename`)} }`,
  (dice) => `{ ${repeated(dice.of([6, 300]), (n) => `a${n}: ${MINE}`)} }`,
  (dice) => `{ mySpaces { ${repeated(dice.of([60, 2_000]), () => 'space')} } }`,
  (dice) => `{ mySpaces { space ${repeated(dice.of([51, 3_000]), () => '@skip(if: false)')} } }`,
  (dice) => `{ mySpaces ${repeated(dice.of([1, 600]), (n) => `@d${n}`)} { space } }`,
  (dice) => `{ __type(name: "Space") ${deep(dice.of([9, 400]), '{ ofType ', '{ name }', ' }')} }`,
  (dice) => deep(dice.of([9, 2_000, 20_000]), '{ a ', '', '}'),
  (dice) => `{ space(space: ${deep(dice.of([50, 5_000]), '[', '1', ']')}) { etag } }`,
  (dice) => `{ findSpaceByIdentity(input: ${deep(dice.of([50, 5_000]), '{a:', '1', '}')}) { status } }`,
  () => `{ ${MINE} ...on Mutation { resumeCampaign(campaign: "x") { position } } }`,
  () => `mutation { ${repeated(2, (n) => `m${n}: resumeCampaign(campaign: "x${n}") { position }`)} }`,
  () => JSON.stringify(TREE),
  (dice) =>
    JSON.stringify(dice.of([{ kind: 'Document' }, { kind: 'Document', definitions: [null] }, { ...TREE, definitions: [TREE] }, true, {}])),
  () => TREE,
  () => 'subscription { mySpaces { space } }',
  () => 'query A { __typename } query A { __typename }',
  () => 'query A { __typename } query B { __typename }',
  () => `query($x: Int = "a", $x: Int) { ${MINE} }`,
  () => `query($x: Boolean!) { mySpaces @include(if: $x) { space } }`,
  () => `query($x: Boolean!) { mySpaces @include(if: $y) { space } }`,
  () => 'type Query { a: Int }',
  () => 'extend type Query { a: Int }',
  () => '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
  () => '{ __proto__ constructor toString }',
  () => '{ activityHistory(space: "x", first: 99999999999999999999) { next } }',
  () => '{ activityHistory(space: "x", first: 1e400) { next } }',
  () => `{ findSpaceByIdentity(input: { ins: """${'"'.repeat(2)}\\u0000""" }) { status } }`,
  () => `{ findSpaceByIdentity(input: { ins: "\\uD800" }) { status } }`,
  () => `{ findSpaceByIdentity(input: { ins: "\\u{110000}" }) { status } }`,
  (dice) => `#${'#'.repeat(dice.of([10, 90_000]))}\n`,
  (dice) => `\ufeff{ ${nastyText(dice)} }`,
  (dice) => nastyText(dice),
  (dice) => nastyValue(dice),
  () => undefined,
];
const VARIABLES: readonly unknown[] = [undefined, null, 'x', 1, [], [{}], { x: [[[]]] }, { x: 'true' }];
const BODIES = [
  '',
  '{',
  'null',
  '[]',
  '42',
  '"{ __typename }"',
  '[{"query":"{ __typename }"},{"query":"{ __typename }"}]',
  '{"query":"{ __typename }","__proto__":{}}',
  '\u0000',
];

/** Longer than the longest file of a holder in base64. */
const TOO_LONG = JSON.stringify({ query: '#'.repeat(7_000_001) });

/** A bad document, or something that is none. */
export function documentAttack(dice: Dice, { tokens }: Arms): Attack {
  const as = dice.chance(0.7) ? dice.of(PERSONAS) : null;
  const authorization = as === null ? (dice.chance(0.5) ? badToken(dice, tokens.bruno) : undefined) : `Bearer ${tokens[as]}`;
  const query = dice.of(documents)(dice);
  const operationName = dice.chance(0.2) ? dice.of(['A', 'Missing', '', 1, null, nastyText(dice)]) : undefined;
  const extensions = dice.chance(0.1) ? { persistedQuery: { version: 1, sha256Hash: 'x' } } : undefined;
  return {
    method: dice.chance(0.95) ? 'POST' : dice.of(METHODS),
    url: dice.chance(0.95) ? '/graphql' : '/graphql?query=%7B__typename%7D',
    headers: {
      'content-type': dice.chance(0.9)
        ? 'application/json'
        : dice.of(['application/json; charset=utf-7', 'text/plain', 'multipart/mixed', nastyHeader(dice)]),
      ...(authorization === undefined ? {} : { authorization }),
    },
    payload: dice.chance(0.002)
      ? TOO_LONG
      : dice.chance(0.1)
        ? dice.of(BODIES)
        : JSON.stringify({ query, variables: dice.of(VARIABLES), operationName, extensions }),
    as,
    scene: null,
  };
}
