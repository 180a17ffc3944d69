import { BadNote, type NoteKey } from '../note/note-key.js';
import { parseWitnessKey } from '../note/cosignature.js';
import { parseVerifierKey, type Verifier } from '../note/signed-note.js';

// C2SP tlog-policy: whose heads are believed, and how many witnesses must have seen one.

/** Why a policy cannot be used. */
export class BadPolicy extends Error {}

/** One who cosigns heads. */
export interface Witness {
  /** Its name in the policy. */
  readonly label: string;
  readonly key: NoteKey;
  /** As it stands in the policy. */
  readonly keyText: string;
  /** Where it takes heads (C2SP tlog-witness submission prefix), without a slash at its end; null when the policy does not say. */
  readonly url: string | null;
}
export interface Policy {
  readonly logs: readonly Verifier[];
  readonly witnesses: readonly Witness[];
  /** Whether the quorum is reached when these witnesses, by their labels, have cosigned. */
  readonly suffices: (labels: ReadonlySet<string>) => boolean;
}

type Rule = (labels: ReadonlySet<string>) => boolean;
interface Draft {
  readonly logs: Verifier[];
  readonly witnesses: Witness[];
  /** Witnesses and groups that were defined so far. */
  readonly rules: Map<string, Rule>;
  quorum: Rule | null;
}

// eslint-disable-next-line no-control-regex -- these are the characters that the format forbids
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const NONE = 'none';
const nobody: Rule = () => true;

const define = (draft: Draft, name: string, rule: Rule): void => {
  if (name === NONE || draft.rules.has(name)) throw new BadPolicy('a name is defined twice, or is none');
  draft.rules.set(name, rule);
};
const known = ({ rules }: Draft, name: string): Rule => {
  const rule = rules.get(name);
  if (rule === undefined) throw new BadPolicy('a group or quorum names something that no line before it defines');
  return rule;
};

/** Two keys are one when their bytes are, whatever they are called. */
const isNew = (keys: readonly NoteKey[], { key }: NoteKey): boolean => !keys.some((other) => other.key.equals(key));

const addressOf = (url: string | undefined): string | null => {
  if (url === undefined) return null;
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) throw new BadPolicy('the address of a witness is no http address');
  return url.replace(/\/+$/, '');
};

const WORDS: Readonly<Record<string, (of: number) => number>> = { any: () => 1, all: (of) => of };
function threshold(text: string, of: number): number {
  const count = Object.hasOwn(WORDS, text) ? WORDS[text]?.(of) : Number(/^[1-9]\d{0,3}$/.exec(text)?.[0]);
  if (count === undefined || !(count >= 1 && count <= of))
    throw new BadPolicy('a group wants at least one of its members, and no more than all');
  return count;
}

const lines: Readonly<Record<string, (draft: Draft, words: readonly string[]) => void>> = {
  log: (draft, [key = '', , ...rest]) => {
    const log = parseVerifierKey(key);
    if (rest.length > 0 || !isNew(draft.logs, log)) throw new BadPolicy('a line log has a key, and an address or none; each key once');
    draft.logs.push(log);
  },
  witness: (draft, [label = '', keyText = '', url, ...rest]) => {
    const witness: Witness = { label, keyText, key: parseWitnessKey(keyText), url: addressOf(url) };
    const keys = draft.witnesses.map(({ key }) => key);
    if (rest.length > 0 || !isNew(keys, witness.key))
      throw new BadPolicy('a line witness has a name, a key, and an address or none; each key once');
    define(draft, label, (labels) => labels.has(label));
    draft.witnesses.push(witness);
  },
  group: (draft, [name = '', wanted = '', ...members]) => {
    const count = threshold(wanted, members.length);
    if (new Set(members).size !== members.length) throw new BadPolicy('a group names each member once');
    const rules = members.map((member) => known(draft, member));
    define(draft, name, (labels) => rules.filter((rule) => rule(labels)).length >= count);
  },
  quorum: (draft, [name = '', ...rest]) => {
    if (draft.quorum !== null || rest.length > 0) throw new BadPolicy('a policy has one quorum');
    draft.quorum = name === NONE ? nobody : known(draft, name);
  },
};

function readLine(draft: Draft, line: string): void {
  const [word = '', ...rest] = line.split(/[ \t]+/).filter((item) => item !== '');
  if (word === '' || word.startsWith('#')) return;
  const take = Object.hasOwn(lines, word) ? lines[word] : undefined;
  if (take === undefined) throw new BadPolicy('a line of the policy is neither log, witness, group nor quorum');
  take(draft, rest);
}

/** Reads a policy. Throws BadPolicy with the number of the line. */
export function parsePolicy(text: string): Policy {
  const draft: Draft = { logs: [], witnesses: [], rules: new Map(), quorum: null };
  if (CONTROL.test(text)) throw new BadPolicy('the policy holds control characters');
  for (const [n, line] of text.split('\n').entries())
    try {
      readLine(draft, line);
    } catch (error) {
      if (error instanceof BadPolicy || error instanceof BadNote) throw new BadPolicy(`line ${n + 1}: ${error.message}`);
      throw error;
    }
  if (draft.quorum === null) throw new BadPolicy('the policy has no line quorum');
  return { logs: draft.logs, witnesses: draft.witnesses, suffices: draft.quorum };
}
