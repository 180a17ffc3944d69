import type { Actor, Professional } from '../shared/actor.js';
import type { Instant } from '../shared/time.js';
import type { AccessMode } from './access-vocabulary.js';
import { decideDocument } from './decide-document.js';
import type { AccessFacts } from './facts.js';
import { matrix } from './matrix.js';
import type { DocumentFacts, Law } from './policy.js';
import type { DecisionReceipt, Ground } from './receipt.js';
import { denied } from './rules.js';

/** A fact of that day that nobody wrote down, or that can no longer be read. */
export type Missing = 'PROFESSION' | 'DOCUMENT_TYPE' | 'DOCUMENT';

/**
 * What the policy says of one access that need not have taken place. `NOT_RECORDED`: it depends on a fact that is missing; `possible` says which outcomes it
 * may have had, so that "no, whatever he was" can be told from "we do not know". The receipt is null where it depends.
 */
export interface Foresight {
  readonly outcome: 'ALLOW' | 'DENY' | 'NOT_RECORDED';
  readonly receipt: DecisionReceipt | null;
  readonly missing: readonly Missing[];
  readonly possible: readonly ('ALLOW' | 'DENY')[];
}

/** A document at one moment: null when there was none. Where its description is gone, all that it may have been. */
export interface PossibleDocument {
  readonly alternatives: readonly (DocumentFacts | null)[];
  /** What would have to be known to tell the alternatives apart. */
  readonly missing: readonly Missing[];
}

/** The facts, the law and the moment that a decision is asked of. */
export interface Circumstance {
  readonly access: AccessFacts;
  readonly law: Law;
  readonly at: Instant;
}

/** How somebody came, or would have come: as he was, as if the holder had consented that moment, or as if he had opened an emergency access. */
export type Assumption = 'NONE' | 'CONSENT' | 'EMERGENCY';

/** The decision that the doors would have taken: may he open this document? */
export const readingBy = (
  actor: Actor,
  mode: AccessMode,
  document: DocumentFacts | null,
  { access, law, at }: Circumstance,
): DecisionReceipt => matrix.DownloadDocument({ actor, facts: access, at, mode, law, document }).receipt;

const LACKING: Readonly<Record<Exclude<Assumption, 'NONE'>, { readonly reason: string; readonly ground: Ground }>> = {
  CONSENT: { reason: 'no-consent', ground: 'CONSENT' },
  EMERGENCY: { reason: 'emergency-not-open', ground: 'EMERGENCY' },
};

/** The same of a professional whom no fact names, as if he had what he lacked: what is assumed stands in no receipt, for it is no fact. */
export function readingIf(
  assumption: Assumption,
  professional: Professional,
  mode: AccessMode,
  document: DocumentFacts | null,
  circumstance: Circumstance,
): DecisionReceipt {
  const actor: Actor = { role: 'professional', subject: NO_ACCOUNT, assurance: 'substantial', professional };
  const receipt = readingBy(actor, mode, document, circumstance);
  if (assumption === 'NONE' || receipt.reason !== LACKING[assumption].reason) return receipt;
  if (document === null) return denied('no-such-document').receipt;
  const viewer = { kind: 'PROFESSIONAL' as const, professional, mode, ground: LACKING[assumption].ground, rubricsOnly: false };
  const { access, law, at } = circumstance;
  return decideDocument(document, viewer, access, law, at).receipt;
}
export const NO_ACCOUNT = { issuer: '', sub: '' } as const;

/** Nothing can be said: whether there was such a document, and which, lies under keys that are shut. */
export const UNKNOWN_DOCUMENT: Foresight = { outcome: 'NOT_RECORDED', receipt: null, missing: ['DOCUMENT'], possible: ['ALLOW', 'DENY'] };

/** One answer out of those that the missing facts leave open; the same receipt for all of them is the answer, whatever is missing. */
export function foreseen(receipts: readonly DecisionReceipt[], missing: readonly Missing[]): Foresight {
  const [first] = receipts;
  const possible = [...new Set(receipts.map(({ outcome }) => outcome))].sort();
  const same = new Set(receipts.map((receipt) => JSON.stringify(receipt))).size === 1;
  return first !== undefined && same
    ? { outcome: first.outcome, receipt: first, missing: [], possible }
    : { outcome: 'NOT_RECORDED', receipt: null, missing, possible };
}
