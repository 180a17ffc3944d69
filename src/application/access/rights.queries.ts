import type { ConsentBasis, EmergencySwitch, Grantee, Operation, Permission } from '../../domain/access/access-vocabulary.js';
import type { Ground } from '../../domain/access/receipt.js';
import type { Profession } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import type { SpaceOverview } from '../enrolment/space.queries.js';
import type { HistoryActor, HistoryLine } from '../history/history.queries.js';
import type { DocumentEntry } from '../record/record.queries.js';
import type { Words } from '../record/words.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** Whom a right is about, as he last stated himself in this space; names are null for who never acted there. */
export interface Party {
  readonly kind: Grantee['kind'] | 'REPRESENTATIVE';
  /** National identifier, FINESS number; null for a representative. */
  readonly id: string | null;
  readonly name: string | null;
  readonly profession: (Profession & Words) | null;
  readonly facility: { readonly id: string; readonly name: string } | null;
}
/** By whom and when something was said; null where the history does not show the fact yet. */
export interface Given {
  readonly at: string;
  readonly by: HistoryActor;
  /** Id of the line of the history. */
  readonly line: string;
}
export interface TitledDocument {
  readonly document: string;
  readonly set: string;
  readonly title: string;
}
/** One reason why somebody may see or feed the space, or may not. */
export interface Right {
  readonly kind:
    'ATTENDING_DOCTOR' | 'ADMINISTRATOR' | 'CONSENT' | 'TEMPORARY_ACCESS' | 'EMERGENCY_ACCESS' | 'REPRESENTATIVE' | 'BLOCK' | 'MASK';
  readonly whom: Party;
  /** Of a consent. */
  readonly basis: ConsentBasis | null;
  /** What it allows; nothing for what it takes away. */
  readonly scope: readonly Operation[];
  /** Of a mask: from when. */
  readonly from: string | null;
  /** It ends before this moment; null: until it is taken back. Feeding under a consent does not end with it. */
  readonly until: string | null;
  /** Of a mask: what is masked. */
  readonly document: TitledDocument | null;
  readonly given: Given | null;
  /** When he last looked at the space. */
  readonly lastAccess: string | null;
}
/** Who has access to a space and why, from the facts that decisions rest on. */
export interface Rights {
  readonly rights: readonly Right[];
  readonly switches: readonly { readonly which: EmergencySwitch; readonly value: Permission; readonly given: Given | null }[];
  /** Whether coming documents are masked; null: nothing was ever said. */
  readonly defaultMask: { readonly masked: boolean; readonly given: Given | null } | null;
  /** The last word on everything deposited until then; null: never said. */
  readonly allDocuments: { readonly masked: boolean; readonly given: Given | null } | null;
}
export class ListRights extends SubjectQuery<Rights> {}

/** A mask that is thought of. `whom` null: all health professionals, and no end. `DEFAULT`: every coming document. */
export type MaskWish =
  | {
      readonly kind: 'SETS';
      readonly sets: readonly string[];
      readonly whom: Grantee | null;
      readonly from: Instant | null;
      /** Exclusive; null: until it is lifted. */
      readonly until: Instant | null;
    }
  | { readonly kind: 'ALL' }
  | { readonly kind: 'DEFAULT' };
/** What a mask means for one professional, or for the team of the place of care that it names. */
export interface MaskEffect {
  readonly whom: Party;
  /** Of a place of care: how many of its people ever came. Null of a professional. */
  readonly people: number | null;
  /** Documents he sees without it, and with it; of those the asker sees. */
  readonly before: number;
  readonly after: number;
  readonly loses: readonly TitledDocument[];
  /** Until when (excluded) he loses sight of them; null: of nothing, or until the mask is lifted. */
  readonly until: string | null;
  /** Why he keeps sight of what he keeps; null when he keeps nothing. */
  readonly keepsBecause: Ground | null;
  /** When he last saw one of these documents, within the last twelve months. */
  readonly lastSeen: string | null;
  readonly fr: string;
  readonly en: string;
}
export interface MaskPreview {
  readonly documents: readonly TitledDocument[];
  readonly effects: readonly MaskEffect[];
  /** Whether somebody could still see it in an emergency: the switch `MASKED`. */
  readonly emergency: Words & { readonly possible: boolean };
}
/** Who would lose sight of what, before anything is masked. */
export class PreviewMask extends SubjectQuery<MaskPreview> {
  constructor(
    space: string,
    asking: Asking,
    readonly wish: MaskWish,
  ) {
    super(space, asking);
  }
}

/** The whole of a space at a glance, as this reader may see it. */
export interface Dossier {
  readonly overview: Omit<SpaceOverview, 'revision'>;
  /** By category of the holder's view; the latest five of each. */
  readonly categories: readonly { readonly category: string; readonly count: number; readonly latest: readonly DocumentEntry[] }[];
  readonly rights: Rights;
  /** The last ten lines of the history. */
  readonly lastActivity: readonly HistoryLine[];
}
export class GetDossier extends SubjectQuery<Dossier | null> {}
