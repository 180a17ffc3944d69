import { createHash } from 'node:crypto';
import { EMPTY_EDGE, grow, type Edge } from '../../src/infrastructure/seal/tree/growth.js';
import type { Tiles } from '../../src/infrastructure/seal/tree/prove.js';

/** So many leaf hashes, the same every time. */
export const leavesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, n) => createHash('sha256').update(`leaf ${n}`).digest());

/** A tree grown in steps of these sizes, with its tiles at hand. */
export function planted(leaves: readonly Uint8Array[], steps: readonly number[] = [leaves.length]) {
  const tiles = new Map<string, Uint8Array>();
  let edge: Edge = EMPTY_EDGE;
  let next = 0;
  for (let at = 0; at < leaves.length; next += 1) {
    const step = Math.max(1, steps[next % steps.length] ?? 1);
    const grown = grow(edge, Buffer.concat(leaves.slice(at, at + step)));
    for (const { level, index, hashes } of grown.tiles) tiles.set(`${level}/${index}`, hashes);
    edge = grown.edge;
    at += step;
  }
  const source: Tiles = {
    tile: async (level, index) => {
      const tile = tiles.get(`${level}/${index}`);
      if (tile === undefined) throw new Error(`no tile ${level}/${index}`);
      return tile;
    },
  };
  return { edge, tiles, source };
}
