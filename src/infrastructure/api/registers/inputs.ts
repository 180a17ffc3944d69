import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Allow, IsBoolean, IsOptional } from 'class-validator';
import { ACCOUNT_ROLES, type AccountRole } from '../../../application/registers/accounts.queries.js';
import { BREACH_KINDS, RISKS, type BreachKind, type Risk } from '../../../domain/registers/breaches.js';
import {
  ANSWERS,
  REQUEST_CHANNELS,
  RIGHTS,
  type Answer,
  type RequestChannel,
  type Right,
} from '../../../domain/registers/rights-requests.js';
import type { Instant } from '../../../domain/shared/time.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { Id, Moment, OneOf, PageSize, SomeOf, Text, Whole } from '../fields.js';
import { NotEmpty } from '../not-empty.js';

const MOST_PEOPLE = 100_000_000;
const TEXT = 2_000;

@InputType()
export class RightsRequestInput {
  @OneOf(RIGHTS, { description: 'Which right: GDPR art. 15 to 21, heirs: CSP L.1111-18.' }) readonly right: Right;
  @OneOf(REQUEST_CHANNELS, { description: 'How it came in.' }) readonly channel: RequestChannel;
  @Id({ description: 'Handle of the space it is about.', optional: true }) readonly space?: string;
  @Text(100, { description: 'Number under which the office keeps the letter; no name.' }) readonly reference: string;
  @Moment({ optional: true, description: 'When it came in, if not now.' }) readonly receivedOn?: Instant;
}
@InputType()
export class ReasonInput {
  @Text(TEXT, { description: 'Why.' }) readonly reason: string;
}
@InputType()
export class RightsAnswerInput {
  @OneOf(ANSWERS, { description: 'What was answered.' }) readonly answer: Answer;
  @Text(TEXT, { optional: true, description: 'On which ground not, or not all of it.' }) readonly ground?: string;
}
@InputType()
export class BreachInput {
  @NotEmpty() @SomeOf(BREACH_KINDS, { description: 'What was lost (GDPR art. 4(12)).' }) readonly kinds: readonly BreachKind[];
  @Text(TEXT, { description: 'What happened; no name.' }) readonly facts: string;
  @Text(TEXT, { description: 'Likely consequences.' }) readonly consequences: string;
  @Text(TEXT, { description: 'Measures taken or proposed.' }) readonly measures: string;
  @Whole(0, MOST_PEOPLE, { description: 'People concerned, approximately.' }) readonly people: number;
  @Moment({ description: 'Since when we are aware of it: 72 hours run from here.' }) readonly awareSince: Instant;
}
@InputType()
export class BreachJudgementInput extends ReasonInput {
  @OneOf(RISKS, { description: 'For the rights and freedoms of people (GDPR art. 33(1), 34(1)).' }) readonly risk: Risk;
}
@InputType()
export class AuthorityNoticeInput {
  @Text(100, { description: 'Number that the authority gave.' }) readonly reference: string;
  @Text(TEXT, { optional: true, description: 'After 72 hours: why so late.' }) readonly reason?: string;
}
@InputType()
export class PeopleInformedInput {
  @Whole(0, MOST_PEOPLE, { description: 'How many were told.' }) readonly people: number;
  @Text(TEXT, { description: 'How, and in which words.' }) readonly how: string;
}
@InputType()
export class LessonInput {
  @Text(TEXT, { description: 'What was learned.' }) readonly lesson: string;
}

const request = { description: 'Id of the request, chosen by whoever receives it.' };
const breach = { description: 'Id of the breach, chosen by whoever records it.' };
/** Path of one request. */
@ArgsType()
export class RequestRef {
  @Id(request) readonly request: string;
}
/** The request of a GraphQL mutation. */
@ArgsType()
export class RequestArgs extends RequestRef {
  @Allow() readonly input?: object;
}
/** Path of one breach. */
@ArgsType()
export class BreachRef {
  @Id(breach) readonly breach: string;
}
/** The breach of a GraphQL mutation. */
@ArgsType()
export class BreachArgs extends BreachRef {
  @Allow() readonly input?: object;
}

const asBoolean = ({ value }: { readonly value: unknown }): unknown => (value === 'true' ? true : value === 'false' ? false : value);
const Only = (description: string) => (target: object, key: string) => {
  Field(() => Boolean, { nullable: true, description })(target, key);
  ApiProperty({ type: Boolean, required: false, description })(target, key);
  IsOptional()(target, key);
  Transform(asBoolean)(target, key);
  IsBoolean()(target, key);
};
/** A page of a register. */
@ArgsType()
export class RegisterArgs extends MomentArgs {
  @Moment({ optional: true, description: 'Received, known, or done, from then on.' }) readonly from?: Instant;
  @Moment({ optional: true, description: 'Received, known, or done, until then.' }) readonly until?: Instant;
  @Only('Only what is not answered, not closed, or not done.') readonly openOnly?: boolean;
  @Only('Only what is late.') readonly lateOnly?: boolean;
  @PageSize() readonly first: number = 50;
  @Text(200, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
}

/** Which accounts, and which page of them. */
@ArgsType()
export class AccountArgs extends MomentArgs {
  @OneOf(ACCOUNT_ROLES, { description: 'Only accounts in this role.', optional: true }) readonly role?: AccountRole;
  @Moment({ optional: true, description: 'Only accounts that left nothing since then.' }) readonly unusedSince?: Instant;
  @Only('Only what somebody must look into: facts from outside a grant, a review that is due.') readonly findingsOnly?: boolean;
  @PageSize() readonly first: number = 50;
  @Text(1_600, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
}
