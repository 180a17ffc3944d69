import { ID, Int, ObjectType } from '@nestjs/graphql';
import type {
  AppliedLaw,
  ChangedDecision,
  DocumentOutline,
  ForeseenDecision,
  ForeseenDocument,
  ForeseenInterval,
  ForeseenReader,
  PossibleReader,
  WhatCouldSeeAnswer,
  WhatIfAnswer,
  WhoCouldSeeAnswer,
} from '../../../application/replay/could-see.queries.js';
import type { Assumption, Missing } from '../../../domain/access/could-see.js';
import type { Role } from '../../../domain/shared/actor.js';
import type { Instant } from '../../../domain/shared/time.js';
import { Shown } from '../fields.js';
import { HistoryLineView, HistoryReceiptView, NamedProfessionView, WordsView } from '../history/views.js';

const text = () => String;

@ObjectType('PossiblePlace')
export class PossiblePlaceView {
  @Shown(text, { description: 'FINESS number.' }) readonly id: string;
  @Shown(text, { nullable: true }) readonly name: string | null;
}
@ObjectType('PossibleReader', { description: 'Somebody who may have seen a document.' })
export class PossibleReaderView extends WordsView implements PossibleReader {
  @Shown(text, { description: 'HOLDER, REPRESENTATIVE, PROFESSIONAL: whom a fact names; PROFESSIONS: whoever else has one of them; ROLE.' })
  readonly kind: PossibleReader['kind'];
  @Shown(text, { nullable: true, description: 'National identifier of a professional.' }) readonly id: string | null;
  @Shown(text, { nullable: true }) readonly name: string | null;
  @Shown(() => [NamedProfessionView]) readonly professions: readonly NamedProfessionView[];
  @Shown(() => PossiblePlaceView, { nullable: true }) readonly facility: PossiblePlaceView | null;
  @Shown(text, { nullable: true }) readonly role: Role | null;
  @Shown(text, { description: 'NONE, CONSENT or EMERGENCY: what is taken for granted that no fact says.' }) readonly assumption: Assumption;
  @Shown(text, { description: 'normal, bris_de_glace or centre_15.' }) readonly mode: string;
}
@ObjectType('ForeseenDecision')
export class ForeseenDecisionView implements ForeseenDecision {
  @Shown(text, { description: 'ALLOW, DENY, or NOT_RECORDED where it depends on a fact that is missing.' })
  readonly outcome: ForeseenDecision['outcome'];
  @Shown(() => HistoryReceiptView, { nullable: true }) readonly receipt: HistoryReceiptView | null;
  @Shown(() => [String], { description: 'PROFESSION, DOCUMENT_TYPE, DOCUMENT.' }) readonly missing: readonly Missing[];
  @Shown(() => [String], { description: 'Outcomes that what is known leaves open.' }) readonly possible: ForeseenDecision['possible'];
}
@ObjectType('ForeseenInterval', { description: 'A stretch of time in which the answer was the same.' })
export class ForeseenIntervalView extends ForeseenDecisionView implements ForeseenInterval {
  @Shown(text, { description: 'Included.' }) readonly from: Instant;
  @Shown(text, { description: 'Excluded.' }) readonly until: Instant;
}
@ObjectType('ForeseenReader')
export class ForeseenReaderView implements ForeseenReader {
  @Shown(() => PossibleReaderView) readonly reader: PossibleReaderView;
  @Shown(() => [ForeseenIntervalView]) readonly intervals: readonly ForeseenIntervalView[];
}
@ObjectType('AppliedMatrix')
export class AppliedMatrixView {
  @Shown(() => Int) readonly version: number;
  @Shown(text) readonly from: Instant;
}
@ObjectType('AppliedLaw', { description: 'The matrix of then; the rules as this software has them today.' })
export class AppliedLawView implements AppliedLaw {
  @Shown(() => [AppliedMatrixView]) readonly matrix: readonly AppliedMatrixView[];
  @Shown(text, { description: 'Version of the rules; not of that day.' }) readonly policy: string;
  @Shown(() => WordsView) readonly caveat: WordsView;
}
@ObjectType('WhoCouldSee')
export class WhoCouldSeeView implements WhoCouldSeeAnswer {
  @Shown(() => ID) readonly document: string;
  @Shown(text) readonly from: Instant;
  @Shown(text, { description: 'Excluded.' }) readonly until: Instant;
  @Shown(() => AppliedLawView) readonly law: AppliedLawView;
  @Shown(() => [ForeseenReaderView]) readonly readers: readonly ForeseenReaderView[];
  @Shown(() => [HistoryLineView], { description: 'Who opened it or tried to, with the receipts of then; latest first.' })
  readonly did: readonly HistoryLineView[];
}

@ObjectType('DocumentOutline', {
  description: 'That a document is there and of which kind; nothing that it says. Null: gone with its key.',
})
export class DocumentOutlineView implements DocumentOutline {
  @Shown(() => ID) readonly document: string;
  @Shown(() => ID) readonly set: string;
  @Shown(text) readonly status: DocumentOutline['status'];
  @Shown(text) readonly depositedAt: Instant;
  @Shown(text, { nullable: true }) readonly typeCode: string | null;
  @Shown(text, { nullable: true }) readonly category: string | null;
}
@ObjectType('ForeseenDocument')
export class ForeseenDocumentView implements ForeseenDocument {
  @Shown(() => DocumentOutlineView, { description: 'As it was at the last moment of the period at which it was there.' })
  readonly document: DocumentOutlineView;
  @Shown(() => [ForeseenIntervalView]) readonly intervals: readonly ForeseenIntervalView[];
}
@ObjectType('ForeseenSight')
export class ForeseenSightView {
  @Shown(() => PossibleReaderView) readonly reader: PossibleReaderView;
  @Shown(() => [ForeseenDocumentView]) readonly documents: readonly ForeseenDocumentView[];
}
@ObjectType('WhatCouldSee')
export class WhatCouldSeeView implements WhatCouldSeeAnswer {
  @Shown(text) readonly from: Instant;
  @Shown(text, { description: 'Excluded.' }) readonly until: Instant;
  @Shown(() => AppliedLawView) readonly law: AppliedLawView;
  @Shown(() => [ForeseenSightView]) readonly readers: readonly ForeseenSightView[];
}

@ObjectType('ChangedDecision', { description: 'A recorded decision that would have been another one.' })
export class ChangedDecisionView implements ChangedDecision {
  @Shown(() => ID, { description: 'Line of the history.' }) readonly line: string;
  @Shown(() => ID, { description: 'Handle of the space.' }) readonly space: string;
  @Shown(text) readonly at: Instant;
  @Shown(text) readonly action: string;
  @Shown(text, { nullable: true }) readonly document: string | null;
  @Shown(text, { nullable: true, description: 'National identifier of a professional.' }) readonly professional: string | null;
  @Shown(() => HistoryReceiptView) readonly recorded: HistoryReceiptView;
  @Shown(() => ForeseenDecisionView) readonly otherwise: ForeseenDecisionView;
}
@ObjectType('WhatIf')
export class WhatIfView implements WhatIfAnswer {
  @Shown(text) readonly from: Instant;
  @Shown(text, { description: 'Excluded.' }) readonly until: Instant;
  @Shown(text, { description: 'Version of the rules.' }) readonly policy: string;
  @Shown(() => Int, { description: 'Looks and refusals that were decided.' }) readonly decisions: number;
  @Shown(() => Int) readonly same: number;
  @Shown(() => Int) readonly allowedNow: number;
  @Shown(() => Int) readonly deniedNow: number;
  @Shown(() => Int, { description: 'The same outcome, another rule or reason.' }) readonly otherReason: number;
  @Shown(() => Int, { description: 'It depends on a fact that is missing.' }) readonly notRecorded: number;
  @Shown(() => Int, { description: 'The rules of today do not give what was decided then.' }) readonly notReproduced: number;
  @Shown(() => [ChangedDecisionView]) readonly changes: readonly ChangedDecisionView[];
}
