import type { Decision, Issued, Of } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';
import { draftOf, type AccessStep } from './access-draft.js';
import { accessSteps } from './access-steps.js';
import type { AccessCommand, AccessEvent } from './access-vocabulary.js';
import { NOBODY, type AccessFacts } from './facts.js';

/** The code of the holder that may still open something; a new one takes its place. */
export interface LiveCode {
  readonly access: string;
  readonly digest: string;
  readonly usableUntil: Instant;
  readonly minutes: number;
  readonly tries: number;
  /** Professional who used it; null before. */
  readonly usedBy: string | null;
}

/** What the wishes about access rest on: the facts of `access-` alone, and the code that no decision of the gate asks for. */
export interface AccessState {
  readonly facts: AccessFacts;
  readonly code: LiveCode | null;
  /** Facts taken into account so far. */
  readonly taken: number;
}
export const NOTHING_SAID: AccessState = { facts: NOBODY, code: null, taken: 0 };

/** One row of the decision table. */
export type AccessRule<T extends AccessCommand['type']> = (
  command: Issued<Of<AccessCommand, T>>,
  state: AccessState,
) => Decision<AccessEvent>;

type Steps = { readonly [T in AccessEvent['type']]: (state: AccessState, event: Of<AccessEvent, T>) => AccessState };
type NextCode = (state: AccessState, event: AccessEvent) => LiveCode | null;

/** When a fact was written says nothing to a wish: what it changes for documents is decided when they are asked for. */
const AT_SOME_TIME = '' as Instant;

const codeAfter: NextCode = ({ code }, event) => {
  if (event.type === 'TemporaryAccessGranted') {
    const { access, codeDigest, usableUntil, minutes } = event;
    return { access, digest: codeDigest, usableUntil, minutes, tries: 0, usedBy: null };
  }
  if (event.type === 'TemporaryAccessRefused') return code && { ...code, tries: event.tries };
  return event.type === 'TemporaryAccessUsed' ? code && { ...code, usedBy: event.grantee.id } : code;
};

const after = (state: AccessState, event: AccessEvent): AccessState => {
  const draft = draftOf(state.facts);
  const step = accessSteps[event.type] as AccessStep<AccessEvent>;
  step(draft, event, { stream: 'access', rev: state.taken }, AT_SOME_TIME);
  return { facts: draft.facts, code: codeAfter(state, event), taken: state.taken + 1 };
};

/** The steps of the gate, one at a time, each on a state of its own. */
export const accessEvolution = Object.fromEntries(Object.keys(accessSteps).map((type) => [type, after])) as Steps;
