import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { operations, type Operation } from '../api/operations.js';
import { QUESTIONS } from '../api/overview-operations.js';
import { aboutNobody, FORGIVING, harmless, PERSONAS, sceneOf, strangersTo, type Arms, type Attack } from './attack.js';
import type { Dice } from './dice.js';
import { badToken, deep, malformedHeader, nastyHeader, nastyText, nastyValue } from './nasty.js';

/** A request in the making. */
interface Draft {
  readonly operation: Operation;
  as: PersonaName | null;
  authorization: string | null;
  method: string;
  args: Record<string, unknown>;
  query: [string, string][];
  headers: Record<string, string>;
  body: Record<string, unknown> | undefined;
  payload: string | undefined;
}
type Spoil = (draft: Draft, dice: Dice, arms: Arms) => void;

const encoded = (value: unknown): string => encodeURIComponent(String(value).replace(/\p{Cs}/gu, '\ufffd'));
const oneMember = (body: Record<string, unknown>, dice: Dice): string => dice.of([...Object.keys(body), 'extra']);

/** Each makes sure, alone, that the request cannot be carried out. */
const inBody: readonly Spoil[] = [
  (draft, dice) =>
    void (draft.headers['content-type'] = dice.of(['text/plain', 'application/xml', 'multipart/form-data', 'application/json5', 'x', ''])),
  (draft, dice) => void (draft.body = { ...draft.body, [nastyText(dice) || 'extra']: nastyValue(dice) }),
  (draft, dice) => void (draft.payload = dice.of(['{', '', '[]', '"x"', '42', '{"a":}', '{"a":1,}', '\u0000', 'undefined', '[{}]'])),
  (draft) => void (draft.payload = `{"__proto__": {"role": "operator"}, ${JSON.stringify(draft.body ?? {}).slice(1)}`),
  (draft) => void (draft.payload = `{"constructor": {"prototype": {"role": "operator"}}, "z": 1}`),
  (draft, dice) => void (draft.payload = `{"extra": ${deep(dice.of([65, 1_000, 8_000]), '{"a":', '1', '}')}}`),
  (draft, dice) => void (draft.payload = `{"extra": ${deep(dice.of([65, 1_000, 30_000]), '[', '1', ']')}}`),
  (draft) => void (draft.payload = JSON.stringify({ ...draft.body, extra: 'x'.repeat(70_000) })),
  (draft, dice) => {
    const twice = oneMember(draft.body ?? {}, dice);
    draft.payload = `${JSON.stringify({ ...draft.body, [twice]: 'once' }).slice(0, -1)}, "extra": 1, "${twice}": ${JSON.stringify(nastyValue(dice))}}`;
  },
];
/** Beside these, where every member is needed. */
const inMember: readonly Spoil[] = [
  ({ body = {} }, dice) => void delete body[dice.of(Object.keys(body))],
  ({ body = {} }, dice) =>
    void (body[dice.of(Object.keys(body))] = dice.of([1, true, {}, [[]], 'x'.repeat(300), 'a\u0000b', '\ud800', ''])),
];
const elsewhere: readonly Spoil[] = [
  (draft, dice, { tokens }) => {
    draft.as = null;
    draft.authorization = badToken(dice, tokens.alice);
  },
  (draft, dice) => void (draft.headers['idempotency-key'] = malformedHeader(dice)),
  (draft, dice) => void (draft.headers['if-match'] = malformedHeader(dice)),
  (draft, dice) => void (draft.method = dice.of(['DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])),
];
const stranger: Spoil = (draft, dice, { tokens }) => {
  draft.as = dice.of(strangersTo(draft.operation));
  draft.authorization = `Bearer ${tokens[draft.as]}`;
};
const nobody: Spoil = (draft) => {
  draft.args = aboutNobody(draft.args);
  if (draft.body) draft.body = aboutNobody(draft.body);
};
const wrongPlace: Spoil = (draft, dice) => {
  for (const name of Object.keys(draft.args)) draft.args[name] = `${nastyText(dice)} `;
};
/** May ruin a request or not: only on top of another, or on a question. */
const besides: readonly Spoil[] = [
  (draft, dice) => void (draft.headers['accept-language'] = nastyHeader(dice)),
  (draft, dice) => void (draft.headers['x-purpose'] = nastyHeader(dice)),
  (draft, dice) =>
    void (draft.headers[dice.of(['x-forwarded-for', 'user-agent', 'cookie', 'origin', 'if-none-match', 'x-http-method-override'])] =
      nastyHeader(dice)),
  (draft, dice) =>
    void draft.query.push([
      dice.of([
        ...['first', 'cursor', 'lane', 'asOf', 'after', 'from', 'to', '__proto__', 'a[b][c]', 'space'],
        ...['until', 'role', 'unusedSince', 'findingsOnly', 'lateOnly', 'openOnly', 'knowledge', 'state', 'cause', 'rule', 'kind', 'mode'],
      ]),
      nastyText(dice),
    ]),
  (draft, dice) => void draft.query.push(['cursor', forgedCursor(dice)]),
  (draft, dice) => void draft.query.push(['asOf', dice.of(MOMENTS)]),
  (draft, dice) => void draft.query.push(['after', dice.of(['x', 'AAAA', 'A'.repeat(48), `${'A'.repeat(47)}_`, '.', '-'.repeat(256)])]),
  (draft, dice) => void draft.query.push(...Array.from({ length: dice.of([2, 200]) }, (): [string, string] => ['first', '5'])),
  (draft, dice) => void draft.query.push(['first', dice.of(['1', '100', '1e2', '0x10', ' 5', '5.0', '-0', 'Infinity', '101', ''])]),
];
export const MOMENTS = [
  '2999-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00Z',
  '1969-07-20T20:17:40+14:00',
  '2026-02-30T00:00:00Z',
  '2026-01-01T25:00Z',
  '2016-12-31T23:59:60Z',
];
export const forgedCursor = (dice: Dice): string => {
  const at = dice.of([
    '2026-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '-000001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '1/1/2026Z',
    'Z',
    '2026Z',
  ]);
  return Buffer.from(`${at} ${dice.of(['LIFE', 'ACCESS', 'ALL'])} ${dice.of(['0', '999999999', '-1', 'x'])}`).toString('base64url');
};

/** Without a body a body cannot be wrong; where nothing in it is needed, only more than is known is wrong. */
const certain = ({ operation: { input, field }, args, body }: Draft): readonly Spoil[] => [
  ...elsewhere,
  stranger,
  ...(input ? inBody : []),
  ...(body && Object.keys(body).length > 0 && !FORGIVING.includes(field) ? inMember : []),
  ...(field === 'openCampaign' ? [wrongPlace] : hasArgs(field) ? ['space' in args ? nobody : wrongPlace, wrongPlace] : []),
];
const hasArgs = (field: string): boolean => operations.some((one) => one.field === field && one.args !== undefined);

function draftOf(dice: Dice, { scenes, tokens }: Arms): Draft {
  const operation = dice.of(operations);
  const scene = harmless(dice.of(scenes));
  const as = operation.as ?? null;
  return {
    operation,
    as,
    authorization: as === null ? null : `Bearer ${tokens[as]}`,
    method: operation.route[0],
    args: { ...operation.args?.(scene) },
    query: [],
    headers: { ...operation.headers },
    body: operation.input ? { ...operation.input[1](scene) } : undefined,
    payload: undefined,
  };
}

/** A bad request to an operation of the REST door. */
export function restAttack(dice: Dice, arms: Arms): Attack {
  const draft = draftOf(dice, arms);
  const question = QUESTIONS.includes(draft.operation.field);
  if (question && dice.chance(0.5)) {
    draft.as = dice.of(PERSONAS);
    draft.authorization = `Bearer ${arms.tokens[draft.as]}`;
  }
  if (!question || dice.chance(0.6)) dice.of(certain(draft))(draft, dice, arms);
  for (let more = dice.below(3); question && more > 0; more--) dice.of(besides)(draft, dice, arms);
  return finished(draft, arms);
}

function finished({ operation, as, authorization, method, args, query, headers, body, payload }: Draft, { scenes }: Arms): Attack {
  const template = operation.route[1];
  const path = Object.entries(args).reduce((url, [name, value]) => url.replace(`{${name}}`, encoded(value)), template);
  const open = Object.entries(args).filter(([name]) => !template.includes(`{${name}}`));
  const search = [...open, ...query].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  const sent = payload ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    url: `/api/v1${path}${search === '' ? '' : `?${search}`}`,
    headers: {
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === null ? {} : { authorization }),
      ...headers,
    },
    payload: sent,
    as,
    operation,
    scene: sceneOf(scenes, args, body),
  };
}
