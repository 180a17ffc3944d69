import { valueOf, valuesOf } from '../shared/growing-map.js';
import { nothing, type Decider } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { recordAnnouncement, remind, reveal } from './announcing.js';
import { changeConfidentiality } from './changing-confidentiality.js';
import { depositIn } from './deposit.js';
import type { DocumentCommand, DocumentEvent, Place } from './document-vocabulary.js';
import { evolveDocuments, NO_DOCUMENTS, type Documents } from './documents-state.js';
import { isHolderSide } from './ownership.js';
import {
  alreadyReplaced,
  directivesIn,
  isDirectives,
  keptByAuthority,
  noSuchDocument,
  refusalOfStatus,
  withOwn,
  type Rule,
} from './record-guards.js';
import { recordPolicy } from './record-policy.js';

const archive: Rule<'ArchiveDocument'> = ({ document, by }, documents) =>
  withOwn(by, document, documents, (own) =>
    own.status === 'ARCHIVED' ? nothing : (refusalOfStatus(own) ?? [{ type: 'DocumentArchived', v: 1, space: own.space, document }]),
  );

const unarchive: Rule<'UnarchiveDocument'> = ({ document, by }, documents) =>
  withOwn(by, document, documents, (own) => {
    if (own.status !== 'ARCHIVED') return refusalOfStatus(own) ?? nothing;
    const outdated = isDirectives(own.described?.metadata) && directivesIn(documents) !== null;
    return outdated ? alreadyReplaced : [{ type: 'DocumentUnarchived', v: 1, space: own.space, document }];
  });

/** A mistake is taken back by those who answer for it, in any version, archived or not; what it was and said dies with its key. */
const unpublish: Rule<'UnpublishDocument'> = ({ document, reason, kept, by }, documents) =>
  withOwn(by, document, documents, ({ status, blob, space }) => {
    if (status === 'GONE') return nothing;
    return kept === true ? keptByAuthority : [{ type: 'DocumentUnpublished', v: 1, document, space, reason, blob }];
  });

/** The holder's side deletes what it deposited itself, ten at once, all or nothing; nobody else's (domain reference 2.8). */
const deleteDocuments: Rule<'DeleteDocuments'> = ({ documents: ids, kept }, { byId }) => {
  const asked = [...new Set(ids)];
  if (asked.length > recordPolicy.deletedAtOnce) return reject('invalid', 'record/too-many-at-once');
  const found = asked.flatMap((id) => valueOf(byId, id) ?? []);
  if (found.length < asked.length) return noSuchDocument;
  if (!found.every(({ depositor }) => isHolderSide(depositor))) return reject('forbidden', 'record/not-yours-to-delete');
  const left = found.filter(({ status }) => status !== 'GONE');
  if (left.length > 0 && kept === true) return keptByAuthority;
  return left.map(({ space, document, blob }): DocumentEvent => ({ type: 'DocumentDeleted', v: 1, space, document, blob }));
};

/** What lay in a space whose opening was revoked, and nothing of what came once it was open: of that nobody said no. */
const discard: Rule<'DiscardDeposits'> = ({ before }, { byId }) =>
  valuesOf(byId)
    .filter(({ status, since }) => status !== 'GONE' && (before === null || since < before))
    .map(({ space, document, blob }): DocumentEvent => {
      return { type: 'DocumentUnpublished', v: 1, document, space, reason: 'OPENING_REVOKED', blob };
    });

const documentsIn = (place: Place): Decider<DocumentCommand, Documents, DocumentEvent> => ({
  category: place,
  initial: NO_DOCUMENTS,
  decide: {
    DepositDocument: depositIn(place),
    ChangeConfidentiality: changeConfidentiality,
    ArchiveDocument: archive,
    UnarchiveDocument: unarchive,
    UnpublishDocument: unpublish,
    DiscardDeposits: discard,
    DeleteDocuments: deleteDocuments,
    RecordAnnouncement: recordAnnouncement,
    RemindOfAnnouncement: remind,
    RevealDocument: reveal,
  },
  evolve: evolveDocuments,
});

/** The documents of a space that everybody entitled to its history may know of; the stream has the id of the space. Table: README.md beside this file. */
export const record = documentsIn('record');
/** One document that somebody entitled to the history may not yet, or never, know of, with all its versions. */
export const veil = documentsIn('veil');
