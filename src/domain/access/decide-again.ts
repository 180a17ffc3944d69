import type { Actor } from '../shared/actor.js';
import type { Instant } from '../shared/time.js';
import type { AccessMode } from './access-vocabulary.js';
import type { AccessFacts } from './facts.js';
import { matrix, type Action } from './matrix.js';
import type { DocumentFacts, Law } from './policy.js';
import type { DecisionReceipt } from './receipt.js';

/** Reasons by which somebody of the holder's side is kept from knowing of a document: his try is remembered as one for a document that nobody has. */
export const HIDING: readonly string[] = ['hidden-from-holder', 'hidden-from-representatives'];

/** One recorded look or refusal, with the facts that stood at its moment. */
export interface Recalled {
  readonly actor: Actor;
  readonly action: string;
  readonly mode: AccessMode;
  readonly at: Instant;
  readonly access: AccessFacts;
  /** Absent: no document was asked for; null: there was none with that id. */
  readonly document: DocumentFacts | null | undefined;
}

/** True for an action that the rules of today know. */
export const isAction = (action: string): action is Action => Object.hasOwn(matrix, action);

/** The decision once more, by the rules of today, under this law, as the gate writes it down. Null for an action that these rules no longer know. */
export function decideAgain({ actor, action, mode, at, access, document }: Recalled, law: Law): DecisionReceipt | null {
  if (!isAction(action)) return null;
  const decide = (about: DocumentFacts | null | undefined): DecisionReceipt =>
    matrix[action]({ actor, facts: access, at, mode, law, document: about }).receipt;
  const receipt = decide(document);
  return document && HIDING.includes(receipt.reason) ? decide(null) : receipt;
}
