import type { Event } from '../shared/decider.js';
import type { DestructionGround, DestructionScope } from '../shared/destruction-ground.js';
import type { LocalDate } from '../shared/time.js';

/** Number of the events of one stream and digest of their leaf hashes: enough to recognise them, nothing to find them by. */
export interface CertifiedPart {
  readonly events: number;
  /** SHA-256 over the 32-byte leaf hashes in the order of revisions, base64url. */
  readonly digest: string;
}

/**
 * What is written of destructions in audit streams. `SpaceDestroyed` is clear: the certificate, without any id of a space or a person; the parts are in the
 * order of their digests, so that not even the kinds of streams show; `askedOn` is the Paris day on which the holder asked, null where nobody did, and always null
 * for traces. `ArchiveOpened`: keys of an archive were used, by whom and why.
 * `SealHeadPublished` is clear: at the end of a day in Paris and when an export begins, size and root of the sealed log, and number and root of the map of all stream heads there.
 * `StoreRestored`: the store was brought back from a backup, and what had been destroyed since was destroyed again.
 */
// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
export type AuditEvent =
  | Event<
      'SpaceDestroyed',
      2,
      {
        ground: DestructionGround;
        /** Null: not recorded, before version 2. */ scope: DestructionScope | null;
        askedOn: LocalDate | null;
        parts: readonly CertifiedPart[];
      }
    >
  | Event<'ArchiveOpened', 1, { space: string; reason: OpeningReason; reference: string }>
  | Event<'SealHeadPublished', 1, { day: LocalDate; size: number; root: string; streams: number; heads: string }>
  | Event<'StoreRestored', 1, { destroyedAgain: number }>;

/**
 * Why an archive may be opened: to destroy it, to take back a document that does not belong there, for heirs or experts (CSP L.1111-18), or by order of
 * a judge.
 */
export type OpeningReason = 'DESTRUCTION' | 'MISFILED' | 'HEIRS' | 'EXPERTISE' | 'JUDICIAL_ORDER';
