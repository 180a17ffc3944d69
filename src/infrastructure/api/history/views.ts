import { ID, Int, ObjectType } from '@nestjs/graphql';
import type { HistoryActor, HistoryLine, HistoryPage, HistoryReceipt, Lane } from '../../../application/history/history.queries.js';
import type { LineReceipt } from '../../../application/history/receipts.js';
import { Shown } from '../fields.js';

const text = () => String;

@ObjectType('Words', { description: 'The same in both languages.' })
export class WordsView {
  @Shown(text) readonly fr: string;
  @Shown(text) readonly en: string;
}
@ObjectType('NamedProfession')
export class NamedProfessionView extends WordsView {
  @Shown(text, { description: 'OID of the code system.' }) readonly system: string;
  @Shown(text) readonly code: string;
}
@ObjectType('Place', { description: 'A place of care.' })
export class PlaceView {
  @Shown(text, { description: 'FINESS number.' }) readonly id: string;
  @Shown(text) readonly name: string;
}
@ObjectType('HistoryActor', { description: 'Who acted, as he stated himself then.' })
export class HistoryActorView implements HistoryActor {
  @Shown(text, { description: 'person is the holder, representative acts for him, stranger is neither; otherwise the role.' })
  readonly kind: string;
  @Shown(text, { nullable: true, description: 'National identifier of a professional.' }) readonly id: string | null;
  @Shown(text, { nullable: true }) readonly name: string | null;
  @Shown(() => NamedProfessionView, { nullable: true }) readonly profession: NamedProfessionView | null;
  @Shown(() => PlaceView, { nullable: true }) readonly facility: PlaceView | null;
}
@ObjectType('DecisionReceipt', { description: 'The receipt of a decision.' })
export class HistoryReceiptView implements HistoryReceipt {
  @Shown(text, { description: 'ALLOW or DENY.' }) readonly outcome: HistoryReceipt['outcome'];
  @Shown(text, { description: 'Step of the decision that had the last word.' }) readonly rule: string;
  @Shown(text) readonly reason: string;
  @Shown(() => WordsView, { description: 'The reason in words.' }) readonly words: WordsView;
  @Shown(text, { description: 'normal, bris_de_glace or centre_15.' }) readonly mode: string;
  @Shown(() => Int, { nullable: true, description: 'Version of the authorisation matrix that was read.' }) readonly matrix: number | null;
  @Shown(() => [ID], { description: 'Lines of this history that it rested on.' }) readonly facts: readonly string[];
}
@ObjectType('TitledDocument')
export class SpokenDocumentView {
  @Shown(() => ID) readonly document: string;
  @Shown(text) readonly title: string;
}
@ObjectType('HistoryLine')
export class HistoryLineView implements HistoryLine {
  @Shown(() => ID) readonly id: string;
  @Shown(text) readonly at: string;
  @Shown(text, { description: 'When it was true, if not when it was written.' }) readonly on: string;
  @Shown(text) readonly kind: string;
  @Shown(text, { description: 'LIFE: what happened; ACCESS: people who looked; REFUSED; MACHINE.' }) readonly lane: Lane;
  @Shown(text) readonly by: string;
  @Shown(() => HistoryActorView) readonly who: HistoryActorView;
  @Shown(() => Boolean, { description: 'Under an emergency access, or the opening of one.' }) readonly emergency: boolean;
  @Shown(() => Boolean, { description: 'Under the secret of a minor.' }) readonly secret: boolean;
  @Shown(() => [SpokenDocumentView]) readonly documents: readonly SpokenDocumentView[];
  @Shown(text) readonly fr: string;
  @Shown(text) readonly en: string;
  @Shown(() => HistoryReceiptView, { nullable: true, description: 'Why it was allowed or refused; for the holder’s side and compliance.' })
  readonly receipt: HistoryReceiptView | null;
}
@ObjectType('HistoryPage')
export class HistoryPageView implements HistoryPage {
  @Shown(() => [HistoryLineView]) readonly lines: readonly HistoryLineView[];
  @Shown(text, { nullable: true, description: '`cursor` of the next, older page.' }) readonly next: string | null;
}
@ObjectType('LineReceipt', { description: 'Two files to keep: that a line lies in the sealed log.' })
export class LineReceiptView implements LineReceipt {
  @Shown(text, { description: 'C2SP tlog-proof, to be saved as `.tlog-proof`.' }) readonly proof: string;
  @Shown(text, { description: 'Header and body digest of the event, to be saved as `.event.json`.' }) readonly event: string;
}
