import type { Dice } from '../../attacks/dice.js';
import { policyOf, type Draft } from './draft.js';
import { bagged, packageOf, payloadOf, type Files } from './files.js';
import { draft, quorumOf } from './samples.js';
import type { Finding } from './verdicts.js';

/** A package that somebody altered, and the finding that must come of it: its code, and as much of its place as is known beforehand. */
export interface Tampered {
  readonly files: Files;
  readonly expected: Partial<Finding> & Pick<Finding, 'code'>;
  /** Symbolic links: path and target. */
  readonly links?: readonly (readonly [string, string])[];
  readonly policy?: string;
  readonly since?: string;
}
export type Tampering = (dice: Dice) => Tampered;

export const EVENTS = 'data/evenements/evenements-000001.ndjson';
export const KEYS = 'data/cles/cles-000001.ndjson';

export const flipped = (bytes: Buffer, dice: Dice, from = 0, to = bytes.length): Buffer => {
  const copy = Buffer.from(bytes);
  const at = from + dice.below(to - from);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << dice.below(8)), at);
  return copy;
};

export const linesIn = (bytes: Buffer | undefined): string[] => (bytes ?? Buffer.alloc(0)).toString('utf8').split('\n').slice(0, -1);
export const fromLines = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** The finding names the bag: nothing was done to make the lists fit. */
export function carelessly(kind: string, alter: (files: Files, dice: Dice) => Tampered['expected']): Tampering {
  return (dice) => {
    const files = packageOf(draft(kind));
    const expected = alter(files, dice);
    return { files, expected, policy: quorumOf(kind) };
  };
}

/** Files are altered, and the lists of the bag made anew: only what is inside can tell. */
export function refiled(kind: string, alter: (payload: Files, dice: Dice) => Tampered['expected']): Tampering {
  return (dice) => {
    const made = draft(kind);
    const payload = payloadOf(made);
    const expected = alter(payload, dice);
    return { files: bagged(payload, made.request), expected, policy: quorumOf(kind) };
  };
}

/** What the package says is altered, and everything else made to fit that can be made to fit without the keys. */
export function forged(kind: string, alter: (made: Draft, dice: Dice) => Tampered['expected'], more: Partial<Tampered> = {}): Tampering {
  return (dice) => {
    const made = draft(kind);
    const expected = alter(made, dice);
    return { files: packageOf(made), expected, policy: policyOf(made.wanted.cosigned === true ? 'two' : 'none'), ...more };
  };
}

/** A file of the package, which must be there. */
export const fileIn = (files: Files, path: string): Buffer => {
  const bytes = files.get(path);
  if (bytes === undefined) throw new Error(`the package has no ${path}`);
  return bytes;
};

/** One line of a file is replaced. */
export function withLine(payload: Files, path: string, dice: Dice, change: (line: string) => string): number {
  const lines = linesIn(fileIn(payload, path));
  const place = dice.below(lines.length);
  lines[place] = change(lines[place] ?? '');
  payload.set(path, fromLines(lines));
  return place + 1;
}
