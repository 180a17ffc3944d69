import { applyDecorators } from '@nestjs/common';
import { Field, ID, Int } from '@nestjs/graphql';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { CAMPAIGN_ID } from '../../domain/enrolment/campaign.js';
import { dayAfter, instant, type LocalDate, type Period } from '../../domain/shared/time.js';
import { isCalendarDate, isInstant, NoControlCharacters } from './field-checks.js';

// One decorator per kind of field: what class-validator checks, what OpenAPI says and what the GraphQL schema says cannot drift apart.

const optional = (is: boolean): PropertyDecorator[] => (is ? [IsOptional()] : []);
interface FieldOptions {
  readonly description: string;
  readonly optional?: boolean;
}

/** A line of text of bounded length. */
export const Text = (max: number, { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => String, { nullable: may, description }),
    ApiProperty({ type: String, required: !may, minLength: 1, maxLength: max, description }),
    ...optional(may),
    IsString(),
    Length(1, max),
    NoControlCharacters(),
  );

/** A day that exists in the calendar. */
export const Day = ({ description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => String, { nullable: may, description }),
    ApiProperty({ type: String, required: !may, format: 'date', example: '1985-06-14', description }),
    ...optional(may),
    ValidateBy({ name: 'calendarDate', validator: { validate: isCalendarDate } }),
  );

/** A day on or after the day in another member, and no further from it than `most`. */
export const NotBefore = (other: string, most: Period) =>
  ValidateBy({
    name: 'dayInRange',
    validator: {
      validate: (value, context) => {
        const first = (context?.object as Readonly<Record<string, unknown>> | undefined)?.[other];
        if (!isCalendarDate(value) || !isCalendarDate(first)) return false;
        return (first as string) <= (value as string) && (value as string) <= dayAfter(first as LocalDate, most);
      },
    },
  });

/** A moment with its offset. From here on it has the stored form, which alone can be compared with others. */
export const Moment = ({ description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => String, { nullable: may, description }),
    ApiProperty({ type: String, required: !may, format: 'date-time', description }),
    ...optional(may),
    Transform(({ value }: { readonly value: unknown }) => (isInstant(value) ? instant(value) : value)),
    ValidateBy({ name: 'instant', validator: { validate: isInstant } }),
  );

const lowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
/** Ids are the same in capitals (RFC 9562 section 4), and we write them in small letters: from here on whoever compares texts compares ids. */
export const WrittenSmall = () =>
  Transform(({ value }: { readonly value: unknown }): unknown => (Array.isArray(value) ? value.map(lowerCase) : lowerCase(value)));

/** The handle of a space. */
export const Handle = () =>
  applyDecorators(
    Field(() => ID, { description: 'Handle of a space.' }),
    ApiProperty({ type: String, format: 'uuid', description: 'Handle of a space.' }),
    WrittenSmall(),
    IsUUID('all'),
  );

/** A name that operators chose: lower case, digits, dashes. */
export const CampaignName = () =>
  applyDecorators(
    Field(() => ID, { description: 'Id of a campaign, chosen by operators.' }),
    ApiProperty({ type: String, pattern: CAMPAIGN_ID.source, example: '2026-cpam-031' }),
    IsString(),
    Matches(CAMPAIGN_ID),
  );

/** One of a few words. */
export const OneOf = (words: readonly string[], { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => String, { nullable: may, description: `${description} One of ${words.join(', ')}.` }),
    ApiProperty({ type: String, required: !may, enum: [...words], description }),
    ...optional(may),
    IsIn([...words]),
  );

/** Some of a few words, each once. */
export const SomeOf = (words: readonly string[], { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => [String], { nullable: may, description: `${description} Any of ${words.join(', ')}.` }),
    ApiProperty({ type: [String], required: !may, enum: [...words], description }),
    ...optional(may),
    IsArray(),
    ArrayMaxSize(words.length),
    ArrayUnique(),
    IsIn([...words], { each: true }),
  );

/** Yes or no. */
export const Flag = ({ description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => Boolean, { nullable: may, description }),
    ApiProperty({ type: Boolean, required: !may, description }),
    ...optional(may),
    IsBoolean(),
  );

/** A whole number within bounds. */
export const Whole = (min: number, max: number, { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => Int, { nullable: may, description }),
    ApiProperty({ type: 'integer', required: !may, minimum: min, maximum: max, description }),
    ...optional(may),
    IsInt(),
    Min(min),
    Max(max),
  );

/** An id that we gave. */
export const Id = ({ description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => ID, { nullable: may, description }),
    ApiProperty({ type: String, required: !may, format: 'uuid', description }),
    ...optional(may),
    WrittenSmall(),
    IsUUID('all'),
  );

/** Ids that we gave, each once, one at least. */
export const Ids = (max: number, { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => [ID], { nullable: may, description }),
    ApiProperty({ type: [String], required: !may, minItems: 1, maxItems: max, description }),
    ...optional(may),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(max),
    WrittenSmall(),
    ArrayUnique(),
    IsUUID('all', { each: true }),
  );

/** How many lines of a page. */
export const PageSize = () =>
  applyDecorators(
    Field(() => Int, { defaultValue: 50, description: 'Lines of a page, 1 to 100.' }),
    ApiProperty({ type: Number, required: false, minimum: 1, maximum: 100, default: 50 }),
    Type(() => Number),
    IsInt(),
    Min(1),
    Max(100),
  );

/** Another input inside this one. */
export const Nested = (type: () => new () => object, { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(type, { nullable: may, description }),
    ApiProperty({ type, required: !may, description }),
    ...(may ? [IsOptional()] : [IsDefined()]),
    // A list would pass as its elements do: `[[]]` has none with a member.
    IsObject(),
    ValidateNested(),
    Type(type),
  );

/** A list of other inputs. */
export const NestedList = (type: () => new () => object, max: number, { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => [type()], { nullable: may, description }),
    ApiProperty({ type, isArray: true, required: !may, maxItems: max, description }),
    ...optional(may),
    IsArray(),
    ArrayMaxSize(max),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
  );

/** Lines of text of bounded length. */
export const Texts = (max: number, length: number, { description, optional: may = false }: FieldOptions) =>
  applyDecorators(
    Field(() => [String], { nullable: may, description }),
    ApiProperty({ type: [String], required: !may, maxItems: max, description }),
    ...optional(may),
    IsArray(),
    ArrayMaxSize(max),
    IsString({ each: true }),
    Length(1, length, { each: true }),
    Matches(/^[^\p{Cc}\p{Cs}]*$/u, { each: true }),
  );

interface ShownOptions {
  readonly description?: string;
  readonly nullable?: boolean;
}
const isList = (shown: unknown): shown is readonly unknown[] => Array.isArray(shown);

/** A member of an answer: type for OpenAPI and GraphQL at once; `[X]` is a list. */
export const Shown = (type: () => unknown, { description = '', nullable = false }: ShownOptions = {}): PropertyDecorator => {
  const of = type();
  const one = isList(of) ? of[0] : of;
  return applyDecorators(
    Field(type as () => StringConstructor, { nullable, ...(description === '' ? {} : { description }) }),
    ApiProperty({
      type: () => (one === Int ? Number : one === ID ? String : one) as StringConstructor,
      isArray: isList(of),
      nullable,
      ...(description === '' ? {} : { description }),
    }),
  );
};
