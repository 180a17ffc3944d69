import { ArgsType, InputType } from '@nestjs/graphql';
import { Allow } from 'class-validator';
import type { AskedExport } from '../../../application/audit/export.orders.js';
import type { ExportFile } from '../../../application/audit/export-ports.js';
import { auditPolicy } from '../../../domain/audit/audit-policy.js';
import type { ExportMode, ExportScope } from '../../../domain/audit/export-vocabulary.js';
import type { Instant } from '../../../domain/shared/time.js';
import { MomentArgs } from '../enrolment/inputs.js';
import { Id, Moment, Nested, OneOf, Text } from '../fields.js';
import { Wholes } from '../whole-numbers.js';

const MODES = ['pseudonymised', 'authority', 'nominative'] as const;
const SCOPES = ['all', 'period', 'space', 'professional', 'events'] as const;
const FILES = ['sha256', 'proof', 'event'] as const;
const ref = { description: 'Id of an export.' };

@InputType()
export class ExportPeriodInput {
  @Moment({ description: 'First moment of writing, included.' }) readonly from: Instant;
  @Moment({ description: 'Moment of writing that is not included any more.' }) readonly until: Instant;
}
@InputType()
export class ExportInput {
  @OneOf(MODES, { description: 'What of the events is opened.' }) readonly mode: ExportMode;
  @OneOf(SCOPES, { description: 'Whose events.' }) readonly scope: ExportScope['kind'];
  @Id({ optional: true, description: 'Handle of the space, with scope `space`.' }) readonly space?: string;
  @Text(20, { optional: true, description: 'National identifier, with scope `professional`.' }) readonly professional?: string;
  @Wholes(auditPolicy.mostChosenEvents, {
    description: 'Places in the sealed log, ascending, each once, with scope `events`.',
  })
  readonly events?: readonly number[];
  @Nested(() => ExportPeriodInput, { optional: true, description: 'When they were written.' }) readonly period?: ExportPeriodInput;
  @Text(80, { description: 'Age recipient, age1…: only its owner can open the package.' }) readonly recipient: string;
  @Text(300, { description: 'Article of law, or reference of an order.' }) readonly legalBasis: string;
  @Text(500, { description: 'Why.' }) readonly reason: string;
  @Text(8_000, { optional: true, description: 'Base64 of the recipient’s own earlier checkpoint, from which consistency is proved.' })
  readonly since?: string;
}
@InputType()
export class RefuseExportInput {
  @Text(500, { description: 'Why.' }) readonly reason: string;
}
@InputType()
export class AuditorAccountInput {
  @Text(300, { description: 'Issuer of the account.' }) readonly issuer: string;
  @Text(200, { description: 'The account there.' }) readonly sub: string;
}
@InputType()
export class AuditorInput extends AuditorAccountInput {
  @Text(100, { description: 'Whom the auditor works for.' }) readonly authority: string;
  @Moment({ description: 'When the account ends by itself.' }) readonly until: Instant;
}

/** Path of one export. */
@ArgsType()
export class ExportRef {
  @Id(ref) readonly export: string;
}
/** Path of a file beside a package. */
@ArgsType()
export class ExportFileRef extends ExportRef {
  @OneOf(FILES, { description: 'Which file.' }) readonly file: Exclude<ExportFile, 'package'>;
}
/** The export of a GraphQL mutation. */
@ArgsType()
export class ExportArgs extends ExportRef {
  @Allow() readonly input?: object;
}
@ArgsType()
export class ExportQuestionArgs extends MomentArgs {
  @Id(ref) readonly export: string;
}

function scopeIn({ scope, space = '', professional = '', events = [] }: ExportInput): ExportScope {
  if (scope === 'space') return { kind: scope, space };
  if (scope === 'professional') return { kind: scope, professional };
  return scope === 'events' ? { kind: scope, indexes: events } : { kind: scope };
}

/** What is asked for, as the application knows it: instants in the stored form, the checkpoint as it was signed. */
export function askedIn(input: ExportInput): AskedExport {
  const { mode, period, recipient, legalBasis, reason, since } = input;
  return {
    mode,
    scope: scopeIn(input),
    ...(period === undefined ? {} : { period: { from: period.from, until: period.until } }),
    recipient,
    legalBasis,
    reason,
    ...(since === undefined ? {} : { since: Buffer.from(since, 'base64').toString('utf8') }),
  };
}
