import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson, NotCanonical } from '../../../src/infrastructure/eventstore/canonical-json.js';

const canonicalizeText = canonicalize as unknown as (value: unknown) => string;

describe('canonical JSON (RFC 8785)', () => {
  it.each([
    // cyberphone/json-canonicalization testdata: the pairs that hold no float.
    ['arrays', [56, { d: true, '10': null, '1': [] }], '[56,{"1":[],"10":null,"d":true}]'],
    [
      'french',
      { peach: 'This sorting order', péché: 'is wrong according to French', pêche: 'but canonicalization MUST', sin: 'ignore locale' },
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    ],
    [
      'structures',
      { '1': { f: { f: 'hi', F: 5 }, '\n': 56 }, '10': {}, '': 'empty', a: {}, '111': [{ e: 'yes', E: 'no' }], A: {} },
      '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ],
    ['unicode', { 'Unnormalized Unicode': 'A\u030a' }, '{"Unnormalized Unicode":"A\u030a"}'],
    [
      'weird',
      {
        '\u20ac': 'Euro Sign',
        '\r': 'Carriage Return',
        '\u000a': 'Newline',
        '1': 'One',
        '\u0080': 'Control\u007f',
        '\ud83d\ude02': 'Smiley',
        '\u00f6': 'Latin Small Letter O With Diaeresis',
        '\ufb33': 'Hebrew Letter Dalet With Dagesh',
        '</script>': 'Browser Challenge',
      },
      '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude02":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    // The part of "values" that is not a float.
    [
      'values',
      { string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/', literals: [null, true, false] },
      '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ],
    ['the largest integers', [9007199254740991, -9007199254740991, -0], '[9007199254740991,-9007199254740991,0]'],
  ])('writes %s as the published vector', (_name, value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  it.each([
    ['a float', { a: 1.5 }],
    ['an integer that is not safe', 2 ** 53],
    ['NaN', NaN],
    ['an infinity', -Infinity],
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole in an array', [1, , 2]], // eslint-disable-line no-sparse-arrays
    ['a bigint', 1n],
    ['a function', { toJSON: () => 'x' }],
    ['a symbol as name', { [Symbol('a')]: 1 }],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['bytes', Buffer.from('x')],
    ['an instance of a class', new (class Point {})()],
    ['half of a surrogate pair', 'a\ud800'],
    ['half of a surrogate pair in a name', { '\udc00': 1 }],
    ['a value that holds itself', loop],
  ])('refuses %s instead of dropping or changing it', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonical);
  });

  const leaf = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(fc.string({ unit: 'binary' }), tie('value'))),
  }));

  it('agrees with another implementation on every value, and parses back to it', () => {
    fc.assert(
      fc.property(value, (any) => {
        const text = canonicalJson(any);
        expect(text).toBe(canonicalizeText(any));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
