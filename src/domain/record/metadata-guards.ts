import type { Issued } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { epochOf } from '../shared/time.js';
import { isMinor } from './confidentiality.js';
import type { Deposit, Place } from './document-vocabulary.js';
import { formatOf } from './formats.js';
import { hiddenBy } from './hiding.js';
import { DIRECTIVES, EXPRESSION, recordPolicy } from './record-policy.js';

const LANGUAGE = /^[a-z]{2,3}(-[A-Z]{2})?$/;

const refusalOfTitle = ({ metadata: { title } }: Deposit): Rejection | null =>
  title.trim() !== '' && title.length <= recordPolicy.titleLength ? null : reject('invalid', 'record/title-length');

const refusalOfLanguage = ({ metadata: { languageCode } }: Deposit): Rejection | null =>
  LANGUAGE.test(languageCode) ? null : reject('invalid', 'record/language-unknown');

const refusalOfService = ({ metadata: { serviceStart, serviceStop } }: Deposit): Rejection | null =>
  serviceStop === undefined || serviceStop >= serviceStart ? null : reject('invalid', 'record/service-ends-before-it-starts');

const refusalOfCreation = ({ metadata: { creationTime }, at }: Issued<Deposit>): Rejection | null =>
  epochOf(creationTime) <= epochOf(at) + recordPolicy.clockTolerance ? null : reject('invalid', 'record/created-in-the-future');

/** The holder's side writes in its own name: nobody lends himself the name of a professional, or of his place of work. */
const refusalOfAuthors = ({ metadata, by }: Issued<Deposit>): Rejection | null => {
  const { authors, legalAuthenticator, healthcareFacilityType, practiceSetting } = metadata;
  if (authors.length === 0) return reject('invalid', 'record/author-missing');
  if (by.role !== 'person') return null;
  const asHolder = [...authors, legalAuthenticator].every(({ kind }) => kind === 'HOLDER');
  const inPerson = healthcareFacilityType === EXPRESSION && practiceSetting === EXPRESSION;
  return asHolder && inPerson ? null : reject('forbidden', 'record/author-not-you');
};

/** A file that is no structured document has the one format code of its type (NOS ASS_A12). */
const refusalOfFormat = ({ metadata: { formatCode }, content: { mediaType } }: Deposit): Rejection | null => {
  const format = formatOf(mediaType);
  return format === null || format === formatCode ? null : reject('invalid', 'record/format-mismatch');
};

/**
 * Adults only, and there to be found: what nobody may read helps nobody in an emergency (domain reference 1.6, 2.8). Under a veil, where they could only lie as a
 * version of something else, neither do they find those whose place they take.
 */
const refusalOfDirectives = (place: Place, { metadata, confidentiality, holder, at }: Issued<Deposit>): Rejection | null => {
  if (metadata.typeCode !== DIRECTIVES) return null;
  if (isMinor(holder.birthDate, at)) return reject('conflict', 'record/directives-are-for-adults');
  return place === 'veil' || hiddenBy(confidentiality).length > 0 ? reject('invalid', 'record/directives-cannot-be-hidden') : null;
};

/** What can be said of an entry without any list of codes: each guard gives its own answer, all of them are told. */
export const metadataRefusals = (place: Place, deposit: Issued<Deposit>): readonly (Rejection | null)[] => [
  refusalOfTitle(deposit),
  refusalOfLanguage(deposit),
  refusalOfService(deposit),
  refusalOfCreation(deposit),
  refusalOfAuthors(deposit),
  refusalOfFormat(deposit),
  refusalOfDirectives(place, deposit),
];
