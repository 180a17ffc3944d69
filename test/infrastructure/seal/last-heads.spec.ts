import { describe, expect, it } from '@jest/globals';
import { lastHeads } from '../../../src/infrastructure/seal/heads/last-heads.js';
import { keyOf, RECORD_BYTES, recordIn } from '../../../src/infrastructure/seal/heads/map-node.js';
import { writeRoll, type Entry } from '../../../src/infrastructure/seal/roll.js';
import { pack } from '../../../src/infrastructure/threads/packed.js';

const ENTRIES: readonly Entry[] = [
  { stream: 'space-a', rev: 0, position: 1n },
  { stream: 'space-b', rev: 0, position: 2n },
  { stream: 'space-a', rev: 1, position: 3n },
];
const hashes = Buffer.concat(ENTRIES.map((_, place) => Buffer.alloc(32, place + 1)));
const asked = (roll: Uint8Array, to = ENTRIES.length) =>
  lastHeads({ kind: 'last-heads', tiles: [0], hashes: pack([hashes]), rolls: pack([roll]), from: 0, to });
const headsIn = (bytes: Uint8Array) =>
  Array.from({ length: bytes.length / RECORD_BYTES }, (_, n) =>
    recordIn(Buffer.from(bytes.subarray(n * RECORD_BYTES, (n + 1) * RECORD_BYTES))),
  );

describe('The last head of each stream among sealed leaves', () => {
  it('is the last of each that lies before the end that was asked for', () => {
    expect(headsIn(asked(writeRoll(ENTRIES)))).toEqual([
      { key: keyOf('space-a'), rev: 1, count: 2, leaf: Buffer.alloc(32, 3) },
      { key: keyOf('space-b'), rev: 0, count: 1, leaf: Buffer.alloc(32, 2) },
    ]);
    expect(headsIn(asked(writeRoll(ENTRIES), 2)).map(({ rev }) => rev)).toEqual([0, 0]);
  });

  it('is not made up where a roll ends in the middle of an entry', () => {
    expect(() => asked(writeRoll(ENTRIES).subarray(0, -1))).toThrow(RangeError);
  });

  it.each([
    ['a roll is not there', () => asked(Buffer.alloc(0))],
    ['a roll ends before its tile', () => asked(writeRoll(ENTRIES.slice(0, 2)))],
    ['a tile is not there', () => lastHeads({ kind: 'last-heads', tiles: [], hashes: pack([]), rolls: pack([]), from: 0, to: 3 })],
    ['a tile ends before its roll', () => asked(writeRoll([...ENTRIES, { stream: 'space-c', rev: 0, position: 4n }]), 4)],
  ])('is not that of before where %s', (_, heads) => {
    expect(heads).toThrow(RangeError);
  });
});
