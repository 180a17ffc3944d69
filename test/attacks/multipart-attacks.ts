import { entry, letter, ownEntry } from '../support/care.js';
import { assembled, BOUNDARY, filePart, metadataPart, type Part } from '../support/multipart.js';
import type { Arms, Attack } from './attack.js';
import type { Dice } from './dice.js';
import { deep, nastyHeader, nastyText, nastyValue } from './nasty.js';

const PDF = filePart(letter());
const said = (more: object = {}): Part => metadataPart(JSON.stringify(ownEntry(more)));
const field = (name: string, body = 'x'): Part => ({ head: `Content-Disposition: form-data; name="${name}"`, body });
const many = (count: number, part: (n: number) => Part): readonly Part[] => Array.from({ length: count }, (_, n) => part(n));
/** What a header line can carry, without an end of its own. */
const inLine = (text: string): string => text.replace(/[\r\n"]/g, '?').replace(/\p{Cs}/gu, '?');

/** Bodies of a deposit that cannot be carried out, each for a reason of its own. */
const bodies: readonly ((dice: Dice) => Buffer)[] = [
  () => Buffer.alloc(0),
  () => assembled([], BOUNDARY),
  () => assembled([said()]),
  () => assembled([PDF]),
  () => assembled([PDF, said()]),
  () => assembled([said(), said(), PDF]),
  () => assembled([said(), field('file')]),
  () => assembled([said(), { ...PDF, head: PDF.head.replace('name="file"', 'name="File"') }]),
  () =>
    assembled([
      { ...said(), head: 'Content-Disposition: form-data; name="metadata"; filename="metadata.json"\r\nContent-Type: application/json' },
      PDF,
    ]),
  (dice) => assembled([said(), PDF], dice.of(['another', BOUNDARY.slice(1), `${BOUNDARY}x`])),
  (dice) => assembled([said(), PDF]).subarray(0, 40 + dice.below(500)),
  (dice) => assembled([said(), PDF], BOUNDARY, dice.of(['', `--${BOUNDARY}`, '--', '\r\n'])).subarray(0, -dice.of([3, 50, 900])),
  (dice) =>
    assembled([metadataPart(dice.of(['', '{', 'null', '[]', '42', '"x"', `{"a":${deep(dice.of([17, 5_000]), '[', '1', ']')}}`])), PDF]),
  (dice) => assembled([metadataPart(JSON.stringify({ ...ownEntry(), [nastyText(dice) || 'extra']: nastyValue(dice), extra: 1 })), PDF]),
  (dice) => assembled([said({ typeCode: dice.of(['NONE', '', 1, null, '11526-1']) }), PDF]),
  (dice) => assembled([said({ title: dice.of(['', ' ', 'x'.repeat(129), 'a\u0000b', '\ud800', 1, null]) }), PDF]),
  (dice) => assembled([said({ authors: dice.of([[], [{ kind: 'PROFESSIONAL', id: '8' }], nastyValue(dice) ?? 1]) }), PDF]),
  () => assembled([said({ confidentiality: ['INVISIBLE_PATIENT', 'EVERYBODY'] }), PDF]),
  () => assembled([said({ replaces: 'x' }), PDF]),
  () => assembled([metadataPart('x'.repeat(500_000)), PDF]),
  (dice) => assembled([field('x'.repeat(dice.of([41, 10_000]))), PDF]),
  (dice) => assembled([field(inLine(nastyText(dice)) || 'x'), PDF]),
  (dice) => assembled(many(dice.of([3, 10_000]), (n) => field(`part${n}`))),
  () => assembled([said(), ...many(25, () => PDF)].slice(1)),
  (dice) =>
    assembled([
      {
        head: many(dice.of([25, 3_000]), (n) => field(`x${n}`))
          .map((_, n) => `X-${n}: y`)
          .join('\r\n'),
        body: '',
      },
      said(),
      PDF,
    ]),
  (dice) => assembled([said(), { ...PDF, body: Buffer.from(nastyText(dice)) }]),
  (dice) =>
    assembled([said(), { ...PDF, head: PDF.head.replace('application/pdf', dice.of(['text/html', 'image/png', 'x', '', '\u00e9'])) }]),
  () => assembled([metadataPart(JSON.stringify({ entries: [entry()] })), PDF]),
];

/** What calls itself a form, and is none that can be read. */
const types: readonly ((dice: Dice) => string)[] = [
  () => 'multipart/form-data',
  () => 'multipart/form-data; boundary=',
  () => `multipart/form-data; boundary=${'x'.repeat(300)}`,
  () => `multipart/mixed; boundary=${BOUNDARY}`,
  (dice) => `multipart/form-data; boundary="${nastyHeader(dice)}`,
];

/** A bad deposit as a form: of Alice into her space, or of nobody. */
export function multipartAttack(dice: Dice, { scenes, tokens }: Arms): Attack {
  const active = scenes[2];
  const type = dice.chance(0.85) ? `multipart/form-data; boundary=${BOUNDARY}` : dice.of(types)(dice);
  const body = dice.of(bodies)(dice);
  const as = dice.chance(0.8) ? 'alice' : null;
  return {
    method: 'POST',
    url: `/api/v1/spaces/${active?.address.handle ?? ''}/${dice.chance(0.75) ? 'documents' : 'document-batches'}`,
    headers: {
      'content-type': type,
      ...(as === null ? {} : { authorization: `Bearer ${tokens[as]}` }),
      ...(dice.chance(0.1) ? { 'content-length': String(dice.of([0, 1, body.length + 1_000])) } : {}),
    },
    payload: body,
    as,
    scene: null,
  };
}
