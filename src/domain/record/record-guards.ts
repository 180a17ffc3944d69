import { valueOf, valuesOf } from '../shared/growing-map.js';
import type { Actor } from '../shared/actor.js';
import type { Decision, Issued, Of } from '../shared/decider.js';
import { isRejection, reject, type Rejection } from '../shared/rejection.js';
import type { DocumentCommand, DocumentEvent, DocumentMetadata } from './document-vocabulary.js';
import type { Documents, KnownDocument } from './documents-state.js';
import { answersFor } from './ownership.js';
import { DIRECTIVES } from './record-policy.js';

/** One row of the decision table. */
export type Rule<T extends DocumentCommand['type']> = (
  command: Issued<Of<DocumentCommand, T>>,
  documents: Documents,
) => Decision<DocumentEvent>;

/** A document that is hidden, somebody else's, or not there at all are the same answer: that of the gate. */
export const noSuchDocument = reject('not-found', 'record/nothing-here');
export const uniqueIdUsed = reject('conflict', 'record/unique-id-used');
export const alreadyReplaced = reject('conflict', 'record/already-replaced');
/** What an authority had kept is not for those whom it may be about. */
export const keptByAuthority = reject('conflict', 'enrolment/legal-hold');
const archived = reject('conflict', 'record/archived');
const destroyed = reject('gone', 'record/destroyed');

const NOT_CURRENT: Readonly<Record<Exclude<KnownDocument['status'], 'CURRENT'>, Rejection>> = {
  ARCHIVED: archived,
  DEPRECATED: alreadyReplaced,
  GONE: destroyed,
};
/** Null for the version that counts. */
export const refusalOfStatus = ({ status }: KnownDocument): Rejection | null => (status === 'CURRENT' ? null : NOT_CURRENT[status]);

/** The document, when it is his to deal with. Who has no business with it does not learn that there is one. */
export const ownDocument = (actor: Actor, id: string, { byId }: Documents): KnownDocument | Rejection => {
  const document = valueOf(byId, id);
  return document && answersFor(actor, document) ? document : noSuchDocument;
};

/** Goes on with a document that was found. */
export const withOwn = (
  actor: Actor,
  id: string,
  documents: Documents,
  rule: (document: KnownDocument) => Decision<DocumentEvent>,
): Decision<DocumentEvent> => {
  const found = ownDocument(actor, id, documents);
  return isRejection(found) ? found : rule(found);
};

export const isDirectives = (metadata: DocumentMetadata | undefined): boolean => metadata?.typeCode === DIRECTIVES;
/** The advance directives that count now, whoever brought them. */
export const directivesIn = ({ byId }: Documents): KnownDocument | null =>
  valuesOf(byId).find(({ status, described }) => status === 'CURRENT' && isDirectives(described?.metadata)) ?? null;
