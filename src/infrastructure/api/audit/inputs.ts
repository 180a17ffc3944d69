import { applyDecorators } from '@nestjs/common';
import { ArgsType, InputType } from '@nestjs/graphql';
import { Allow, Matches } from 'class-validator';
import type { AccessRequest, CaseRequest, ReviewCaseView } from '../../../application/audit/compliance.queries.js';
import { CASE_ID, type CaseDraft } from '../../../application/audit/cases.orders.js';
import type { WhoLooked } from '../../../application/audit/compliance.questions.js';
import { ALERT_RULES } from '../../../domain/audit/alert-rules.js';
import { OUTCOMES, type Outcome } from '../../../domain/audit/case-vocabulary.js';
import { reviewPolicy } from '../../../domain/audit/review-policy.js';
import type { LookKind } from '../../../domain/audit/look.js';
import type { Subject } from '../../../domain/shared/actor.js';
import type { Instant } from '../../../domain/shared/time.js';
import { reject } from '../../../domain/shared/rejection.js';
import { Refused } from '../../../application/shared/refused.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { Handle, Id, Moment, Nested, OneOf, PageSize, Text } from '../fields.js';

const KINDS = ['LOOK', 'REFUSED', 'CONSENT', 'EMERGENCY'] as const;
const MODES = ['normal', 'bris_de_glace', 'centre_15'] as const;
const STAFF = ['support', 'operator', 'compliance', 'archivist', 'insurer'] as const;
const CAUSES = ['HAND', 'BREAK_GLASS', 'ALERT'] as const;
const YES_NO = ['true', 'false'] as const;

@ArgsType()
export class AccessPlaceArgs extends MomentArgs {
  @PageSize() readonly first: number = 50;
  @Text(400, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
  @Moment({ optional: true, description: 'Written from (included).' }) readonly from?: string;
  @Moment({ optional: true, description: 'Written until (excluded).' }) readonly until?: string;
  @OneOf(MODES, { optional: true, description: 'How the actor came.' }) readonly mode?: string;
}
@ArgsType()
export class AccessArgs extends AccessPlaceArgs {
  @OneOf(KINDS, { optional: true, description: 'Looks, refusals, consents somebody recorded, emergencies.' }) readonly kind?: LookKind;
}
@ArgsType()
export class AccessesOfSpaceArgs extends AccessArgs {
  @Handle() readonly space: string;
}
@InputType({ description: 'Whose accesses: a professional, or an agent by his account.' })
export class LookerInput {
  @Text(20, { optional: true, description: 'National identifier of a professional: 8 and the RPPS number.' })
  readonly professional?: string;
  @OneOf(STAFF, { optional: true, description: 'Role of an agent.' }) readonly role?: (typeof STAFF)[number];
  @Text(200, { optional: true, description: 'Identity provider of the account.' }) readonly issuer?: string;
  @Text(200, { optional: true, description: 'Subject of the account.' }) readonly sub?: string;
}
@InputType()
export class AccessesByInput {
  @Nested(() => LookerInput, { description: 'Whose accesses.' }) readonly looker: LookerInput;
}
@ArgsType()
export class AccessesByArgs extends AccessArgs {
  @Allow() readonly input?: object;
}
@ArgsType()
export class CasePageArgs extends MomentArgs {
  @PageSize() readonly first: number = 50;
  @Text(400, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
  @OneOf(['OPEN', 'CLOSED'], { optional: true, description: 'State.' }) readonly state?: 'OPEN' | 'CLOSED';
  @OneOf(CAUSES, { optional: true, description: 'What called for the review.' }) readonly cause?: ReviewCaseView['cause'];
  @OneOf(ALERT_RULES, { optional: true, description: 'Rule that raised the alert.' }) readonly rule?: string;
  @OneOf(YES_NO, { optional: true, description: 'Only open ones whose day has come.' }) readonly overdue?: string;
  @OneOf(YES_NO, { optional: true, description: 'Only those assigned to who asks.' }) readonly mine?: string;
}
const CaseId = () => applyDecorators(Text(43, { description: 'Id of a case.' }), Matches(CASE_ID));
/** Path of one case. */
@ArgsType()
export class CaseRef {
  @CaseId() readonly case: string;
}
// Over GraphQL the input lies beside the reference; it is validated as a parameter of its own.
/** The case of a GraphQL mutation. */
@ArgsType()
export class CaseWishArgs extends CaseRef {
  @Allow() readonly input?: object;
}
@ArgsType()
export class CaseArgs extends MomentArgs {
  @CaseId() readonly case: string;
}

@InputType()
export class AccountInput implements Subject {
  @Text(200, { description: 'Identity provider.' }) readonly issuer: string;
  @Text(200, { description: 'Subject at that identity provider.' }) readonly sub: string;
}
const due = { description: 'Until when it must be reviewed.' };
const text = reviewPolicy.longestText;
@InputType()
export class CaseDueInput {
  @Moment(due) readonly due: Instant;
}
@InputType()
export class CaseInput extends CaseDueInput {
  @Nested(() => LookerInput, { description: 'Whose accesses are reviewed.' }) readonly looker: LookerInput;
  @Id({ optional: true, description: 'Handle of the space it is about.' }) readonly space?: string;
  @Text(text, { description: 'Why; without anything on health.' }) readonly reason: string;
}
@InputType()
export class CaseAssignmentInput {
  @Nested(() => AccountInput, { description: 'Account of the compliance officer who reviews it; never of who looked.' })
  readonly assignee: AccountInput;
}
@InputType()
export class CaseCommentInput {
  @Text(text, { description: 'What was found; without anything on health.' }) readonly text: string;
}
@InputType()
export class CaseClosureInput {
  @OneOf(OUTCOMES, { description: 'How the review ended.' }) readonly outcome: Outcome;
  @Text(text, { description: 'Why.' }) readonly reason: string;
}
@InputType()
export class CaseReopeningInput extends CaseDueInput {
  @Text(text, { description: 'Why.' }) readonly reason: string;
}

/** Throws Refused on what names both or neither. */
export function whoLooked({ professional, role, issuer, sub }: LookerInput): WhoLooked {
  if (professional !== undefined && role === undefined && issuer === undefined && sub === undefined) return { professional };
  if (professional === undefined && role !== undefined && issuer !== undefined && sub !== undefined) return { role, issuer, sub };
  throw new Refused(reject('invalid', 'audit/looker-unclear'));
}
export const accessRequestOf = ({
  first,
  cursor,
  from,
  until,
  mode,
  ...more
}: AccessPlaceArgs & { readonly kind?: LookKind }): AccessRequest => ({
  first,
  cursor: cursor ?? null,
  from: from ?? null,
  until: until ?? null,
  mode: mode ?? null,
  kind: more.kind ?? null,
});
export const caseRequestOf = ({ first, cursor, state, cause, rule, overdue, mine }: CasePageArgs): CaseRequest => ({
  first,
  cursor: cursor ?? null,
  state: state ?? null,
  cause: cause ?? null,
  rule: rule ?? null,
  overdue: overdue === 'true',
  mine: mine === 'true',
});
export const draftOf = ({ looker, space, reason, due: until }: CaseInput): CaseDraft => ({
  looker: whoLooked(looker),
  space,
  reason,
  due: until,
});
