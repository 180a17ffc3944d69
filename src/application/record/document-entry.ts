import type { Author, DocumentMetadata } from '../../domain/record/document-vocabulary.js';
import { formatOf } from '../../domain/record/formats.js';
import { EXPRESSION } from '../../domain/record/record-policy.js';
import type { Actor } from '../../domain/shared/actor.js';
import { reject, together, type Rejection } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import type { CodeLists } from './code-lists.js';

/** The entry as a depositor gives it: what he leaves out is what goes without saying on his side. */
export type GivenMetadata = Pick<DocumentMetadata, 'typeCode' | 'title'> &
  Partial<Omit<DocumentMetadata, 'typeCode' | 'title' | 'category'>>;

/** What an entry is completed from. */
export interface EntryContext {
  readonly actor: Actor;
  /** As it was claimed; the inspection holds the file to it. */
  readonly mediaType: string;
  readonly receivedAt: Instant;
  /** Taken where none is given. */
  readonly uniqueId: string;
}

/** Shown under this category where the type has none of its own. */
const OTHER = 'AUTR_DOC';

const authorOf = (actor: Actor): Author => {
  if (actor.role === 'professional') {
    const { id, name, profession, specialty, facility } = actor.professional;
    return {
      kind: 'PROFESSIONAL',
      id,
      name,
      profession,
      ...(specialty === undefined ? {} : { specialty }),
      ...(facility === null ? {} : { institution: facility }),
    };
  }
  if (actor.role === 'facility') return { kind: 'DEVICE', institution: actor.facility };
  return { kind: actor.role === 'insurer' ? 'INSURER' : 'HOLDER' };
};

const settingOf = ({ actor }: EntryContext): string => (actor.role === 'person' ? EXPRESSION : '');

/** The whole entry. Class and category are those of the type; a code that is not in its list is left for `refusalOfEntry`. */
export function completed(given: GivenMetadata, context: EntryContext, lists: CodeLists): DocumentMetadata {
  const { actor, mediaType, receivedAt, uniqueId } = context;
  const creationTime = given.creationTime ?? receivedAt;
  const authors = given.authors ?? [authorOf(actor)];
  const type = lists.type(given.typeCode);
  return {
    uniqueId,
    classCode: type?.classCode ?? '',
    formatCode: formatOf(mediaType) ?? '',
    languageCode: 'fr-FR',
    serviceStart: creationTime,
    events: [],
    healthcareFacilityType: settingOf(context),
    practiceSetting: settingOf(context),
    legalAuthenticator: authors[0] ?? authorOf(actor),
    references: [],
    ...given,
    creationTime,
    authors,
    category: type?.category ?? OTHER,
  };
}

const unknownCode = reject('invalid', 'record/unknown-code');

const refusalOfType = ({ typeCode, classCode }: DocumentMetadata, lists: CodeLists): Rejection | null => {
  const type = lists.type(typeCode);
  if (type?.inForce !== true) return unknownCode;
  if (type.classCode === null) return reject('invalid', 'record/type-not-in-dmp');
  return type.classCode === classCode ? null : reject('invalid', 'record/class-mismatch');
};

/** Null when every code of the entry is in force in its list, and the class is that of the type (NOS ASS_X16). */
export function refusalOfEntry(metadata: DocumentMetadata, lists: CodeLists): Rejection | null {
  const { formatCode, healthcareFacilityType, practiceSetting } = metadata;
  const listed =
    lists.has('formatCode', formatCode) &&
    lists.has('facilityType', healthcareFacilityType) &&
    lists.has('practiceSetting', practiceSetting);
  const type = refusalOfType(metadata, lists);
  return together(type, listed || type === unknownCode ? null : unknownCode);
}
