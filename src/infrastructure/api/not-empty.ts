import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty } from 'class-validator';

/** Beside the decorator of a list, above it: one element at least. */
export const NotEmpty = () => applyDecorators(ApiProperty({ minItems: 1 }), ArrayNotEmpty());
