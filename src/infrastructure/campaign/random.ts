import { createHash } from 'node:crypto';

/** Numbers that look drawn and are the same for the same seed; for inventing data, never for secrets. */
export interface Random {
  /** 0 … limit − 1. */
  below(limit: number): number;
  oneOf<T>(choices: readonly [T, ...T[]]): T;
  digits(count: number): string;
}

/** Mulberry32, seeded with the beginning of the SHA-256 of the text. */
export function randomFrom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(4);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    oneOf: (choices) => choices[below(choices.length)] ?? choices[0],
    digits: (count) => Array.from({ length: count }, () => below(10)).join(''),
  };
}
