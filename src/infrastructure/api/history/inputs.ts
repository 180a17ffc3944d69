import { ArgsType } from '@nestjs/graphql';
import { Transform } from 'class-transformer';
import { LANES, type HistoryRequest, type Lane } from '../../../application/history/history.queries.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { Handle, Moment, OneOf, PageSize, Text, Texts } from '../fields.js';

/** One query parameter is a list of one. */
const asList = ({ value }: { readonly value: unknown }): unknown => (typeof value === 'string' ? value.split(',') : value);

@ArgsType()
export class HistoryPageArgs extends MomentArgs {
  @PageSize() readonly first: number = 50;
  @Text(400, { optional: true, description: 'The `next` of the page before.' }) readonly cursor?: string;
  @OneOf(LANES, { optional: true, description: 'What happened, who looked, who was refused, or machines.' }) readonly lane?: Lane;
  @Text(20, { optional: true, description: 'National identifier of a professional.' }) readonly professional?: string;
  @Text(20, { optional: true, description: 'FINESS number of a place of care.' }) readonly facility?: string;
  @Moment({ optional: true, description: 'Written from (included).' }) readonly from?: string;
  @Moment({ optional: true, description: 'Written until (excluded).' }) readonly until?: string;
  @Transform(asList)
  @Texts(30, 60, { optional: true, description: 'Kinds of lines; over REST separated by commas.' })
  readonly kinds?: string[];
}
@ArgsType()
export class HistoryArgs extends HistoryPageArgs {
  @Handle() readonly space: string;
}

/** Path of one line of a history. */
@ArgsType()
export class LineRef {
  @Handle() readonly space: string;
  @Text(100, { description: 'The `id` of a line of the history.' }) readonly line: string;
}

export const requestOf = ({ first, cursor, lane, professional, facility, from, until, kinds }: HistoryPageArgs): HistoryRequest => ({
  first,
  cursor: cursor ?? null,
  filter: {
    professional: professional ?? null,
    facility: facility ?? null,
    from: from ?? null,
    until: until ?? null,
    kinds: kinds ?? [],
    lanes: lane === undefined ? [] : [lane],
  },
});
