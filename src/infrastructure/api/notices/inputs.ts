import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsOptional, Matches } from 'class-validator';
import type { NoticePreference } from '../../../domain/notices/notice-vocabulary.js';
import { noticesPolicy } from '../../../domain/notices/notices-policy.js';
import { MomentArgs, SpaceRef } from '../enrolment/inputs.js';
import { Handle, OneOf, PageSize, Text } from '../fields.js';

const PREFERENCES = ['NOTIF_DOCUMENT', 'NOTIF_ACCESS'] as const;

/** Ids of notices, each once. */
const NoticeIds = () =>
  applyDecorators(
    Field(() => [ID], { description: `Ids of notices, at most ${noticesPolicy.readAtOnce}.` }),
    ApiProperty({ type: [String], maxItems: noticesPolicy.readAtOnce, uniqueItems: true, description: 'Ids of notices.' }),
    IsArray(),
    ArrayMaxSize(noticesPolicy.readAtOnce),
    ArrayUnique(),
    Matches(/^[\w-]{1,64}$/, { each: true }),
  );

const asBoolean = ({ value }: { readonly value: unknown }): unknown => (value === 'true' ? true : value === 'false' ? false : value);

@InputType()
export class NoticesReadInput {
  @NoticeIds() readonly notices: readonly string[];
}
@InputType()
export class NoticePreferenceInput {
  @OneOf(PREFERENCES, { description: 'Notices of documents, or of accesses after the first one of a professional.' })
  readonly preference: NoticePreference;
  @Field(() => Boolean, { description: 'Whether to be told of them.' })
  @ApiProperty({ type: Boolean, description: 'Whether to be told of them.' })
  @IsBoolean()
  readonly wanted: boolean;
}

@ArgsType()
export class NoticePlaceArgs extends MomentArgs {
  @PageSize() readonly first: number = 50;
  @Text(200, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
}
@ArgsType()
export class NoticePageArgs extends NoticePlaceArgs {
  @Field(() => Boolean, { nullable: true, description: 'Only what this account has not read.' })
  @ApiProperty({ type: Boolean, required: false, description: 'Only what this account has not read.' })
  @IsOptional()
  @Transform(asBoolean)
  @IsBoolean()
  readonly unread?: boolean;
}
@ArgsType()
export class NoticesArgs extends NoticePageArgs {
  @Handle() readonly space: string;
}
/** The space whose notices are wanted live. */
@ArgsType()
export class LiveNoticesArgs extends SpaceRef {}
