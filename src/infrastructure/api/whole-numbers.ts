import { applyDecorators } from '@nestjs/common';
import { Field, Float } from '@nestjs/graphql';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsOptional, Max, Min } from 'class-validator';

/** Whole numbers from 0 on, one at least; may be left out. GraphQL has no integers above 2³¹. */
export const Wholes = (max: number, { description }: { readonly description: string }) =>
  applyDecorators(
    Field(() => [Float], { nullable: true, description }),
    ApiProperty({ type: 'integer', isArray: true, required: false, minItems: 1, maxItems: max, description }),
    IsOptional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(max),
    IsInt({ each: true }),
    Min(0, { each: true }),
    Max(Number.MAX_SAFE_INTEGER, { each: true }),
  );
