import { ArgsType, InputType } from '@nestjs/graphql';
import { Transform } from 'class-transformer';
import type { GivenMetadata } from '../../../application/record/document-entry.js';
import type { DocumentFilter, PageRequest } from '../../../application/record/record.queries.js';
import type { Author, Code, Confidentiality } from '../../../domain/record/document-vocabulary.js';
import type { Instant } from '../../../domain/shared/time.js';
import { ProfessionInput } from '../access/inputs.js';
import { MomentArgs, SpaceArgs } from '../enrolment/inputs.js';
import { Flag, Handle, Id, Ids, Moment, Nested, NestedList, OneOf, PageSize, SomeOf, Text, Texts } from '../fields.js';

const CONFIDENTIALITY = ['N', 'MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const;

@InputType()
export class InstitutionInput {
  @Text(20, { description: 'FINESS number.' }) readonly id: string;
  @Text(200, { description: 'Its name.' }) readonly name: string;
}
@InputType({ description: 'Who wrote it, or answers for it.' })
export class AuthorInput implements Author {
  @OneOf(['PROFESSIONAL', 'HOLDER', 'INSURER', 'DEVICE'], { description: 'What kind of author.' }) readonly kind: Author['kind'];
  @Text(40, { optional: true, description: 'National identifier (PS_IdNat).' }) readonly id?: string;
  @Text(200, { optional: true, description: 'Name as it is shown.' }) readonly name?: string;
  @Nested(() => ProfessionInput, { optional: true, description: 'Profession.' }) readonly profession?: ProfessionInput;
  @Text(20, { optional: true, description: 'Specialty, SM26.' }) readonly specialty?: string;
  @Nested(() => InstitutionInput, { optional: true, description: 'Where.' }) readonly institution?: InstitutionInput;
}
@InputType()
export class CodeInput implements Code {
  @Text(60, { description: 'OID of the system.' }) readonly system: string;
  @Text(40, { description: 'The code.' }) readonly code: string;
}

/** The entry of a document as its depositor gives it; what is left out is what goes without saying on his side. */
@InputType()
export class DepositInput implements GivenMetadata {
  @Text(40, { description: 'typeCode, JDV_J07.' }) readonly typeCode: string;
  @Text(128, { description: 'Title.' }) readonly title: string;
  @Text(128, { optional: true, description: 'masterIdentifier: given by the creator, unique for ever.' }) readonly uniqueId?: string;
  @Text(40, { optional: true, description: 'classCode; that of the type unless told, and never another.' }) readonly classCode?: string;
  @Text(100, { optional: true, description: 'formatCode, JDV_J60.' }) readonly formatCode?: string;
  @Text(1_000, { optional: true, description: 'Comments.' }) readonly comments?: string;
  @Text(10, { optional: true, description: 'Language, fr-FR unless told.' }) readonly languageCode?: string;
  @Moment({ optional: true, description: 'When it was made.' }) readonly creationTime?: Instant;
  @Moment({ optional: true, description: 'Beginning of the act.' }) readonly serviceStart?: Instant;
  @Moment({ optional: true, description: 'End of the act.' }) readonly serviceStop?: Instant;
  @NestedList(() => CodeInput, 20, { optional: true, description: 'Acts and pathologies: CCAM, CIM-10.' }) readonly events?: CodeInput[];
  @Text(20, { optional: true, description: 'healthcareFacilityTypeCode, JDV_J02.' }) readonly healthcareFacilityType?: string;
  @Text(20, { optional: true, description: 'practiceSettingCode, JDV_J04.' }) readonly practiceSetting?: string;
  @NestedList(() => AuthorInput, 10, { optional: true, description: 'Authors; the depositor unless told.' })
  readonly authors?: AuthorInput[];
  @Nested(() => AuthorInput, { optional: true, description: 'Who takes medical responsibility.' })
  readonly legalAuthenticator?: AuthorInput;
  @Texts(20, 200, { optional: true, description: 'References: study, order, accession.' }) readonly references?: string[];
  @SomeOf(CONFIDENTIALITY, { optional: true, description: 'Confidentiality codes, JDV_J08.' }) readonly confidentiality?: Confidentiality[];
  @Id({ optional: true, description: 'RPLC: the document whose place it takes.' }) readonly replaces?: string;
  @Text(128, { optional: true, description: 'Submission set.' }) readonly submission?: string;
}
/** One document of a submission: its entry, and what its file is. */
@InputType()
export class BatchEntryInput extends DepositInput {
  @Text(60, { description: 'Media type of the file.' }) readonly mediaType: string;
  @Text(200, { optional: true, description: 'Name of the file.' }) readonly fileName?: string;
}
/** Entries of a submission; the files follow in the same order. */
@InputType()
export class BatchInput {
  @NestedList(() => BatchEntryInput, 20, { description: 'One entry for each file.' }) readonly entries: BatchEntryInput[];
}
@InputType({ description: 'A document with its bytes, for the holder’s side: 5 MB at most.' })
export class DepositWithContentInput extends BatchEntryInput {
  @Text(6_700_000, { description: 'The bytes, base64.' }) readonly content: string;
}
@InputType()
export class UnpublicationInput {
  @OneOf(['WRONG_PATIENT', 'ERROR'], { description: 'Why it is taken back.' }) readonly reason: 'WRONG_PATIENT' | 'ERROR';
}
@InputType()
export class ConfidentialityInput {
  @SomeOf(CONFIDENTIALITY, { description: 'All the codes that shall hold, JDV_J08.' })
  readonly confidentiality: readonly Confidentiality[];
}
@InputType()
export class ArchiveInput {
  @Flag({ description: 'Whether it is archived.' }) readonly archived: boolean;
}
@InputType()
export class DeletionInput {
  @Ids(10, { description: 'What the holder’s side deposited itself.' }) readonly documents: readonly string[];
}

/** Path of one document. */
@ArgsType()
export class DocumentRef {
  @Handle() readonly space: string;
  @Id({ description: 'The document.' }) readonly document: string;
}
@ArgsType()
export class DocumentArgs extends SpaceArgs {
  @Id({ description: 'The document.' }) readonly document: string;
}
@ArgsType()
export class DocumentQuestionArgs extends MomentArgs {
  @Handle() readonly space: string;
  @Id({ description: 'The document.' }) readonly document: string;
}
/** A query parameter is a text. */
const asFlag = ({ value }: { readonly value: unknown }): unknown => (value === 'true' || value === 'false' ? value === 'true' : value);
@ArgsType()
export class DocumentListArgs extends MomentArgs {
  @Text(20, { optional: true, description: 'Category shown to the holder.' }) readonly category?: string;
  @Text(40, { optional: true, description: 'typeCode.' }) readonly typeCode?: string;
  @Text(128, { optional: true, description: 'Part of the title, any case.' }) readonly title?: string;
  @Moment({ optional: true, description: 'Deposited from (included).' }) readonly from?: string;
  @Moment({ optional: true, description: 'Deposited until (excluded).' }) readonly until?: string;
  @Transform(asFlag)
  @Flag({ optional: true, description: 'Older versions and archived ones too.' })
  readonly all?: boolean;
  @PageSize() readonly first: number = 50;
  @Text(200, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
}
@ArgsType()
export class SpaceDocumentListArgs extends DocumentListArgs {
  @Handle() readonly space: string;
}

export const filterOf = ({ category, typeCode, title, from, until, all }: DocumentListArgs): DocumentFilter => ({
  category: category ?? null,
  typeCode: typeCode ?? null,
  title: title ?? null,
  from: from ?? null,
  until: until ?? null,
  all: all ?? false,
});
export const pageOf = ({ first, cursor }: DocumentListArgs): PageRequest => ({ first, cursor: cursor ?? null });
