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

  it('sorts names as the RFC does in its section 3.2.3, by units of UTF-16 and not by characters', () => {
    const example = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(
      Object.values(
        JSON.parse(
          `[${canonicalJson(example)
            .replace(/"[^"]*":/g, '')
            .slice(1, -1)}]`,
        ) as object,
      ),
    ).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  describe('the example of sections 3.2.2 to 3.2.4', () => {
    const example = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as Record<string, unknown>;
    const published =
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c31652b3330' +
      '2c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d';
    const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

    it('is refused for its numbers, and written byte by byte without them', () => {
      expect(hex(canonicalizeText(example))).toBe(published);
      expect(() => canonicalJson(example)).toThrow('a number is not a safe integer');
      const { numbers: _floats, ...rest } = example;
      expect(hex(canonicalJson(rest))).toBe(published.replace(/226e756d62657273223a5b[^]*?5d2c/, ''));
    });
  });

  // An event holds no float (docs/reference/event-format.md): languages write them differently, and what is signed must be what was meant.
  describe('of the numbers of appendix B', () => {
    /** The bits of a double, and how ECMAScript writes it; null: the RFC has it refused as well. */
    const SAMPLES: readonly (readonly [bits: string, text: string | null])[] = [
      ['0000000000000000', '0'],
      ['8000000000000000', '0'],
      ['0000000000000001', '5e-324'],
      ['8000000000000001', '-5e-324'],
      ['7fefffffffffffff', '1.7976931348623157e+308'],
      ['ffefffffffffffff', '-1.7976931348623157e+308'],
      ['4340000000000000', '9007199254740992'],
      ['c340000000000000', '-9007199254740992'],
      ['4430000000000000', '295147905179352830000'],
      ['7fffffffffffffff', null],
      ['7ff0000000000000', null],
      ['44b52d02c7e14af5', '9.999999999999997e+22'],
      ['44b52d02c7e14af6', '1e+23'],
      ['44b52d02c7e14af7', '1.0000000000000001e+23'],
      ['444b1ae4d6e2ef4e', '999999999999999700000'],
      ['444b1ae4d6e2ef4f', '999999999999999900000'],
      ['444b1ae4d6e2ef50', '1e+21'],
      ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
      ['3eb0c6f7a0b5ed8d', '0.000001'],
      ['41b3de4355555553', '333333333.3333332'],
      ['41b3de4355555554', '333333333.33333325'],
      ['41b3de4355555555', '333333333.3333333'],
      ['41b3de4355555556', '333333333.3333334'],
      ['41b3de4355555557', '333333333.33333343'],
      ['becbf647612f3696', '-0.0000033333333333333333'],
      ['43143ff3c1cb0959', '1424953923781206.2'],
    ];
    const numberOf = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE();
    const isWritten = (text: string | null): boolean => text !== null && Number.isSafeInteger(Number(text));

    it.each(SAMPLES.filter(([, text]) => isWritten(text)))('%s is written %s', (bits, text) => {
      expect(canonicalJson(numberOf(bits))).toBe(text);
    });

    it.each(SAMPLES.filter(([, text]) => !isWritten(text)))('%s, which is %s, is refused', (bits, text) => {
      // The sample is what the RFC says it is.
      expect(JSON.stringify(numberOf(bits))).toBe(String(text));
      expect(() => canonicalJson(numberOf(bits))).toThrow('a number is not a safe integer');
    });

    it('both zeros are written, and the 24 others refused: none is a safe integer', () => {
      expect([SAMPLES.filter(([, text]) => isWritten(text)).length, SAMPLES.length]).toEqual([2, 26]);
    });

    it('and of any others: what is a safe integer is written with its digits alone, what is not is refused', () => {
      const double = fc.oneof(
        fc.double(),
        fc.maxSafeInteger(),
        fc.maxSafeInteger().map((n) => n + 0.5),
      );
      fc.assert(
        fc.property(double, (any) => {
          if (Number.isInteger(any) && Math.abs(any) < 2 ** 53) expect(canonicalJson(any)).toMatch(/^(?:0|-?[1-9]\d*)$/);
          else expect(() => canonicalJson(any)).toThrow(NotCanonical);
        }),
        { numRuns: 1_000 },
      );
    });
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
