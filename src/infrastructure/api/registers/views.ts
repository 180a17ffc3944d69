import { ID, Int, ObjectType } from '@nestjs/graphql';
import type { BreachLine, RegisterPage, RightsRequestLine } from '../../../application/registers/registers.queries.js';
import type { Risk } from '../../../domain/registers/breaches.js';
import type { Answer, RequestChannel, Right } from '../../../domain/registers/rights-requests.js';
import type { Instant } from '../../../domain/shared/time.js';
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
