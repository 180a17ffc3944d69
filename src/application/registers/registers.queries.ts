import type { Risk } from '../../domain/registers/breaches.js';
import type { Answer, RequestChannel, Right } from '../../domain/registers/rights-requests.js';
import type { Instant } from '../../domain/shared/time.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** A line of the register of requests about rights (GDPR art. 12 to 22). */
export interface RightsRequestLine {
  readonly request: string;
  readonly right: Right;
  readonly channel: RequestChannel;
  /** Handle of the space it is about; null where there is none, or none any more. */
  readonly space: string | null;
  readonly reference: string;
  readonly receivedOn: Instant;
  readonly dueOn: Instant;
  readonly extended: boolean;
  readonly answer: Answer | null;
  readonly ground: string | null;
  readonly answeredOn: Instant | null;
  /** Whole Paris days from receipt to answer, or to the moment that is asked about. */
  readonly days: number;
  /** Answered late, or not answered and late at the moment that is asked about. */
  readonly late: boolean;
}
/** A line of the register of breaches (GDPR art. 33(5)). */
export interface BreachLine {
  readonly breach: string;
  readonly kinds: readonly string[];
  readonly facts: string;
  readonly consequences: string;
  readonly measures: string;
  readonly people: number;
  readonly awareSince: Instant;
  readonly noticeDue: Instant;
  readonly risk: Risk | null;
  readonly notifiedOn: Instant | null;
  readonly authorityReference: string | null;
  readonly reasonForDelay: string | null;
  readonly informedOn: Instant | null;
  readonly closedOn: Instant | null;
  /** The authority was told late, or must be told and was not and it is late. */
  readonly late: boolean;
}
export interface RegisterPage<L> {
  readonly lines: readonly L[];
  readonly next: string | null;
}
/** Which lines: received or known within the period, both ends included; `openOnly`: not answered, not closed; `lateOnly`: late. */
export interface RegisterFilter {
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly openOnly: boolean;
  readonly lateOnly: boolean;
}
export interface RegisterPlace {
  readonly first: number;
  readonly cursor: string | null;
}

export class ListRightsRequests extends SubjectQuery<RegisterPage<RightsRequestLine>> {
  constructor(
    readonly filter: RegisterFilter,
    readonly page: RegisterPlace,
    asking: Asking,
  ) {
    super(null, asking);
  }
}
export class ListBreaches extends SubjectQuery<RegisterPage<BreachLine>> {
  constructor(
    readonly filter: RegisterFilter,
    readonly page: RegisterPlace,
    asking: Asking,
  ) {
    super(null, asking);
  }
}
