import type { DocumentPlace } from '../../application/record/document-reads.js';
import type { DocumentEntry } from '../../application/record/record.queries.js';
import type { Words } from '../../application/record/words.js';
import type { Admission } from '../../application/shared/gate.js';
import { decideDocument, maskOf } from '../../domain/access/decide-document.js';
import type { DocumentFacts, Hidden, Viewer } from '../../domain/access/policy.js';
import type { Depositor, DocumentContent, DocumentMetadata } from '../../domain/record/document-vocabulary.js';
import { hidesUntil } from '../../domain/record/hiding.js';
import { categoryOf, type StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';

/** What a decision needs of a row, and nothing of what the document says. */
export const DECIDING = `document_id, set_id, since, deposited_at, depositor_id, masked, masked_rev, masked_then, visible_at, hidden_from_representatives,
  replaced, archived, stream, rev, type_code, category, author_ids`;
/** A row as a decision reads it. */
export interface Deciding {
  readonly document_id: string;
  readonly set_id: string;
  readonly since: Instant;
  readonly deposited_at: Instant;
  readonly depositor_id: string | null;
  readonly masked: boolean;
  readonly masked_rev: number | null;
  readonly masked_then: boolean;
  readonly visible_at: Instant | null;
  readonly hidden_from_representatives: boolean;
  readonly replaced: boolean;
  readonly archived: boolean;
  readonly stream: StreamName;
  readonly rev: number;
  readonly type_code: string;
  readonly category: string;
  readonly author_ids: string;
}
/** The whole of a row. */
export const WHOLE = `${DECIDING}, version, depositor, deposited_by, blob, title, metadata, content`;
export interface Whole extends Deciding {
  readonly version: number;
  readonly depositor: Depositor;
  readonly deposited_by: string | null;
  readonly blob: string;
  readonly title: string;
  readonly metadata: string;
  readonly content: string;
}

const hiddenFrom = ({ visible_at, hidden_from_representatives }: Deciding, moment: Instant): readonly Hidden[] => [
  ...(hidesUntil(visible_at, moment) ? (['HOLDER'] as const) : []),
  ...(hidden_from_representatives ? (['REPRESENTATIVES'] as const) : []),
];
const statusOf = ({ replaced, archived }: Deciding): DocumentFacts['status'] => {
  if (replaced) return 'DEPRECATED';
  return archived ? 'ARCHIVED' : 'CURRENT';
};

/** The facts of the decision about this row, as they are at the moment that is asked about. */
export const factsOf = (row: Deciding, moment: Instant): DocumentFacts => {
  const authors = JSON.parse(row.author_ids) as readonly string[];
  const stream = categoryOf(row.stream) === 'veil' ? 'veil' : 'record';
  return {
    document: row.document_id,
    set: row.set_id,
    since: row.since,
    depositedAt: row.deposited_at,
    typeCode: row.type_code,
    category: row.category,
    authors: row.depositor_id === null || authors.includes(row.depositor_id) ? authors : [...authors, row.depositor_id],
    masked: row.masked,
    hiddenFrom: hiddenFrom(row, moment),
    status: statusOf(row),
    because: { stream, rev: row.rev },
    ...(row.masked_rev === null ? {} : { maskedBecause: { stream, rev: row.masked_rev } }),
  };
};

/** The same with the mask of that moment: what is told of it, not what is decided by. */
export const maskedThen = ({ masked_then: masked }: Pick<Deciding, 'masked_then'>, facts: DocumentFacts): DocumentFacts => ({
  ...facts,
  masked,
});

/** Of these rows those that this reader may see at the moment that is asked about; none for those who never look at any. */
export const shownTo = <R extends Deciding>(rows: readonly R[], { viewer, facts, law, at, moment }: Admission): readonly R[] =>
  viewer === null ? [] : rows.filter((row) => decideDocument(factsOf(row, moment), viewer, facts, law, at).allowed);

/** Where the document of this row lies. */
export const placeOf = (row: Whole, moment: Instant): DocumentPlace => {
  const { mediaType, size } = JSON.parse(row.content) as DocumentContent;
  return { facts: factsOf(row, moment), stream: row.stream, blob: row.blob, size, mediaType, title: row.title };
};

const MASKED: Words = { fr: 'Masqué aux professionnels de santé', en: 'Masked to health professionals' };
export const NOT_FOR_HOLDER: Words = {
  fr: 'Attention, ce document n’est pas visible du patient.',
  en: 'Take care, the patient cannot see this document.',
};
export const NOT_FOR_REPRESENTATIVES: Words = {
  fr: 'Attention, ce document n’est pas visible des représentants légaux pour préserver le secret du mineur titulaire du DMP.',
  en: 'Take care, legal representatives cannot see this document: it keeps the secret of the minor.',
};
const STATUS: Readonly<Record<DocumentFacts['status'], readonly Words[]>> = {
  CURRENT: [],
  DEPRECATED: [{ fr: 'Ancienne version obsolète', en: 'Old version, replaced since' }],
  ARCHIVED: [{ fr: 'Version archivée et à jour', en: 'Archived, and up to date' }],
};

/** The confidentiality codes that hold for the document now. */
export const codesOf = (masked: boolean, { hiddenFrom: hidden }: DocumentFacts): readonly string[] => {
  const codes = [
    ...(masked ? ['MASQUE_PS'] : []),
    ...(hidden.includes('HOLDER') ? ['INVISIBLE_PATIENT'] : []),
    ...(hidden.includes('REPRESENTATIVES') ? ['INVISIBLE_REPRESENTANTS_LEGAUX'] : []),
  ];
  return codes.length === 0 ? ['N'] : codes;
};

/** What a reading software must show: of what is hidden, only to those who read for care. */
const warningsOf = (masked: boolean, { hiddenFrom: hidden, status }: DocumentFacts, { kind }: Viewer): readonly Words[] => [
  ...(masked ? [MASKED] : []),
  ...(kind === 'PROFESSIONAL' && hidden.includes('HOLDER') ? [NOT_FOR_HOLDER] : []),
  ...(kind === 'PROFESSIONAL' && hidden.includes('REPRESENTATIVES') ? [NOT_FOR_REPRESENTATIVES] : []),
  ...STATUS[status],
];

/** The entry of a document that this reader was admitted to. */
export function entryOf(row: Whole, viewer: Viewer, { facts, moment }: Pick<Admission, 'facts' | 'moment'>): DocumentEntry {
  const document = factsOf(row, moment);
  const { comments = null, serviceStop = null, ...metadata } = JSON.parse(row.metadata) as DocumentMetadata;
  const { mediaType, size, sha1, sha256 } = JSON.parse(row.content) as DocumentContent;
  const { masked } = maskOf(maskedThen(row, document), facts);
  return {
    ...metadata,
    comments,
    serviceStop,
    document: row.document_id,
    set: row.set_id,
    version: row.version,
    status: document.status,
    depositedAt: row.deposited_at,
    depositor: row.depositor,
    depositedBy: row.deposited_by,
    mediaType,
    size,
    hash: sha1,
    sha256,
    confidentiality: codesOf(masked, document),
    warnings: warningsOf(masked, document, viewer),
  };
}
