import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { ApiProperty } from '@nestjs/swagger';
import { Allow, IsOptional } from 'class-validator';
import type { StepRequest } from '../../../application/replay/replay.queries.js';
import type { Period } from '../../../application/replay/foresights.js';
import type { Instant, LocalDate } from '../../../domain/shared/time.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { Day, Handle, Id, Moment, PageSize, Text, Whole } from '../fields.js';

const PURPOSE = 'Why you look; it is written down. Over both doors the header X-Purpose says it as well.';
/** A question of somebody who says why: read by `callerOf`, declared here for the schemas. */
@ArgsType()
export class PurposeArgs extends MomentArgs {
  @Field(() => String, { nullable: true, description: PURPOSE })
  @ApiProperty({ type: String, required: false, description: PURPOSE })
  @IsOptional()
  readonly purpose?: string;
}
@ArgsType()
export class ReplayArgs extends PurposeArgs {
  @Handle() readonly space: string;
}

@ArgsType()
export class StepPageArgs extends PurposeArgs {
  @PageSize() readonly first: number = 50;
  @Text(400, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
  @Moment({ optional: true, description: 'Written from (included).' }) readonly from?: Instant;
  @Moment({ optional: true, description: 'Written until (excluded).' }) readonly until?: Instant;
}
@ArgsType()
export class StepArgs extends StepPageArgs {
  @Handle() readonly space: string;
}
export const stepsOf = ({ first, cursor, from, until }: StepPageArgs): StepRequest => ({
  first,
  cursor: cursor ?? null,
  from: from ?? null,
  until: until ?? null,
});

@ArgsType()
export class TwoMomentsArgs extends PurposeArgs {
  @Moment({ description: 'The earlier moment.' }) readonly from: Instant;
  @Moment({ description: 'The later moment.' }) readonly to: Instant;
}
@ArgsType()
export class DifferenceArgs extends TwoMomentsArgs {
  @Handle() readonly space: string;
}

@ArgsType()
export class DayArgs extends PurposeArgs {
  @Day({ optional: true, description: 'A whole Paris day, in place of the instant `asOf`.' })
  readonly day?: LocalDate;
}
@ArgsType()
export class PossibleReadersArgs extends DayArgs {
  @Handle() readonly space: string;
  @Id({ description: 'The document, also one that is gone.' }) readonly document: string;
}

@InputType()
export class WhatCouldSeeInput {
  @Text(20, { description: 'National identifier of a professional: 8 and the RPPS number.' }) readonly professional: string;
}
@InputType()
export class WhatIfInput {
  @Whole(1, 1_000_000, { description: 'A published version of the authorisation matrix.' }) readonly matrix: number;
  @Moment({ description: 'Decided from (included).' }) readonly from: Instant;
  @Moment({ description: 'Decided until (excluded).' }) readonly until: Instant;
}
@InputType()
export class WhatIfOfProfessionalInput extends WhatIfInput {
  @Text(20, { description: 'National identifier of a professional: 8 and the RPPS number.' }) readonly professional: string;
}
export const periodOf = ({ from, until }: WhatIfInput): Period => ({ from, until });

/** A space and a day, with an input beside them. */
@ArgsType()
export class PossibleSightsArgs extends DayArgs {
  @Handle() readonly space: string;
  @Allow() readonly input?: object;
}
/** The space of a GraphQL question with an input beside it. */
@ArgsType()
export class ReplayInputArgs extends ReplayArgs {
  @Allow() readonly input?: object;
}
@ArgsType()
export class PurposeInputArgs extends PurposeArgs {
  @Allow() readonly input?: object;
}
