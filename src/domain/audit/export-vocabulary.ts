import type { Event, Intent } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';

/** What of an event is opened: nothing that names anybody; what authorities may read; or exactly the chosen events, whole. */
export type ExportMode = 'pseudonymised' | 'authority' | 'nominative';

/** Whose events. `space`: id part of its streams; `professional`: his national identifier; `indexes`: places in the sealed log, ascending, each once. */
export type ExportScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'period' }
  | { readonly kind: 'space'; readonly space: string }
  | { readonly kind: 'professional'; readonly professional: string }
  | { readonly kind: 'events'; readonly indexes: readonly number[] };

/** Written from `from` to before `until`. */
export interface ExportPeriod {
  readonly from: Instant;
  readonly until: Instant;
}

/** What is asked for, and on what ground. */
export interface ExportWish {
  readonly mode: ExportMode;
  readonly scope: ExportScope;
  /** Absent: whenever it was written. */
  readonly period?: ExportPeriod;
  /** Age recipient (X25519), `age1…`: only its owner can open the package. */
  readonly recipient: string;
  /** Article of law, or the reference of an order. */
  readonly legalBasis: string;
  readonly reason: string;
  /** The recipient's own earlier checkpoint (C2SP note), from which consistency is proved. */
  readonly since?: string;
}

/** Figures of a package. */
export interface ExportFigures {
  readonly events: number;
  readonly streams: number;
  readonly opened: number;
  /** Leaves without an event that no certificate explains. */
  readonly missing: number;
}

/** What came of one attempt. */
export interface ExportResult {
  readonly attempt: string;
  /** Name of the folder in the package, and of the files beside it. */
  readonly name: string;
  /** SHA-256 of the tar, hex. */
  readonly sha256: string;
  /** SHA-256 of the encrypted file, hex, and its bytes. */
  readonly archive: string;
  readonly size: number;
  readonly counts: ExportFigures;
  /** Size and root (base64) of the log it was built on. */
  readonly log: { readonly size: number; readonly root: string };
}

/** Why a package could not be made: the recipient's checkpoint is not one of this log, for good; or too many processes died over it, until somebody goes on. */
export type ExportFailure = 'STRANGE_CHECKPOINT' | 'TOO_MANY_ATTEMPTS';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `export-<id>`: an export of the log, from the wish to the last download. `by`: `nameOf` the account. */
export type ExportEvent =
  | Event<'ExportRequested', 1, ExportWish & { by: string; expiresAt: Instant }>
  /** `complete`: nothing more is needed. */
  | Event<'ExportApproved', 1, { by: string; complete: boolean }>
  | Event<'ExportRefused', 1, { by: string; reason: string }>
  | Event<'ExportCancelled', 1, { by: string }>
  | Event<'ExportExpired', 1>
  /** A process begins; whatever was begun before counts no more. */
  | Event<'ExportStarted', 1, { attempt: string }>
  /** `keptUntil`: from then on the package is removed; null: version 1 did not say, and it is as long after the fact. */
  | Event<'ExportGenerated', 2, ExportResult & Pick<ExportWish, 'recipient' | 'scope' | 'mode'> & { keptUntil: Instant | null }>
  | Event<'ExportFailed', 1, { failure: ExportFailure }>
  /** What the attempts died of is mended: the approvals stand, and it is made after all. */
  | Event<'ExportResumed', 1, { by: string }>
  | Event<'ExportDownloaded', 1, { by: string }>
  /** The package does not lie here any more. `by`: who wished it; null: its time was over. */
  | Event<'ExportRemoved', 1, { by: string | null }>;

export type ExportCommand =
  | Intent<'RequestExport', ExportWish>
  | Intent<'ApproveExport'>
  | Intent<'RefuseExport', { reason: string }>
  | Intent<'CancelExport'>
  | Intent<'ExpireExport'>
  | Intent<'StartExport', { attempt: string }>
  | Intent<'CompleteExport', ExportResult>
  | Intent<'FailExport', { failure: ExportFailure }>
  | Intent<'ResumeExport'>
  | Intent<'DownloadExport'>
  | Intent<'RemoveExport'>;

/** What stands of an export that was requested. */
interface Asked {
  readonly wish: ExportWish;
  readonly requestedBy: string;
  readonly expiresAt: Instant;
  readonly approvedBy: readonly string[];
}
export type ExportStatus = 'REQUESTED' | 'APPROVED' | 'RUNNING' | 'GENERATED' | 'REFUSED' | 'CANCELLED' | 'EXPIRED' | 'FAILED' | 'REMOVED';
export type ExportState =
  | { readonly status: 'NONE' }
  | (Asked & { readonly status: Exclude<ExportStatus, 'RUNNING' | 'GENERATED' | 'FAILED'> })
  | (Asked & { readonly status: 'FAILED'; readonly failure: ExportFailure })
  | (Asked & { readonly status: 'RUNNING'; readonly attempt: string; readonly attempts: number })
  | (Asked & { readonly status: 'GENERATED'; readonly result: ExportResult; readonly keptUntil: Instant | null });
export type RequestedExport = Exclude<ExportState, { status: 'NONE' }>;
