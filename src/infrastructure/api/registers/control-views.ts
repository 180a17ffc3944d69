import { Int, ObjectType } from '@nestjs/graphql';
import type { EvidenceKind, EvidenceLine, MatrixVersionLine, RetentionReport } from '../../../application/registers/controls.queries.js';
import type { ProcessingActivity } from '../../../application/registers/processing-register.js';
import type { Processor, Reference, References } from '../../../application/registers/references.js';
import type { Role } from '../../../domain/shared/actor.js';
import type { Instant } from '../../../domain/shared/time.js';
import { Shown } from '../fields.js';

@ObjectType('Evidence')
export class EvidenceView implements EvidenceLine {
  @Shown(() => String, { description: 'INFORMATION, OPPOSITION, TERMS, CONSENT, CONSENT_WITHDRAWN…' }) readonly kind: EvidenceKind;
  @Shown(() => String, { description: 'When it was written.' }) readonly at: Instant;
  @Shown(() => String, { description: 'When it was true.' }) readonly on: Instant;
  @Shown(() => String, { description: 'Role of whoever did it.' }) readonly by: Role;
  @Shown(() => String, { nullable: true, description: 'How it was sent or said; null: not recorded.' }) readonly channel: string | null;
  @Shown(() => String, { nullable: true, description: 'Version of the text; null: not recorded.' }) readonly text: string | null;
  @Shown(() => String, { nullable: true }) readonly detail: string | null;
  @Shown(() => String, { description: 'Category of the stream of the fact.' }) readonly stream: string;
  @Shown(() => Int, { description: 'Its revision there.' }) readonly rev: number;
}
@ObjectType('MatrixVersion')
export class MatrixVersionView implements MatrixVersionLine {
  @Shown(() => Int) readonly version: number;
  @Shown(() => String) readonly proposedAt: Instant;
  @Shown(() => String, { description: 'Role of whoever wanted it.' }) readonly by: Role;
  @Shown(() => String, { nullable: true, description: 'His account.' }) readonly account: string | null;
  @Shown(() => String) readonly reason: string;
  @Shown(() => String) readonly source: string;
  @Shown(() => String) readonly appliesFrom: Instant;
  @Shown(() => String, { nullable: true, description: 'Null: not published, holds for nobody.' }) readonly publishedAt: Instant | null;
}
@ObjectType('OldestFact')
export class OldestFactView {
  @Shown(() => String) readonly category: string;
  @Shown(() => String, { nullable: true }) readonly at: Instant | null;
}
@ObjectType('Retention')
export class RetentionView implements RetentionReport {
  @Shown(() => String) readonly at: Instant;
  @Shown(() => Int, { description: 'Archives that are over, and nobody decided their destruction; must be 0.' })
  readonly pastArchive: number;
  @Shown(() => Int, { description: 'Express erasures that are due and not decided; must be 0.' }) readonly pastErasure: number;
  @Shown(() => Int, { description: 'Due, and kept by a legal hold.' }) readonly held: number;
  @Shown(() => Int, { description: 'Decided and under way.' }) readonly underWay: number;
  @Shown(() => Int, { description: 'Traces that outlived an express erasure, whose own end has come; must be 0.' })
  readonly pastTraces: number;
  @Shown(() => [OldestFactView], { description: 'The oldest fact that can be read, by category of stream.' })
  readonly oldest: readonly OldestFactView[];
}
@ObjectType('ControlReference')
export class ReferenceView implements Reference {
  @Shown(() => String) readonly reference: string;
  @Shown(() => String) readonly date: string;
  @Shown(() => String, { nullable: true }) readonly validUntil: string | null;
}
@ObjectType('Processor')
export class ProcessorView implements Processor {
  @Shown(() => String) readonly name: string;
  @Shown(() => String) readonly purpose: string;
  @Shown(() => String) readonly contract: string;
  @Shown(() => String, { nullable: true }) readonly until: string | null;
}
@ObjectType('ControlReferences', { description: 'Null and none where nobody has written it down.' })
export class ReferencesView implements References {
  @Shown(() => ReferenceView, { nullable: true, description: 'Impact assessment (GDPR art. 35).' }) readonly dpia: ReferenceView | null;
  @Shown(() => ReferenceView, { nullable: true }) readonly securityPolicy: ReferenceView | null;
  @Shown(() => ReferenceView, { nullable: true, description: 'Host of health data (CSP L.1111-8).' })
  readonly hostingCertificate: ReferenceView | null;
  @Shown(() => [ProcessorView], { description: 'GDPR art. 28.' }) readonly processors: readonly ProcessorView[];
}
@ObjectType('ProcessingActivity')
export class ProcessingActivityView implements ProcessingActivity {
  @Shown(() => String) readonly name: string;
  @Shown(() => [String]) readonly purposes: readonly string[];
  @Shown(() => String) readonly legalBasis: string;
  @Shown(() => [String]) readonly people: readonly string[];
  @Shown(() => [String]) readonly data: readonly string[];
  @Shown(() => [String]) readonly recipients: readonly string[];
  @Shown(() => String) readonly retention: string;
  @Shown(() => [String]) readonly security: readonly string[];
}
