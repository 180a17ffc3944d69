import type { PageRequest } from '../record/record.queries.js';
import type { Words } from '../record/words.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** Why a professional has somebody on his list: what was given to him, never what was taken away since. */
export interface PatientGround {
  readonly kind: 'ATTENDING_DOCTOR' | 'ADMINISTRATOR' | 'CONSENT' | 'TEMPORARY_ACCESS';
  readonly since: string;
  /** As it was said when it was given; null: it had no end. */
  readonly until: string | null;
}
export interface MyPatient {
  /** The space handle. */
  readonly space: string;
  readonly grounds: readonly PatientGround[];
  /** His own last access; null when he never looked. */
  readonly lastAccess: string | null;
  /** About his own documents there: who cannot see them (DMP requirement 3.2-1025). */
  readonly warnings: readonly (Words & { readonly document: string })[];
  /** An event of it cannot be read: nothing more than its handle is told, until its quarantine has ended. */
  readonly standsStill: boolean;
}
export interface MyPatientPage {
  readonly patients: readonly MyPatient[];
  readonly next: string | null;
}
/** Something that a professional did, tried or looked at; why he was refused is not his to read. */
export interface MyAct {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  /** Of a look or a refusal: what he asked for. */
  readonly action: string | null;
  /** The space handle; null: there is no such space. */
  readonly space: string | null;
  readonly document: string | null;
  readonly outcome: 'DONE' | 'REFUSED';
}
export interface MyActPage {
  readonly acts: readonly MyAct[];
  readonly next: string | null;
}

/**
 * Whom a professional cares for: spaces in which something was given to him that has not run out by itself, or that he looked at within twelve months, the
 * latest first. A block or a withdrawn consent changes nothing here: what is still readable is decided when he opens it.
 */
export class ListMyPatients extends SubjectQuery<MyPatientPage> {
  constructor(
    asking: Asking,
    readonly page: PageRequest,
  ) {
    super(null, asking);
  }
}
/** What a professional did himself, latest first. */
export class ListMyActs extends SubjectQuery<MyActPage> {
  constructor(
    asking: Asking,
    readonly page: PageRequest,
  ) {
    super(null, asking);
  }
}
