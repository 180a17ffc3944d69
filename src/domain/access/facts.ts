import type { Subject } from '../shared/actor.js';
import type { Instant, LocalDate } from '../shared/time.js';
import type { AccessMode, ConsentBasis, EmergencySwitch, Operation, Permission } from './access-vocabulary.js';

/** How the space stands, as far as access asks: the statuses of enrolment, by name. */
export type Standing = 'NONE' | 'ELIGIBLE' | 'INVITED' | 'OPPOSED' | 'OPENED' | 'ACTIVE' | 'CLOSED';

/** The place of a fact that a decision rests on, as a receipt names it: never what it says. */
export interface FactRef {
  readonly stream: 'space' | 'access' | 'record' | 'veil';
  readonly rev: number;
}
/** Something that holds because of one fact. */
export interface Because {
  readonly because: FactRef;
}

export interface Consent extends Because {
  readonly basis: ConsentBasis;
  readonly scope: readonly Operation[];
  readonly until: Instant;
  /** Recorded before for the same grantee on another basis or for more, and still counting. */
  readonly earlier?: Consent | undefined;
}
export interface Emergency extends Because {
  readonly mode: Exclude<AccessMode, 'normal'>;
  readonly until: Instant;
}
export interface Representative extends Because {
  readonly subject: Subject;
  readonly until: Instant;
}
export interface MaskFrom extends Because {
  readonly from: Instant;
  readonly until: Instant | null;
  /** Another period for the same set and grantee, said before: each counts. */
  readonly earlier?: MaskFrom | undefined;
}
/** The last word on the mask of one document set, and when it was said. */
export interface MaskWord extends Because {
  readonly masked: boolean;
  readonly at: Instant;
}

/**
 * What the gate knows of one space at the moment of asking, folded from its streams `space-` and `access-`: never from a read model, hence never stale.
 * Keys of maps: `granteeKey` for grantees, the professional id, the document set.
 */
export interface AccessFacts {
  readonly exists: boolean;
  readonly status: Standing;
  /** The account the space is bound to; null before the first activation. */
  readonly holder: Subject | null;
  readonly birthDate: LocalDate | null;
  readonly consents: ReadonlyMap<string, Consent>;
  /** Grantees whose consent was withdrawn, until reading is allowed again. */
  readonly withdrawn: ReadonlyMap<string, Because>;
  /** Access by a code of the holder, by grantee. */
  readonly temporary: ReadonlyMap<string, Because & { readonly until: Instant }>;
  /** By granteeKey: professionals and facilities. */
  readonly blocked: ReadonlyMap<string, Because>;
  readonly attendingDoctor: (Because & { readonly professional: string }) | null;
  readonly administrators: ReadonlyMap<string, Because>;
  readonly switches: Readonly<Record<EmergencySwitch, { readonly value: Permission; readonly because: FactRef | null }>>;
  /** Last emergency session of each professional. */
  readonly emergencies: ReadonlyMap<string, Emergency>;
  readonly representatives: readonly Representative[];
  /** Said of everything deposited until then; null when never. */
  readonly allMasked: MaskWord | null;
  readonly masks: ReadonlyMap<string, MaskWord>;
  readonly maskedByDefault: (Because & { readonly masked: boolean }) | null;
  /** By `<set> <granteeKey>`. */
  readonly masksFrom: ReadonlyMap<string, MaskFrom>;
}

export const NOBODY: AccessFacts = {
  exists: false,
  status: 'NONE',
  holder: null,
  birthDate: null,
  consents: new Map(),
  withdrawn: new Map(),
  temporary: new Map(),
  blocked: new Map(),
  attendingDoctor: null,
  administrators: new Map(),
  // CSP L.1111-17 I: allowed unless refused in advance; a mask is itself a refusal (policy flag, domain reference U12).
  switches: {
    BTG: { value: 'permit', because: null },
    ETREAT: { value: 'permit', because: null },
    MASKED: { value: 'deny', because: null },
  },
  emergencies: new Map(),
  representatives: [],
  allMasked: null,
  masks: new Map(),
  maskedByDefault: null,
  masksFrom: new Map(),
};
