import { ID, Int, ObjectType } from '@nestjs/graphql';
import type { DepositReceipt } from '../../../application/record/depositing.js';
import type { DocumentEntry, DocumentPage } from '../../../application/record/record.queries.js';
import type { Author, Code, Depositor } from '../../../domain/record/document-vocabulary.js';
import { ConsequenceView, ReceiptView } from '../enrolment/views.js';
import { Shown } from '../fields.js';

const text = () => String;

@ObjectType('Profession')
export class ProfessionView {
  @Shown(text, { description: 'OID of the code system.' }) readonly system: string;
  @Shown(text) readonly code: string;
}
@ObjectType('Institution')
export class InstitutionView {
  @Shown(text) readonly id: string;
  @Shown(text) readonly name: string;
}
@ObjectType('Author')
export class AuthorView implements Author {
  @Shown(text, { description: 'PROFESSIONAL, HOLDER, INSURER or DEVICE.' }) readonly kind: Author['kind'];
  @Shown(text, { nullable: true }) readonly id?: string;
  @Shown(text, { nullable: true }) readonly name?: string;
  @Shown(() => ProfessionView, { nullable: true }) readonly profession?: ProfessionView;
  @Shown(text, { nullable: true }) readonly specialty?: string;
  @Shown(() => InstitutionView, { nullable: true }) readonly institution?: InstitutionView;
}
@ObjectType('Code')
export class CodeView implements Code {
  @Shown(text) readonly system: string;
  @Shown(text) readonly code: string;
}
@ObjectType('Document', { description: 'The entry of a document, as its reader may see it.' })
export class DocumentEntryView implements DocumentEntry {
  @Shown(() => ID) readonly document: string;
  @Shown(() => ID, { description: 'All versions of a document share it.' }) readonly set: string;
  @Shown(() => Int) readonly version: number;
  @Shown(text, { description: 'CURRENT, DEPRECATED or ARCHIVED.' }) readonly status: DocumentEntry['status'];
  @Shown(text) readonly title: string;
  @Shown(text, { nullable: true }) readonly comments: string | null;
  @Shown(text) readonly typeCode: string;
  @Shown(text) readonly classCode: string;
  @Shown(text) readonly formatCode: string;
  @Shown(text, { description: 'Category shown to the holder.' }) readonly category: string;
  @Shown(text) readonly languageCode: string;
  @Shown(text) readonly uniqueId: string;
  @Shown(text) readonly creationTime: string;
  @Shown(text) readonly serviceStart: string;
  @Shown(text, { nullable: true }) readonly serviceStop: string | null;
  @Shown(text) readonly depositedAt: string;
  @Shown(text, { description: 'PROFESSIONAL, FACILITY, INSURER, HOLDER or REPRESENTATIVE.' }) readonly depositor: Depositor;
  @Shown(text, { nullable: true }) readonly depositedBy: string | null;
  @Shown(() => [AuthorView]) readonly authors: readonly AuthorView[];
  @Shown(() => AuthorView) readonly legalAuthenticator: AuthorView;
  @Shown(() => [CodeView]) readonly events: readonly CodeView[];
  @Shown(() => [String]) readonly references: readonly string[];
  @Shown(text) readonly healthcareFacilityType: string;
  @Shown(text) readonly practiceSetting: string;
  @Shown(text) readonly mediaType: string;
  @Shown(() => Int, { description: 'Bytes.' }) readonly size: number;
  @Shown(text, { description: 'SHA-1, hex: the hash of XDS and PDSm.' }) readonly hash: string;
  @Shown(text, { description: 'SHA-256, hex.' }) readonly sha256: string;
  @Shown(() => [String], { description: 'The codes that hold now, of those this reader may know of.' })
  readonly confidentiality: readonly string[];
  @Shown(() => [ConsequenceView], { description: 'What a reading software must show.' }) readonly warnings: readonly ConsequenceView[];
}
@ObjectType('DocumentPage')
export class DocumentPageView implements DocumentPage {
  @Shown(() => [DocumentEntryView]) readonly documents: readonly DocumentEntryView[];
  @Shown(text, { nullable: true, description: '`cursor` of the next page.' }) readonly next: string | null;
  @Shown(() => Int, { description: 'On all pages.' }) readonly total: number;
}
@ObjectType('DepositReceipt')
export class DepositReceiptView extends ReceiptView implements DepositReceipt {
  @Shown(() => ID, { description: 'The document.' }) readonly document: string;
  @Shown(() => Int, { description: 'Bytes.' }) readonly size: number;
}
/** What became of one document of a submission: a receipt, or the code of a refusal. */
export class BatchAnswerView {
  @Shown(text, { nullable: true }) readonly document: string | null;
  @Shown(text, { nullable: true }) readonly position: string | null;
  @Shown(text, { nullable: true, description: 'Code of the refusal; null: deposited.' }) readonly refused: string | null;
}
