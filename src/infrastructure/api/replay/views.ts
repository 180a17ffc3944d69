import { ID, Int, ObjectType } from '@nestjs/graphql';
import type { DossierDifference, ReplayStep, StateChange, StatePart, StepPage } from '../../../application/replay/replay.queries.js';
import type { Knowledge } from '../../../domain/shared/knowledge.js';
import type { Instant } from '../../../domain/shared/time.js';
import { Shown } from '../fields.js';
import { HistoryActorView, WordsView } from '../history/views.js';

const text = () => String;

@ObjectType('StateField')
export class StateFieldView {
  @Shown(text) readonly field: string;
  @Shown(text, { description: 'JSON.' }) readonly value: string;
}
@ObjectType('StatePart', { description: 'A part of a dossier as a controller sees it: structure and dates, nothing that a document says.' })
export class StatePartView implements StatePart {
  @Shown(text, { description: '`overview`, `documents/<id>`, `rights/<what> <whom>`, `switches/<which>`, `defaultMask`, `allDocuments`.' })
  readonly part: string;
  @Shown(() => [StateFieldView]) readonly fields: readonly StateFieldView[];
}
@ObjectType('DossierState', { description: 'A dossier at a moment, without anything that it says.' })
export class DossierStateView {
  @Shown(() => [StatePartView]) readonly parts: readonly StatePartView[];
}
@ObjectType('StateChange')
export class StateChangeView extends WordsView implements StateChange {
  @Shown(text, { description: 'ADDED, CHANGED or REMOVED.' }) readonly kind: StateChange['kind'];
  @Shown(text) readonly part: string;
  @Shown(text, { nullable: true, description: 'Null where the whole part came or went.' }) readonly field: string | null;
  @Shown(text, { nullable: true, description: 'JSON.' }) readonly before: string | null;
  @Shown(text, { nullable: true, description: 'JSON.' }) readonly after: string | null;
}
@ObjectType('ReplayStep')
export class ReplayStepView extends WordsView implements ReplayStep {
  @Shown(() => Int, { description: 'Place among all events about the space, from 1.' }) readonly number: number;
  @Shown(text, { nullable: true, description: 'When it was written.' }) readonly at: Instant | null;
  @Shown(text, { nullable: true, description: 'When it was true.' }) readonly on: Instant | null;
  @Shown(text, { description: 'Type of the fact; Sealed where it can no longer be read.' }) readonly kind: string;
  @Shown(text, { description: 'Category of its stream.' }) readonly category: string;
  @Shown(() => Int, { description: 'Revision in its stream.' }) readonly revision: number;
  @Shown(() => HistoryActorView, { nullable: true }) readonly who: HistoryActorView | null;
  @Shown(() => ID, { nullable: true, description: 'Line of the history.' }) readonly line: string | null;
  @Shown(() => [StateChangeView], { description: 'What the time since the event before changed by itself.' })
  readonly elapsed: readonly StateChangeView[];
  @Shown(() => [StateChangeView], { description: 'What the event changed.' }) readonly changes: readonly StateChangeView[];
}
@ObjectType('ReplayPage')
export class ReplayPageView implements StepPage {
  @Shown(() => [StatePartView], { description: 'The dossier before the first step.' }) readonly before: readonly StatePartView[];
  @Shown(() => [ReplayStepView]) readonly steps: readonly ReplayStepView[];
  @Shown(() => [StatePartView], { description: 'The dossier after the last step.' }) readonly after: readonly StatePartView[];
  @Shown(text, { nullable: true, description: '`cursor` of the next, later page.' }) readonly next: string | null;
}
@ObjectType('DossierDifference')
export class DossierDifferenceView implements DossierDifference {
  @Shown(text) readonly from: Instant;
  @Shown(text) readonly to: Instant;
  @Shown(text, { description: 'KNOWN or TRUE.' }) readonly knowledge: Knowledge;
  @Shown(() => [StateChangeView]) readonly changes: readonly StateChangeView[];
}
