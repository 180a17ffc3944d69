import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsUUID, Length, Matches, Max, Min, ValidateBy } from 'class-validator';
import { EVERY_LINE, type HistoryRequest } from '../../../application/history/history.queries.js';
import { instant, startOfDay, type Instant, type LocalDate } from '../../../domain/shared/time.js';
import { WrittenSmall } from '../fields.js';

type Bound = 'from' | 'until';
const PREFIXES: Readonly<Record<string, Bound>> = { ge: 'from', lt: 'until' };
/** A day of Paris begins at midnight there. */
const momentOf = (text: string): Instant => (text.includes('T') ? instant(text) : startOfDay(text as LocalDate));

/** Years in which the order of texts is that of time, and that a database knows. */
const COMPARABLE = /^[1-9]\d{3}-/;

/** `ge2026-11-01`: where a period begins; `lt2026-12-01T00:00:00Z`: the first moment behind it. Null for anything else. */
function boundOf(text: unknown): readonly [Bound, Instant] | null {
  const [, prefix = '', when = ''] = /^(ge|lt)(\d{4}-\d{2}-\d{2}(?:T\S{1,24})?)$/.exec(typeof text === 'string' ? text : '') ?? [];
  const bound = PREFIXES[prefix];
  if (bound === undefined) return null;
  try {
    const moment = momentOf(when);
    return COMPARABLE.test(moment) ? [bound, moment] : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
const IsBound = () => ValidateBy({ name: 'instant', validator: { validate: (value) => boundOf(value) !== null } }, { each: true });
const asList = ({ value }: { readonly value: unknown }): unknown => (typeof value === 'string' ? [value] : value);

/** Search parameters of AuditEvent (ITI-81) that name nobody. */
export class AuditEventSearch {
  @ApiProperty({ type: String, format: 'uuid', description: 'Handle of a space.' })
  @WrittenSmall()
  @IsUUID('all')
  readonly patient: string;
  @ApiProperty({
    type: [String],
    required: false,
    maxItems: 2,
    description: 'When it was written: `ge` and a day or moment, `lt` and one.',
  })
  @IsOptional()
  @Transform(asList)
  @IsArray()
  @ArrayMaxSize(2)
  @IsBound()
  readonly date?: readonly string[];
  @ApiProperty({ type: Number, required: false, minimum: 1, maximum: 100, default: 50, description: 'Facts of a page.' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly _count: number = 50;
  @ApiProperty({ type: String, required: false, description: 'From the `next` link of the page before.' })
  @IsOptional()
  @Length(1, 400)
  readonly cursor?: string;
}

/** The same as the body of a form, where people may be named. */
export class AuditEventForm extends AuditEventSearch {
  @ApiProperty({
    type: String,
    required: false,
    description: 'A professional who acted: PS_IdNat, with or without its system before a bar.',
  })
  @IsOptional()
  @Matches(/^(urn:oid:1\.2\.250\.1\.71\.4\.2\.1\|)?\w{1,20}$/)
  readonly agent?: string;
}
/** Of a page of a form that is not the first. */
export class FormPage {
  @ApiProperty({ type: String, required: false, description: 'From the `next` link of the page before; the form is the same.' })
  @IsOptional()
  @Length(1, 400)
  readonly cursor?: string;
}

/** What is asked of the history. */
export function requestOf({ _count, cursor, date = [], agent }: AuditEventForm): HistoryRequest {
  const bounds = Object.fromEntries(date.flatMap((text) => [boundOf(text) ?? []])) as Partial<Record<Bound, Instant>>;
  const professional = agent?.split('|').at(-1) ?? null;
  return { first: _count, cursor: cursor ?? null, filter: { ...EVERY_LINE, ...bounds, professional } };
}

/** The parameters of a search once more, for a link to another page. */
export function queryOf({ patient, date = [], _count }: AuditEventSearch, cursor: string | null): string {
  const parameters = new URLSearchParams({ patient });
  for (const one of date) parameters.append('date', one);
  parameters.append('_count', String(_count));
  if (cursor !== null) parameters.append('cursor', cursor);
  return parameters.toString();
}
