import type { Dice } from './dice.js';

const CHARACTERS = [
  'a',
  'Z',
  '9',
  'é',
  '漢',
  '😀',
  ' ',
  '\t',
  '\n',
  '\r',
  '\u0000',
  '\u001b',
  '\u202e',
  '\ufeff',
  '\ud800',
  '\udfff',
  '"',
  '\\',
  "'",
];

/** Texts that have broken systems: empty, huge, controls, halves of surrogate pairs, quotes, paths, formats, SQL. */
export const nastyText = (dice: Dice): string =>
  dice.of([
    () => '',
    () => dice.of(CHARACTERS).repeat(1 + dice.below(12)),
    () => Array.from({ length: 1 + dice.below(40) }, () => dice.of(CHARACTERS)).join(''),
    () => 'A'.repeat(dice.of([41, 201, 1_000, 20_000])),
    () => dice.of(['\ud83d', '\udc00x', 'x\ud800', '\u0000', 'a\u0000b', '\u202egnp', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!']),
    () =>
      dice.of(["'; DROP TABLE log.event; --", '" OR 1=1 --', '$1', '%s%n', '${7*7}', '{{7*7}}', '<script>', '../../etc/passwd', '\\x00']),
    () => dice.of(['null', 'undefined', 'NaN', 'true', '0', '-1', '1e400', '0x7f', '[object Object]', '__proto__', 'constructor']),
    () =>
      dice.of(['2026-02-30', '2026-13-01', '0000-01-01', '9999-99-99', '2026-1-1', '2026-01-01T00:00:00Z', '-271821-04-20', '2024-02-29 ']),
    () =>
      dice.of([
        'not-a-uuid',
        '00000000-0000-0000-0000-00000000000g',
        '7f8b7a340c1d4b529d530d1a2b3c4d5e',
        '{7f8b7a34-0c1d-4b52-9d53-0d1a2b3c4d5e}',
      ]),
  ])();

/** Nested this deep, as text: no parser of ours may follow it down. */
export const deep = (levels: number, open: string, inside: string, close: string): string =>
  open.repeat(levels) + inside + close.repeat(levels);

/** Anything but a text. */
export const nastyValue = (dice: Dice): unknown =>
  dice.of<() => unknown>([
    () => null,
    () => dice.of([0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER + 1, true, false]),
    () => [],
    () => [nastyText(dice)],
    () => Array.from({ length: dice.of([1, 100, 2_000]) }, () => 'INS'),
    () => ({}),
    () => ({ [nastyText(dice)]: nastyText(dice) }),
    () => ({ toString: 'x', valueOf: 1, length: 3, then: {} }),
    () => ({ a: { a: { a: { a: [[[[null]]]] } } } }),
  ])();

/** In headers only what the wire can carry: visible Latin-1, spaces, tabs. */
export const nastyHeader = (dice: Dice): string =>
  dice.of([
    () => ' ',
    () => 'x'.repeat(dice.of([129, 257, 4_000])),
    () =>
      Array.from({ length: 1 + dice.below(30) }, () =>
        String.fromCharCode(dice.of([0x21, 0x22, 0x5c, 0x20, 0x09, 0xe9, 0xff, 0x7e, 0x2c, 0x3b])),
      ).join(''),
    () =>
      dice.of([
        'W/"x"',
        '"',
        '""',
        'x',
        '"a", "b"',
        '*,*',
        '"é"',
        "'; --",
        '%00',
        '../..',
        '{}',
        '[]',
        'null',
        ';q=9',
        'fr;q=;;',
        '-,,*;q=nan',
      ]),
  ])();

/** Long enough to be told from a header that happens to be well-formed: quotes and spaces are allowed nowhere. */
export const malformedHeader = (dice: Dice): string => `${nastyHeader(dice)} " `;

export const NOBODYS_HANDLE = '7f8b7a34-0c1d-4b52-9d53-0d1a2b3c4d5e';

/** Tokens that must open nothing. */
export const badToken = (dice: Dice, real: string): string => {
  const [head = '', body = '', signature = ''] = real.split('.');
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  return dice.of([
    'Bearer',
    'Bearer ',
    `Basic ${Buffer.from('alice:alice').toString('base64')}`,
    'Bearer of.bad.news',
    `Bearer ${head}.${body}.`,
    `Bearer ${none}.${body}.`,
    `Bearer ${head}.${body}.${[...signature].reverse().join('')}`,
    `Bearer ${head}.${Buffer.from('{"iss":"urn:mon-espace-sante:local-issuer","sub":"alice"}').toString('base64url')}.${signature}`,
    `Bearer ${head}.${body}.${signature} x`,
    `Bearer ${'x'.repeat(9_000)}.y.z`,
    `Bearer ${Buffer.from('[]').toString('base64url')}.${Buffer.from('null').toString('base64url')}.x`,
    nastyHeader(dice),
  ]);
};
