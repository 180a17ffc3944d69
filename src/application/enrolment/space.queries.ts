import type { Instant } from '../../domain/shared/time.js';
import type { Hindrance, SpaceStatus } from '../../domain/enrolment/space-vocabulary.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** A date as a person reads it and as a machine does: the last day counts ("inclus"), in Paris. */
export interface LegalDate {
  /** `vendredi 1 janvier 2027 (inclus)` */
  readonly fr: string;
  /** `Friday 1 January 2027 (included)` */
  readonly en: string;
  /** Last instant that counts, with the Paris offset: `2027-01-01T23:59:59.999+01:00[Europe/Paris]`. */
  readonly iso: string;
}

export interface SpaceOverview {
  /** The space handle. */
  readonly space: string;
  readonly status: SpaceStatus;
  readonly statusSince: string;
  readonly channel: 'EMAIL' | 'POST' | null;
  /** Until when one may oppose; null when nothing was sent or nothing is left to oppose. */
  readonly opposableUntil: LegalDate | null;
  /** When the space opens by itself, unless somebody opposes. */
  readonly opensOn: LegalDate | null;
  readonly codeExpires: LegalDate | null;
  /** Until when a closed space can be brought back with all it held. */
  readonly archivedUntil: LegalDate | null;
  /** From when on its content is destroyed, because its holder asked for it; until then the wish can be taken back. */
  readonly erasedFrom: LegalDate | null;
  readonly hindrance: 'NONE' | Hindrance;
  /** Versions accepted, and whether newer ones wait. */
  readonly terms: { readonly conditions: string; readonly privacy: string } | null;
  readonly shouldAcceptTerms: boolean;
  /** Revision of the space stream these rows reflect: basis of If-Match, never shown. */
  readonly revision: number;
}

/** How a closure looks before it is done: what is lost from sight, what stays, what can be undone and until when. */
export interface ClosurePreview {
  readonly space: string;
  readonly possible: boolean;
  readonly archivedUntil: LegalDate;
  readonly consequences: readonly { readonly fr: string; readonly en: string }[];
}

export class GetSpaceOverview extends SubjectQuery<SpaceOverview | null> {}
/** The 3422 agent looks somebody up; what he sees is the overview. */
export class FindSpaceByIdentity extends SubjectQuery<SpaceOverview | null> {}
export class PreviewClosure extends SubjectQuery<ClosurePreview | null> {
  constructor(
    space: string,
    asking: Asking,
    readonly now: Instant,
  ) {
    super(space, asking);
  }
}
/** The spaces bound to the account that asks. */
export class ListMySpaces extends SubjectQuery<readonly SpaceOverview[]> {
  constructor(asking: Asking) {
    super(null, asking);
  }
}
