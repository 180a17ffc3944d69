import { ID, Int, ObjectType } from '@nestjs/graphql';
import type {
  BreachLine,
  Certificate,
  DestructionLine,
  DestructionState,
  RegisterPage,
  RightsRequestLine,
} from '../../../application/registers/registers.queries.js';
import type { DestructionGround, DestructionScope } from '../../../domain/shared/destruction-ground.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import type { Risk } from '../../../domain/registers/breaches.js';
import type { Answer, RequestChannel, Right } from '../../../domain/registers/rights-requests.js';
import type { Instant, LocalDate } from '../../../domain/shared/time.js';
import { Shown } from '../fields.js';

const next = { nullable: true, description: 'Where the next page begins; null on the last one.' };

@ObjectType('RightsRequest')
export class RightsRequestView implements RightsRequestLine {
  @Shown(() => ID) readonly request: string;
  @Shown(() => String) readonly right: Right;
  @Shown(() => String) readonly channel: RequestChannel;
  @Shown(() => ID, { nullable: true }) readonly space: string | null;
  @Shown(() => String) readonly reference: string;
  @Shown(() => String) readonly receivedOn: Instant;
  @Shown(() => String, { description: 'First instant at which an answer is late.' }) readonly dueOn: Instant;
  @Shown(() => Boolean) readonly extended: boolean;
  @Shown(() => String, { nullable: true }) readonly answer: Answer | null;
  @Shown(() => String, { nullable: true }) readonly ground: string | null;
  @Shown(() => String, { nullable: true }) readonly answeredOn: Instant | null;
  @Shown(() => Int, { description: 'Paris days from receipt to answer, or to the moment that is asked about.' }) readonly days: number;
  @Shown(() => Boolean) readonly late: boolean;
}
@ObjectType('RightsRequestPage')
export class RightsRequestPageView implements RegisterPage<RightsRequestLine> {
  @Shown(() => [RightsRequestView]) readonly lines: readonly RightsRequestView[];
  @Shown(() => String, next) readonly next: string | null;
}
@ObjectType('Breach')
export class BreachView implements BreachLine {
  @Shown(() => ID) readonly breach: string;
  @Shown(() => [String]) readonly kinds: readonly string[];
  @Shown(() => String) readonly facts: string;
  @Shown(() => String) readonly consequences: string;
  @Shown(() => String) readonly measures: string;
  @Shown(() => Int) readonly people: number;
  @Shown(() => String) readonly awareSince: Instant;
  @Shown(() => String, { description: '72 hours later (GDPR art. 33(1)).' }) readonly noticeDue: Instant;
  @Shown(() => String, { nullable: true }) readonly risk: Risk | null;
  @Shown(() => String, { nullable: true }) readonly notifiedOn: Instant | null;
  @Shown(() => String, { nullable: true }) readonly authorityReference: string | null;
  @Shown(() => String, { nullable: true }) readonly reasonForDelay: string | null;
  @Shown(() => String, { nullable: true }) readonly informedOn: Instant | null;
  @Shown(() => String, { nullable: true }) readonly closedOn: Instant | null;
  @Shown(() => Boolean) readonly late: boolean;
}
@ObjectType('BreachPage')
export class BreachPageView implements RegisterPage<BreachLine> {
  @Shown(() => [BreachView]) readonly lines: readonly BreachView[];
  @Shown(() => String, next) readonly next: string | null;
}
@ObjectType('DestructionCertificate')
export class CertificateView implements Certificate {
  @Shown(() => String, { description: 'Its audit stream; with the revision what `mes prove` asks for.' }) readonly stream: StreamName;
  @Shown(() => Int) readonly rev: number;
  @Shown(() => Int, { description: 'Streams that were destroyed.' }) readonly streams: number;
  @Shown(() => Int, { description: 'Events that nothing opens any more; it says nothing of when their bytes leave the disks.' })
  readonly events: number;
}
@ObjectType('Destruction')
export class DestructionView implements DestructionLine {
  @Shown(() => String, { description: 'WAITING for its day, DUE and not decided, HELD by a legal hold, UNDER_WAY, DONE.' })
  readonly state: DestructionState;
  @Shown(() => String, { description: 'ERASURE: the holder asked; RETENTION: the ten years are over.' }) readonly ground: DestructionGround;
  @Shown(() => String, { nullable: true, description: 'SPACE, or TRACE: the traces that outlived it; null: not recorded.' })
  readonly scope: DestructionScope | null;
  @Shown(() => String, { nullable: true, description: 'Paris day of the request; null where nobody asked.' })
  readonly askedOn: LocalDate | null;
  @Shown(() => String, { nullable: true, description: 'First instant after the three months of the law (CSP R.1111-36).' })
  readonly lateFrom: Instant | null;
  @Shown(() => String, { nullable: true }) readonly doneAt: Instant | null;
  @Shown(() => Boolean) readonly late: boolean;
  @Shown(() => ID, { nullable: true, description: 'Null once it is done: nobody knows whose it was.' }) readonly space: string | null;
  @Shown(() => CertificateView, { nullable: true }) readonly certificate: CertificateView | null;
}
@ObjectType('DestructionPage')
export class DestructionPageView implements RegisterPage<DestructionLine> {
  @Shown(() => [DestructionView]) readonly lines: readonly DestructionView[];
  @Shown(() => String, next) readonly next: string | null;
}
