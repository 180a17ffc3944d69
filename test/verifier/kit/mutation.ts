import type { Dice } from '../../attacks/dice.js';
import { bagged, payloadOf, type Files } from './files.js';
import { draft, KINDS, quorumOf } from './samples.js';

/** Some bytes of a file altered, dropped, doubled or put in. */
function mutated(bytes: Buffer, dice: Dice): Buffer {
  const at = dice.below(bytes.length + 1);
  const length = 1 + dice.below(dice.chance(0.5) ? 4 : 300);
  const piece = bytes.subarray(at, at + length);
  const rest = bytes.subarray(at + length);
  const inserted = Buffer.from(
    dice.of(['"', '{}', '\n', '\r', '0', '-', '\u00e9', '\ud83d\ude02', '\\u0000', 'null', ',', '"t":1,', ' ', '\0', 'A'.repeat(70)]),
  );
  return Buffer.concat(
    dice.of([
      [bytes.subarray(0, at), inserted, bytes.subarray(at)],
      [bytes.subarray(0, at), inserted, rest],
      [bytes.subarray(0, at), rest],
      [bytes.subarray(0, at), piece, piece, rest],
      [bytes.subarray(0, at), Buffer.from(piece).reverse(), rest],
    ]),
  );
}

/** A package of any kind with something done to any of its files, and fitting lists. What it deserves is for the verifiers to say. */
export function anyMutation(dice: Dice): { readonly files: Files; readonly policy: string } {
  const kind = dice.of(Object.keys(KINDS));
  const made = draft(kind);
  const payload = payloadOf(made);
  for (let times = 1 + dice.below(2); times > 0; times -= 1) {
    const [path, bytes] = dice.of([...payload]);
    payload.set(path, mutated(bytes, dice));
  }
  return { files: bagged(payload, made.request), policy: quorumOf(kind) };
}
