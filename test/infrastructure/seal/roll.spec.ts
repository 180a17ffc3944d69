import fc from 'fast-check';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { readRoll, writeRoll, type Entry } from '../../../src/infrastructure/seal/roll.js';
import { streamKey } from '../../../src/infrastructure/seal/stream-key.js';

const stream = fc.oneof(
  fc.tuple(fc.constantFrom('space', 'access', 'veil'), fc.uuid()).map(([category, id]) => `${category}-${id}`),
  fc.constantFrom('matrix-national', 'campaign-2026-cpam-031', 'audit-202601-a', `space-${'x'.repeat(300)}`),
);
const entries = fc
  .array(fc.tuple(stream, fc.nat(2 ** 31 - 1), fc.bigInt({ min: 1n, max: 2n ** 40n }), fc.boolean()), { maxLength: 256 })
  .map((drawn) => {
    const made: Entry[] = [];
    for (const [name, rev, distance, follows] of drawn) {
      const before = made.at(-1);
      const place = follows && before !== undefined ? { stream: before.stream, rev: before.rev + 1 } : { stream: name as StreamName, rev };
      made.push({ ...place, position: (before?.position ?? 0n) + distance });
    }
    return made;
  });

describe('A roll', () => {
  it('gives back the entries it was made of', () => {
    fc.assert(fc.property(entries, (made) => expect(readRoll(writeRoll(made))).toEqual(made)));
  });

  it('takes two bytes for an event that follows in its stream, and less than thirty for the first', () => {
    const one: Entry = { stream: 'space-0193b1c2-0000-7000-8000-000000000001', rev: 0, position: 1n };
    expect(writeRoll([one]).length).toBeLessThan(30);
    expect(writeRoll([one, { ...one, rev: 1, position: 2n }]).length - writeRoll([one]).length).toBe(2);
  });

  it('that was cut is none', () => {
    const bytes = writeRoll([{ stream: 'space-0193b1c2-0000-7000-8000-000000000001', rev: 300, position: 1n }]);
    for (let length = 1; length < bytes.length; length += 1) expect(readRoll(bytes.subarray(0, length))).toBeNull();
  });

  it.each([
    ['a name that would begin before it ends', '01f2ffffff0f'],
    ['a name longer than there is', '018080808010'],
    ['a number without end', 'ff'.repeat(10_000)],
    ['a position behind all that a log can have', 'ffffffffffffffff7f026100ffffffffffffffff7f00'],
    ['a revision that no number can hold', '010261ffffffffffffffff7f'],
  ])('that nobody could have written is none: %s', (_, hex) => {
    expect(readRoll(Buffer.from(hex, 'hex'))).toBeNull();
  });

  it('is read to its end or is none, whatever its bytes are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.constantFrom(0, 1, 2, 0x0f, 0x7f, 0x80, 0xf2, 0xff), { maxLength: 40 }).map((drawn) => Uint8Array.from(drawn)),
    );
    const isEntry = ({ rev, position }: Entry): boolean => Number.isInteger(rev) && rev >= 0 && position >= 0n;
    fc.assert(
      fc.property(bytes, (drawn) => readRoll(drawn)?.every(isEntry) ?? true),
      { numRuns: 2_000 },
    );
  });
});

describe('The key of a stream', () => {
  it('differs for streams that share an id, and begins with the time of the id', () => {
    const id = '0193b1c2-1234-7000-8000-000000000001';
    const keys = (['space', 'access', 'passage'] as const).map((category) => streamKey(`${category}-${id}`));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(3);
    for (const key of keys) expect(key.toString('hex').slice(0, 12)).toBe('0193b1c21234');
    for (const key of [...keys, streamKey('matrix-national')]) expect(key).toHaveLength(16);
  });
});
