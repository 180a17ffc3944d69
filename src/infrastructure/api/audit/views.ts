import { ID, Int, ObjectType } from '@nestjs/graphql';
import type { AlertRulesView } from '../../../application/audit/alert-rules.orders.js';
import type { CaseReceipt } from '../../../application/audit/cases.orders.js';
import type * as queries from '../../../application/audit/compliance.queries.js';
import type { LookKind } from '../../../domain/audit/look.js';
import type { AlertRule } from '../../../domain/audit/alert-rules.js';
import type { Outcome } from '../../../domain/audit/case-vocabulary.js';
import type { Instant } from '../../../domain/shared/time.js';
import { ReceiptView } from '../enrolment/views.js';
import { Shown } from '../fields.js';
import { HistoryActorView, HistoryReceiptView } from '../history/views.js';

const text = () => String;
const next = { nullable: true, description: '`cursor` of the next, older page.' };
const space = { nullable: true, description: 'Handle of the space.' };

@ObjectType('Access', { description: 'What somebody did about somebody’s space.' })
export class AccessLineView implements queries.AccessLine {
  @Shown(() => ID) readonly id: string;
  @Shown(text) readonly at: Instant;
  @Shown(text, { description: 'LOOK, REFUSED, CONSENT or EMERGENCY.' }) readonly kind: LookKind;
  @Shown(() => ID, space) readonly space: string | null;
  @Shown(() => HistoryActorView) readonly who: HistoryActorView;
  @Shown(text) readonly role: string;
  @Shown(text, { nullable: true, description: 'Identity provider and subject.' }) readonly account: string | null;
  @Shown(text) readonly action: string;
  @Shown(text, { description: 'normal, bris_de_glace or centre_15.' }) readonly mode: string;
  @Shown(() => ID, { nullable: true }) readonly document: string | null;
  @Shown(() => HistoryReceiptView, { nullable: true, description: 'The decision; `facts` are category and revision.' })
  readonly receipt: HistoryReceiptView | null;
  @Shown(text, { nullable: true, description: 'Why, as who looked said it.' }) readonly purpose: string | null;
  @Shown(() => Boolean, { description: 'Under the secret of a minor.' }) readonly secret: boolean;
  @Shown(() => Boolean, { description: 'Somebody entitled to the history may not know of it yet.' }) readonly veiled: boolean;
  @Shown(() => Int, { description: 'How often within its minute.' }) readonly times: number;
  @Shown(text, { nullable: true, description: 'The past moment that was asked about.' }) readonly asOf: string | null;
  @Shown(text, { nullable: true, description: 'What was said for an emergency.' }) readonly said: string | null;
}
@ObjectType('AccessPage')
export class AccessPageView implements queries.AccessPage {
  @Shown(() => [AccessLineView]) readonly accesses: readonly AccessLineView[];
  @Shown(text, next) readonly next: string | null;
}

@ObjectType('BreakGlassReview')
export class BreakGlassReviewView {
  @Shown(() => ID) readonly case: string;
  @Shown(text, { description: 'OPEN or CLOSED.' }) readonly state: 'OPEN' | 'CLOSED';
  @Shown(text) readonly due: Instant;
  @Shown(() => Boolean) readonly overdue: boolean;
  @Shown(text, { nullable: true }) readonly assignee: string | null;
  @Shown(text, { nullable: true }) readonly outcome: Outcome | null;
}
@ObjectType('BreakGlass', { description: 'An emergency access and what followed.' })
export class BreakGlassLineView implements queries.BreakGlassLine {
  @Shown(() => ID) readonly id: string;
  @Shown(text) readonly at: Instant;
  @Shown(() => ID, space) readonly space: string | null;
  @Shown(() => HistoryActorView) readonly who: HistoryActorView;
  @Shown(text) readonly mode: string;
  @Shown(text, { nullable: true, description: 'The reason that was given.' }) readonly said: string | null;
  @Shown(text, { nullable: true }) readonly until: Instant | null;
  @Shown(text, { nullable: true, description: 'When the holder’s side was told.' }) readonly holderTold: Instant | null;
  @Shown(text, { nullable: true, description: 'When the attending doctor was told.' }) readonly attendingDoctorTold: Instant | null;
  @Shown(() => Int, { description: 'Looks of the same professional until it ended.' }) readonly looks: number;
  @Shown(() => BreakGlassReviewView, { nullable: true }) readonly review: BreakGlassReviewView | null;
}
@ObjectType('BreakGlassPage')
export class BreakGlassPageView implements queries.BreakGlassPage {
  @Shown(() => [BreakGlassLineView]) readonly accesses: readonly BreakGlassLineView[];
  @Shown(text, next) readonly next: string | null;
}

@ObjectType('Alert', { description: 'What a rule found.' })
export class AlertView implements queries.AlertView {
  @Shown(text) readonly rule: AlertRule;
  @Shown(() => Int, { description: 'Version of the rules.' }) readonly rules: number;
  @Shown(() => Int) readonly measured: number;
  @Shown(() => Int, { description: 'More than this raises it.' }) readonly most: number;
  @Shown(() => [ID], { description: 'The accesses it rests on.' }) readonly accesses: readonly string[];
}
@ObjectType('ReviewCase', { description: 'A review of what somebody looked at.' })
export class ReviewCaseView implements queries.ReviewCaseView {
  @Shown(() => ID) readonly case: string;
  @Shown(text) readonly openedAt: Instant;
  @Shown(text, { description: 'HAND, BREAK_GLASS or ALERT.' }) readonly cause: queries.ReviewCaseView['cause'];
  @Shown(text, { nullable: true }) readonly reason: string | null;
  @Shown(() => AlertView, { nullable: true }) readonly alert: AlertView | null;
  @Shown(text, { description: 'Whose accesses are reviewed.' }) readonly actor: string;
  @Shown(() => ID, space) readonly space: string | null;
  @Shown(text, { description: 'OPEN or CLOSED.' }) readonly state: 'OPEN' | 'CLOSED';
  @Shown(text) readonly due: Instant;
  @Shown(() => Boolean) readonly overdue: boolean;
  @Shown(text, { nullable: true, description: 'Identity provider and subject.' }) readonly assignee: string | null;
  @Shown(text, { nullable: true, description: 'JUSTIFIED, NOT_JUSTIFIED, REFERRED or ERROR.' }) readonly outcome: Outcome | null;
  @Shown(text, { nullable: true }) readonly closedAt: Instant | null;
}
@ObjectType('ReviewCasePage')
export class ReviewCasePageView implements queries.ReviewCasePage {
  @Shown(() => [ReviewCaseView]) readonly cases: readonly ReviewCaseView[];
  @Shown(text, next) readonly next: string | null;
}
@ObjectType('ReviewStep', { description: 'Something that happened to a case.' })
export class ReviewStepView implements queries.ReviewStepView {
  @Shown(text) readonly at: Instant;
  @Shown(text) readonly kind: string;
  @Shown(text) readonly by: string;
  @Shown(text, { nullable: true }) readonly text: string | null;
  @Shown(text, { nullable: true }) readonly due: Instant | null;
  @Shown(text, { nullable: true }) readonly outcome: Outcome | null;
}
@ObjectType('ReviewCaseFile')
export class ReviewCaseFileView extends ReviewCaseView implements queries.ReviewCaseFile {
  @Shown(() => [ReviewStepView], { description: 'Oldest first.' }) readonly steps: readonly ReviewStepView[];
}
@ObjectType('ReviewCaseReceipt')
export class CaseReceiptView extends ReceiptView implements CaseReceipt {
  @Shown(() => ID, { description: 'Id of the case.' }) readonly case: string;
}
@ObjectType('AlertRules', { description: 'The version of the rules of alerts that is in force.' })
export class AlertRulesShown implements Omit<AlertRulesView, 'thresholds'> {
  @Shown(() => Int) readonly version: number;
  @Shown(text) readonly from: Instant;
  @Shown(text, { description: 'Who published it.' }) readonly author: string;
  @Shown(text) readonly reason: string;
  @Shown(text, { description: 'Digest of the file.' }) readonly source: string;
  @Shown(() => Int, { description: 'Hours within which a case must be reviewed.' }) readonly reviewHours: number;
  @Shown(() => Int, { description: 'How many people are watched.' }) readonly watched: number;
  @Shown(text, { description: 'JSON: the thresholds of every rule, as in the file.' }) readonly thresholds: string;
}
