import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { operations, type Operation } from '../api/operations.js';
import { QUESTIONS } from '../api/overview-operations.js';
import { aboutNobody, FORGIVING, harmless, PERSONAS, sceneOf, strangersTo, type Arms, type Attack } from './attack.js';
import type { Dice } from './dice.js';
import { badToken, deep, malformedHeader, nastyHeader, nastyText, nastyValue } from './nasty.js';
import { forgedCursor, MOMENTS } from './rest-attacks.js';

const IDS = ['space', 'campaign', 'document'];
/** Arguments of every question with their types, as the schema has them: a question that is added is attacked. */
const QUESTION_ARGS: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  Object.values(buildSchema(readFileSync('schema.graphql', 'utf8')).getQueryType()?.getFields() ?? {}).map(({ name, args }) => [
    name,
    Object.fromEntries(args.map((arg) => [arg.name, String(arg.type)])),
  ]),
);
interface Wish {
  readonly operation: Operation;
  as: PersonaName | null;
  authorization: string | null;
  variables: Record<string, unknown>;
  types: Record<string, string>;
  headers: Record<string, string>;
  select: string;
}
type Spoil = (wish: Wish, dice: Dice, arms: Arms) => void;

const inputOf = ({ variables }: Wish): Record<string, unknown> => ({ ...(variables['input'] as object | undefined) });
const alterInput = (wish: Wish, alter: (input: Record<string, unknown>) => void): void => {
  const input = inputOf(wish);
  alter(input);
  wish.variables = { ...wish.variables, input };
};
/** Each makes sure, alone, that nothing is carried out. */
const anywhere: readonly Spoil[] = [
  (wish, dice, { tokens }) => {
    wish.as = null;
    wish.authorization = badToken(dice, tokens.alice);
  },
  (wish, dice, { tokens }) => {
    wish.as = dice.of(strangersTo(wish.operation));
    wish.authorization = `Bearer ${tokens[wish.as]}`;
  },
  (wish, dice) => void (wish.headers['idempotency-key'] = malformedHeader(dice)),
  (wish, dice) =>
    void (wish.headers['content-type'] = dice.of(['text/plain', 'application/graphql', 'application/x-www-form-urlencoded', ''])),
  (wish, dice) =>
    void (wish.select = dice.of([
      'everything',
      '__proto__',
      `${wish.select} constructor`,
      '... on Query { __typename }',
      '...Missing',
      '{ position }',
    ])),
  (wish, dice) => void (wish.types = { ...wish.types, unused: dice.of(['Nothing!', 'String', '[[ID!]!]!']) }),
];
/** Where the space or the campaign is an argument of its own. */
const ofNobody: Spoil = (wish) => void (wish.variables = { ...wish.variables, ...aboutNobody(wish.variables), campaign: 'No Such' });
const inArgs: readonly Spoil[] = [
  (wish, dice) => void (wish.variables = Object.fromEntries(Object.keys(wish.variables).map((name) => [name, nastyValue(dice)]))),
  (wish, dice) => void (wish.variables = Object.fromEntries(Object.keys(wish.variables).map((name) => [name, `${nastyText(dice)} `]))),
  (wish) => void (wish.variables = {}),
];
const inInput: readonly Spoil[] = [
  (wish, dice) =>
    void (wish.variables = { ...wish.variables, input: { ...inputOf(wish), [nastyText(dice) || 'extra']: nastyValue(dice) } }),
  (wish, dice) => void (wish.variables = { ...wish.variables, input: dice.of([null, 'x', 1, [[]], [{}, {}], { ['__proto__x']: 1 }]) }),
  (wish) => alterInput(wish, (input) => (input['extra'] = JSON.parse(deep(900, '{"a":', '1', '}')))),
];
const inMember: readonly Spoil[] = [
  (wish, dice) => alterInput(wish, (input) => delete input[dice.of(Object.keys(input))]),
  (wish, dice) =>
    alterInput(
      wish,
      (input) => (input[dice.of(Object.keys(input))] = dice.of([1, true, {}, [[]], 'x'.repeat(300), 'a\u0000b', '\ud800', ''])),
    ),
];
const besides: readonly Spoil[] = [
  (wish, dice) => void (wish.headers['accept-language'] = nastyHeader(dice)),
  (wish, dice) => void (wish.headers['x-purpose'] = nastyHeader(dice)),
  (wish, dice) => ask(wish, 'asOf', dice.of([...MOMENTS, nastyText(dice)])),
  (wish, dice) => ask(wish, 'after', dice.of(['x', 'A'.repeat(48), nastyText(dice)])),
  (wish, dice) => ask(wish, 'cursor', dice.of([forgedCursor(dice), nastyText(dice)])),
  (wish, dice) => ask(wish, 'first', dice.of([0, 1, 100, 101, -1, 1.5, 2_147_483_648, '5', null, true])),
  (wish, dice) => ask(wish, 'lane', dice.of(['LIFE', 'ALL', nastyText(dice)])),
  (wish, dice) => {
    const names = Object.keys(QUESTION_ARGS[wish.operation.field] ?? {});
    if (names.length > 0) ask(wish, dice.of(names), dice.of([nastyText(dice), nastyValue(dice), dice.of(MOMENTS), true, -1, 'compliance']));
  },
];
/** Only where the question has such an argument. */
function ask(wish: Wish, name: string, value: unknown): void {
  const type = QUESTION_ARGS[wish.operation.field]?.[name];
  if (type === undefined) return;
  wish.types = { ...wish.types, [name]: type };
  wish.variables = { ...wish.variables, [name]: value };
}

const certain = ({ operation: { args, input, field }, variables }: Wish): readonly Spoil[] => [
  ...anywhere,
  ...(args ? [ofNobody] : []),
  ...(args || input ? inArgs : []),
  ...(input ? inInput : []),
  ...(Object.keys((variables['input'] as object | undefined) ?? {}).length > 0 && !FORGIVING.includes(field) ? inMember : []),
];

function wishFrom(dice: Dice, { scenes, tokens }: Arms): Wish {
  const operation = dice.of(operations);
  const scene = harmless(dice.of(scenes));
  const args = operation.args?.(scene) ?? {};
  const as = operation.as ?? null;
  const types = Object.fromEntries(Object.keys(args).map((name) => [name, IDS.includes(name) ? 'ID!' : 'String!']));
  return {
    operation,
    as,
    authorization: as === null ? null : `Bearer ${tokens[as]}`,
    types: { ...types, ...(operation.input ? { input: `${operation.input[0]}!` } : {}) },
    variables: { ...args, ...(operation.input ? { input: operation.input[1](scene) } : {}) },
    headers: { ...operation.headers },
    select: operation.select,
  };
}

const documentOf = ({ operation: { field }, types, select }: Wish): string => {
  const declared = Object.entries(types).map(([name, type]) => `$${name}: ${type}`);
  const passed = Object.keys(types).flatMap((name) => (name === 'unused' ? [] : [`${name}: $${name}`]));
  const brackets = (items: readonly string[]): string => (items.length === 0 ? '' : `(${items.join(', ')})`);
  return `${QUESTIONS.includes(field) ? 'query' : 'mutation'} A${brackets(declared)} { ${field}${brackets(passed)} { ${select} } }`;
};

/** A bad request to an operation of the GraphQL door. */
export function graphqlAttack(dice: Dice, arms: Arms): Attack {
  const wish = wishFrom(dice, arms);
  const question = QUESTIONS.includes(wish.operation.field);
  if (question && dice.chance(0.5)) {
    wish.as = dice.of(PERSONAS);
    wish.authorization = `Bearer ${arms.tokens[wish.as]}`;
  }
  if (!question || dice.chance(0.6)) dice.of(certain(wish))(wish, dice, arms);
  for (let more = dice.below(3); question && more > 0; more--) dice.of(besides)(wish, dice, arms);
  return {
    method: 'POST',
    url: '/graphql',
    headers: {
      'content-type': 'application/json',
      ...(wish.authorization === null ? {} : { authorization: wish.authorization }),
      ...wish.headers,
    },
    payload: JSON.stringify({ query: documentOf(wish), variables: wish.variables }),
    as: wish.as,
    operation: wish.operation,
    scene: sceneOf(arms.scenes, wish.variables, wish.variables['input']),
  };
}
