import type { Role } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** Who got something, or gave it. */
export type ReleaseParty = 'AUTHORITY' | 'PROFESSIONAL' | 'FACILITY_SOFTWARE' | 'INSURER' | 'ATTENDING_DOCTOR' | 'HOLDER';
/** What passed between this service and somebody outside, counted by party, kind and purpose (domain reference 8.4, point 12). */
export interface ReleaseLine {
  readonly party: ReleaseParty;
  /** `OUT`: it was shown or handed to them; `IN`: they put it into a space. */
  readonly direction: 'IN' | 'OUT';
  /** Name of the action, mode of the export, kind of notice, or type of the fact that they brought. */
  readonly what: string;
  /** Ground of the decision (`CONSENT`, `CARE_TEAM`…), or the legal basis that was stated; null: none is recorded. */
  readonly purpose: string | null;
  readonly count: number;
  readonly first: Instant;
  readonly last: Instant;
}
/** Why no referenced service stands in the answer: from what this version can write, and whom the rules of that day let in. */
export interface CatalogueFinding {
  /** Categories of streams of services and their pairings to which this version writes: none means that it has no catalogue. */
  readonly written: readonly string[];
  /** Kinds of accounts that there are here. */
  readonly roles: readonly Role[];
  /** The authorisation matrix in force at that moment; null: none was. */
  readonly matrix: { readonly version: number; readonly professions: number } | null;
  /** The same in words. */
  readonly fr: string;
}
export interface ServicesAnswer {
  readonly at: Instant;
  readonly catalogue: CatalogueFinding;
  readonly releases: readonly ReleaseLine[];
}

/** What passed to and from others; both ends of the period may be open. */
export class GetServices extends SubjectQuery<readonly ReleaseLine[]> {
  constructor(asking: Asking) {
    super(null, asking);
  }
}

/** What this version of the software can write at all. */
export abstract class WrittenKinds {
  /** Categories of streams. */
  abstract readonly categories: readonly string[];
}
