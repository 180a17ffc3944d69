import type { Risk } from '../../domain/registers/breaches.js';
import type { DestructionGround, DestructionScope } from '../../domain/shared/destruction-ground.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Answer, RequestChannel, Right } from '../../domain/registers/rights-requests.js';
import type { Instant, LocalDate } from '../../domain/shared/time.js';
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
/**
 * `WAITING`: asked for, its day has not come; `DUE`: its day has come, and nobody decided it; `HELD`: a legal hold keeps it; `UNDER_WAY`: decided, not done;
 * `DONE`: every key is destroyed, the certificate is written.
 */
export type DestructionState = 'WAITING' | 'DUE' | 'HELD' | 'UNDER_WAY' | 'DONE';
/** A line of the register of destructions: asked for, and done, with the proof (CSP R.1111-36, GDPR art. 17). */
export interface DestructionLine {
  readonly state: DestructionState;
  readonly ground: DestructionGround;
  /** The traces of looks outlive an express erasure and have an end of their own; null: not recorded, in the oldest certificates. */
  readonly scope: DestructionScope | null;
  /** Paris day on which the holder asked for it; null where nobody did, which is so of the end of ten years and of traces. */
  readonly askedOn: LocalDate | null;
  /** First instant at which an erasure that was asked for is late: three months are over. */
  readonly lateFrom: Instant | null;
  readonly doneAt: Instant | null;
  /** Done after that instant, or not done although it is over at the moment that is asked about, held or not. */
  readonly late: boolean;
  /** Handle of the space while there is one; of what is gone nobody knows whose it was. */
  readonly space: string | null;
  /** Where the certificate lies, for `mes prove`, and what it covers; null until it is written. */
  readonly certificate: Certificate | null;
}
export interface Certificate {
  readonly stream: StreamName;
  readonly rev: number;
  /** Streams and events that were destroyed. */
  readonly streams: number;
  readonly events: number;
}
export interface RegisterPage<L> {
  readonly lines: readonly L[];
  readonly next: string | null;
}
/** Which lines: received or known within the period, both ends included; `openOnly`: not answered, not closed, not done; `lateOnly`: late. */
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
/** Its period counts from the request, or from the end of the ten years; where it is done, from then. */
export class ListDestructions extends SubjectQuery<RegisterPage<DestructionLine>> {
  constructor(
    readonly filter: RegisterFilter,
    readonly page: RegisterPlace,
    asking: Asking,
  ) {
    super(null, asking);
  }
}
