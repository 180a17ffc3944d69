import { ID, Int, ObjectType } from '@nestjs/graphql';
import { ApiProperty } from '@nestjs/swagger';
import type { CampaignReport, DueDay } from '../../../application/enrolment/campaign.queries.js';
import type { SpaceReceipt } from '../../../application/enrolment/space.orders.js';
import type { ClosurePreview, LegalDate } from '../../../application/enrolment/space.queries.js';
import type { SpaceView } from '../../../application/enrolment/space.questions.js';
import type { Receipt } from '../../../application/shared/command-executor.js';
import type { Hindrance, SpaceStatus } from '../../../domain/enrolment/space-vocabulary.js';
import type { LocalDate } from '../../../domain/shared/time.js';
import { Shown } from '../fields.js';

@ObjectType('LegalDate', { description: 'A last day that counts, as a person reads it and as a machine does.' })
export class LegalDateView implements LegalDate {
  @Shown(() => String) readonly fr: string;
  @Shown(() => String) readonly en: string;
  @Shown(() => String, { description: 'Last instant that counts, with the Paris offset and zone (RFC 9557).' }) readonly iso: string;
}
@ObjectType('Terms')
export class TermsView {
  @Shown(() => String) readonly conditions: string;
  @Shown(() => String) readonly privacy: string;
}
@ObjectType('Space')
export class SpaceOverviewView implements SpaceView {
  @Shown(() => ID, { description: 'Handle of the space.' }) readonly space: string;
  @Shown(() => String, { description: 'ELIGIBLE, INVITED, OPPOSED, OPENED, ACTIVE or CLOSED.' }) readonly status: SpaceStatus;
  @Shown(() => String) readonly statusSince: string;
  @Shown(() => String, { nullable: true }) readonly channel: 'EMAIL' | 'POST' | null;
  @Shown(() => LegalDateView, { nullable: true }) readonly opposableUntil: LegalDateView | null;
  @Shown(() => LegalDateView, { nullable: true }) readonly opensOn: LegalDateView | null;
  @Shown(() => LegalDateView, { nullable: true }) readonly codeExpires: LegalDateView | null;
  @Shown(() => LegalDateView, { nullable: true }) readonly archivedUntil: LegalDateView | null;
  @Shown(() => LegalDateView, {
    nullable: true,
    description: 'From when on everything is destroyed, as its holder asked; until then he can take it back.',
  })
  readonly erasedFrom: LegalDateView | null;
  @Shown(() => String, { description: 'NONE, BOUNCED, DELAYED, FAILED or BLOCKED.' }) readonly hindrance: 'NONE' | Hindrance;
  @Shown(() => TermsView, { nullable: true }) readonly terms: TermsView | null;
  @Shown(() => Boolean) readonly shouldAcceptTerms: boolean;
}
@ObjectType('TaggedSpace', { description: 'An overview, and the tag that names exactly this state of it.' })
export class TaggedSpaceView {
  @Shown(() => SpaceOverviewView) readonly view: SpaceOverviewView;
  @Shown(() => String, { description: 'Give it back as `ifMatch`.' }) readonly etag: string;
}

@ObjectType('Consequence')
export class ConsequenceView {
  @Shown(() => String) readonly fr: string;
  @Shown(() => String) readonly en: string;
}
@ObjectType('ClosurePreview')
export class ClosurePreviewView implements ClosurePreview {
  @Shown(() => ID) readonly space: string;
  @Shown(() => Boolean) readonly possible: boolean;
  @Shown(() => LegalDateView) readonly archivedUntil: LegalDateView;
  @Shown(() => [ConsequenceView]) readonly consequences: readonly ConsequenceView[];
}

@ObjectType('Receipt')
export class ReceiptView implements Receipt {
  @Shown(() => String, { description: 'Give it back as `after` to read your own write.' }) readonly position: string;
}
@ObjectType('SpaceReceipt')
export class SpaceReceiptView extends ReceiptView implements SpaceReceipt {
  @Shown(() => ID, { description: 'The space that was found.' }) readonly space: string;
}

@ObjectType('StatusCount')
export class StatusCountView {
  @Shown(() => String) readonly status: string;
  @Shown(() => Int) readonly count: number;
}
@ObjectType('CampaignReport')
export class CampaignReportView implements CampaignReport {
  @Shown(() => ID) readonly campaign: string;
  @Shown(() => String) readonly label: string;
  @Shown(() => String, { description: 'RUNNING or PAUSED.' }) readonly status: 'RUNNING' | 'PAUSED';
  @Shown(() => Int) readonly files: number;
  @Shown(() => Int) readonly declared: number;
  @Shown(() => Int) readonly rejected: number;
  @Shown(() => Int) readonly invitedByEmail: number;
  @Shown(() => Int) readonly invitedByPost: number;
  @Shown(() => Int, {
    description: 'Invited people whose last information came back or did not leave on its day, and who were not sent another yet.',
  })
  readonly awaitingAnother: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'People by status of their space now.' })
  readonly byStatus: Readonly<Record<string, number>>;
}
@ObjectType('DueDay')
export class DueDayView implements DueDay {
  @Shown(() => String) readonly day: LocalDate;
  @Shown(() => Int) readonly openings: number;
  @Shown(() => Int) readonly archiveEnds: number;
}
