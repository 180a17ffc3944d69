import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { ApiProperty } from '@nestjs/swagger';
import { Allow, IsOptional } from 'class-validator';
import type { LetterProof, CodeRequest, PhoneOpposition } from '../../../application/enrolment/space.orders.js';
import type { SuppressionLifting } from '../../../application/enrolment/suppression.orders.js';
import type { Terms } from '../../../domain/enrolment/policy.js';
import type { PhoneCheck } from '../../../domain/enrolment/provisional-code.js';
import { KNOWLEDGES } from '../../../domain/shared/knowledge.js';
import type { Instant, LocalDate } from '../../../domain/shared/time.js';
import { CampaignName, Day, Handle, Moment, Nested, NotBefore, OneOf, SomeOf, Text } from '../fields.js';

const CHANNELS = ['EMAIL', 'POST'] as const;
const CHECKS = ['INS', 'BIRTH_DATE', 'VITALE_SERIAL', 'ADDRESS'] as const;
const checks = { description: 'What the agent checked by asking.' };

/** What somebody types from a letter and a card. */
@InputType()
export class LetterInput implements LetterProof {
  @Text(40, { description: 'Provisional code, any case, separators ignored.' }) readonly code: string;
  @Text(40, { description: 'Serial number of the Vitale card.' }) readonly vitaleSerial: string;
  @Day({ description: 'Birth date.' }) readonly birthDate: LocalDate;
}
@InputType()
export class TermsInput implements Terms {
  @Text(20, { description: 'Version of the conditions of use.' }) readonly conditions: string;
  @Text(20, { description: 'Version of the data-protection policy.' }) readonly privacy: string;
}
@InputType()
export class ActivateSpaceInput extends LetterInput {
  @Nested(() => TermsInput, { description: 'What the holder accepts.' }) readonly terms: TermsInput;
}
@InputType()
export class CodeRequestInput implements CodeRequest {
  @Text(40, { description: 'INS number: 13 characters and the key.' }) readonly ins: string;
  @Text(40, { description: 'Serial number of the Vitale card.' }) readonly vitaleSerial: string;
  @Day({ description: 'Birth date.' }) readonly birthDate: LocalDate;
  @OneOf(CHANNELS, { description: 'How the code is sent, to the address on file.' }) readonly channel: 'EMAIL' | 'POST';
}
@InputType()
export class ReopenSpaceInput {
  @Nested(() => LetterInput, { optional: true, description: 'Where the account alone does not prove enough.' })
  readonly letter?: LetterInput;
}
@InputType()
export class CloseSpaceInput {
  @SomeOf(CHECKS, { ...checks, optional: true }) readonly checked?: readonly PhoneCheck[];
}

@InputType()
export class SpaceSearchInput {
  @Text(40, { description: 'INS number: 13 characters and the key.' }) readonly ins: string;
}
@InputType()
export class PhoneChecksInput {
  @SomeOf(CHECKS, checks) readonly checked: readonly PhoneCheck[];
}
@InputType()
export class SuppressionLiftingInput extends PhoneChecksInput implements SuppressionLifting {
  @Text(40, { description: 'INS number: 13 characters and the key.' }) readonly ins: string;
}
@InputType()
export class PhoneOppositionInput extends PhoneChecksInput implements PhoneOpposition {
  @Moment({ optional: true, description: 'When the person said it, if not now; confirmed by a second agent.' }) readonly on?: Instant;
  @Text(100, { optional: true, description: 'The second agent.' }) readonly supervisor?: string;
}
@InputType()
export class PhoneCodeInput extends PhoneChecksInput {
  @OneOf(CHANNELS, { description: 'How the code is sent, to the address on file.' }) readonly channel: 'EMAIL' | 'POST';
}

@InputType()
export class DeliveryReportInput {
  @Handle() readonly space: string;
  @Text(200, { description: 'What the mail system said, without any address.' }) readonly report: string;
}
@InputType()
export class OpeningFailureInput {
  @Handle() readonly space: string;
  @Text(200, { description: 'Technical reason.' }) readonly reason: string;
}
@InputType()
export class CampaignInput {
  @Text(200, { description: 'What people call the campaign.' }) readonly label: string;
}
@InputType()
export class PauseCampaignInput {
  @Text(200, { description: 'Why.' }) readonly reason: string;
}

/** Path of one space. */
@ArgsType()
export class SpaceRef {
  @Handle() readonly space: string;
}
/** Path of one campaign. */
@ArgsType()
export class CampaignRef {
  @CampaignName() readonly campaign: string;
}

/** When an answer is wanted of: read by `callerOf`, declared here for the schemas. */
@ArgsType()
export class MomentArgs {
  @Field(() => String, { nullable: true, description: 'A past moment, under today’s authorisation.' })
  @ApiProperty({ type: String, required: false, format: 'date-time' })
  @IsOptional()
  readonly asOf?: string;
  @Field(() => String, {
    nullable: true,
    description:
      'KNOWN (unless told): what was known at `asOf`. TRUE: what was true then, as it is known today, later corrections included.',
  })
  @ApiProperty({ type: String, required: false, enum: [...KNOWLEDGES] })
  @IsOptional()
  readonly knowledge?: string;
  @Field(() => String, { nullable: true, description: 'Position of a receipt: the answer includes that write.' })
  @ApiProperty({ type: String, required: false })
  @IsOptional()
  readonly after?: string;
}
/** A question with an input beside the moment. */
@ArgsType()
export class MomentInputArgs extends MomentArgs {
  @Allow() readonly input?: object;
}
// Over GraphQL the input lies beside the reference; it is validated as a parameter of its own.
/** The space of a GraphQL mutation. */
@ArgsType()
export class SpaceArgs extends SpaceRef {
  @Allow() readonly input?: object;
}
/** The campaign of a GraphQL mutation. */
@ArgsType()
export class CampaignArgs extends CampaignRef {
  @Allow() readonly input?: object;
}
/** A space, and the state of it the caller decided on. */
@ArgsType()
export class SpaceDecisionArgs extends SpaceArgs {
  @Field(() => String, { nullable: true, description: 'The `etag` the caller decided on: only if nothing changed since.' })
  @IsOptional()
  readonly ifMatch?: string;
}
@ArgsType()
export class SpaceQuestionArgs extends MomentArgs {
  @Handle() readonly space: string;
}
@ArgsType()
export class PeriodArgs extends MomentArgs {
  @Day({ description: 'First Paris day, included.' }) readonly from: LocalDate;
  @Day({ description: 'Last Paris day, included; at most a year later.' }) @NotBefore('from', { years: 1 }) readonly to: LocalDate;
}
@ArgsType()
export class CampaignQuestionArgs extends MomentArgs {
  @CampaignName() readonly campaign: string;
}
