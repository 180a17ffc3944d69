import { ID, Int, ObjectType } from '@nestjs/graphql';
import type { MyAct, MyActPage, MyPatient, MyPatientPage, PatientGround } from '../../../application/access/practice.queries.js';
import type {
  Dossier,
  Given,
  MaskEffect,
  MaskPreview,
  Party,
  Right,
  Rights,
  TitledDocument,
} from '../../../application/access/rights.queries.js';
import type { ConsentBasis, EmergencySwitch, Operation, Permission } from '../../../domain/access/access-vocabulary.js';
import type { Ground } from '../../../domain/access/receipt.js';
import { SpaceOverviewView } from '../enrolment/views.js';
import { Shown } from '../fields.js';
import { HistoryActorView, HistoryLineView, NamedProfessionView, PlaceView, WordsView } from '../history/views.js';
import { DocumentEntryView } from '../record/views.js';

const text = () => String;

@ObjectType('Party', { description: 'Whom a right is about; names are null for who never acted in this space.' })
export class PartyView implements Party {
  @Shown(text, { description: 'PROFESSIONAL, FACILITY or REPRESENTATIVE.' }) readonly kind: Party['kind'];
  @Shown(text, { nullable: true }) readonly id: string | null;
  @Shown(text, { nullable: true }) readonly name: string | null;
  @Shown(() => NamedProfessionView, { nullable: true }) readonly profession: NamedProfessionView | null;
  @Shown(() => PlaceView, { nullable: true }) readonly facility: PlaceView | null;
}
@ObjectType('Given', { description: 'By whom and when something was said.' })
export class GivenView implements Given {
  @Shown(text) readonly at: string;
  @Shown(() => HistoryActorView) readonly by: HistoryActorView;
  @Shown(() => ID, { description: 'Line of the history.' }) readonly line: string;
}
@ObjectType('DocumentTitle')
export class DocumentTitleView implements TitledDocument {
  @Shown(() => ID) readonly document: string;
  @Shown(() => ID) readonly set: string;
  @Shown(text) readonly title: string;
}
@ObjectType('Right', { description: 'One reason why somebody may see or feed the space, or may not.' })
export class RightView implements Right {
  @Shown(text, {
    description: 'ATTENDING_DOCTOR, ADMINISTRATOR, CONSENT, TEMPORARY_ACCESS, EMERGENCY_ACCESS, REPRESENTATIVE, BLOCK or MASK.',
  })
  readonly kind: Right['kind'];
  @Shown(() => PartyView) readonly whom: PartyView;
  @Shown(text, { nullable: true }) readonly basis: ConsentBasis | null;
  @Shown(() => [String]) readonly scope: readonly Operation[];
  @Shown(text, { nullable: true }) readonly from: string | null;
  @Shown(text, { nullable: true, description: 'It ends before this moment.' }) readonly until: string | null;
  @Shown(() => DocumentTitleView, { nullable: true }) readonly document: DocumentTitleView | null;
  @Shown(() => GivenView, { nullable: true }) readonly given: GivenView | null;
  @Shown(text, { nullable: true }) readonly lastAccess: string | null;
}
@ObjectType('SwitchState')
export class SwitchStateView {
  @Shown(text, { description: 'BTG, ETREAT or MASKED.' }) readonly which: EmergencySwitch;
  @Shown(text, { description: 'permit or deny.' }) readonly value: Permission;
  @Shown(() => GivenView, { nullable: true }) readonly given: GivenView | null;
}
@ObjectType('MaskState')
export class MaskStateView {
  @Shown(() => Boolean) readonly masked: boolean;
  @Shown(() => GivenView, { nullable: true }) readonly given: GivenView | null;
}
@ObjectType('Rights', { description: 'Who has access and why, from the facts that decisions rest on.' })
export class RightsView implements Rights {
  @Shown(() => [RightView]) readonly rights: readonly RightView[];
  @Shown(() => [SwitchStateView]) readonly switches: readonly SwitchStateView[];
  @Shown(() => MaskStateView, { nullable: true, description: 'Whether coming documents are masked.' })
  readonly defaultMask: MaskStateView | null;
  @Shown(() => MaskStateView, { nullable: true, description: 'The last word on everything deposited until then.' })
  readonly allDocuments: MaskStateView | null;
}
@ObjectType('MaskEffect')
export class MaskEffectView implements MaskEffect {
  @Shown(() => PartyView) readonly whom: PartyView;
  @Shown(() => Int, { nullable: true, description: 'Of a place of care: how many of its people ever came.' })
  readonly people: number | null;
  @Shown(() => Int, { description: 'Documents he sees without the mask.' }) readonly before: number;
  @Shown(() => Int, { description: 'And with it.' }) readonly after: number;
  @Shown(() => [DocumentTitleView]) readonly loses: readonly DocumentTitleView[];
  @Shown(text, { nullable: true, description: 'Until when (excluded) he loses sight of them; until it is lifted unless told.' })
  readonly until: string | null;
  @Shown(text, { nullable: true, description: 'Why he keeps sight of what he keeps.' }) readonly keepsBecause: Ground | null;
  @Shown(text, { nullable: true }) readonly lastSeen: string | null;
  @Shown(text) readonly fr: string;
  @Shown(text) readonly en: string;
}
@ObjectType('EmergencySight')
export class EmergencySightView extends WordsView {
  @Shown(() => Boolean) readonly possible: boolean;
}
@ObjectType('MaskPreview', { description: 'Who would lose sight of what.' })
export class MaskPreviewView implements MaskPreview {
  @Shown(() => [DocumentTitleView]) readonly documents: readonly DocumentTitleView[];
  @Shown(() => [MaskEffectView]) readonly effects: readonly MaskEffectView[];
  @Shown(() => EmergencySightView) readonly emergency: EmergencySightView;
}
@ObjectType('DossierCategory')
export class DossierCategoryView {
  @Shown(text) readonly category: string;
  @Shown(() => Int) readonly count: number;
  @Shown(() => [DocumentEntryView], { description: 'The latest five.' }) readonly latest: readonly DocumentEntryView[];
}
@ObjectType('Dossier', { description: 'The whole of a space at a glance.' })
export class DossierView implements Dossier {
  @Shown(() => SpaceOverviewView) readonly overview: SpaceOverviewView;
  @Shown(() => [DossierCategoryView]) readonly categories: readonly DossierCategoryView[];
  @Shown(() => RightsView) readonly rights: RightsView;
  @Shown(() => [HistoryLineView], { description: 'The last ten lines of the history.' }) readonly lastActivity: readonly HistoryLineView[];
}

@ObjectType('PatientGround')
export class PatientGroundView implements PatientGround {
  @Shown(text, { description: 'ATTENDING_DOCTOR, ADMINISTRATOR, CONSENT or TEMPORARY_ACCESS.' }) readonly kind: PatientGround['kind'];
  @Shown(text) readonly since: string;
  @Shown(text, { nullable: true }) readonly until: string | null;
}
@ObjectType('DocumentWarning')
export class DocumentWarningView extends WordsView {
  @Shown(() => ID) readonly document: string;
}
@ObjectType('MyPatient')
export class MyPatientView implements MyPatient {
  @Shown(() => ID, { description: 'Handle of the space.' }) readonly space: string;
  @Shown(() => [PatientGroundView]) readonly grounds: readonly PatientGroundView[];
  @Shown(text, { nullable: true }) readonly lastAccess: string | null;
  @Shown(() => [DocumentWarningView]) readonly warnings: readonly DocumentWarningView[];
  @Shown(() => Boolean, { description: 'Cannot be reached at the moment: nothing but its handle is told.' }) readonly standsStill: boolean;
}
@ObjectType('MyPatientPage')
export class MyPatientPageView implements MyPatientPage {
  @Shown(() => [MyPatientView]) readonly patients: readonly MyPatientView[];
  @Shown(text, { nullable: true }) readonly next: string | null;
}
@ObjectType('MyAct')
export class MyActView implements MyAct {
  @Shown(() => ID) readonly id: string;
  @Shown(text) readonly at: string;
  @Shown(text) readonly kind: string;
  @Shown(text, { nullable: true }) readonly action: string | null;
  @Shown(() => ID, { nullable: true }) readonly space: string | null;
  @Shown(() => ID, { nullable: true }) readonly document: string | null;
  @Shown(text, { description: 'DONE or REFUSED.' }) readonly outcome: MyAct['outcome'];
}
@ObjectType('MyActPage')
export class MyActPageView implements MyActPage {
  @Shown(() => [MyActView]) readonly acts: readonly MyActView[];
  @Shown(text, { nullable: true }) readonly next: string | null;
}
