import type { Instant } from '../../domain/shared/time.js';

/** What of an event is opened: nothing that names anybody; what authorities may read; or the chosen events whole, by their own keys. */
export type ExportMode = 'pseudonymised' | 'authority' | 'nominative';

/** Whose events are taken. `space`: id part of its streams, never a handle; `professional`: his national identifier; `indexes`: their leaves, ascending. */
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

/** What is asked for, by whom, on what ground: what the writer of a package starts from. */
export interface ExportOrder {
  readonly id: string;
  readonly mode: ExportMode;
  readonly scope: ExportScope;
  readonly period: ExportPeriod | null;
  /** Stable names of accounts (`nameOf`). */
  readonly requestedBy: string;
  readonly approvedBy: readonly string[];
  readonly legalBasis: string;
  readonly requestedAt: Instant;
  readonly approvedAt: Instant | null;
  /** Age recipient, `age1…`: for whom it is encrypted. */
  readonly recipient: string;
  /** The recipient's own earlier checkpoint (C2SP note), from which consistency is proved; null: none was given. */
  readonly since: string | null;
}

/** What came of it, in figures. */
export interface ExportCounts {
  /** Lines. */
  readonly events: number;
  readonly streams: number;
  /** Lines that open something. */
  readonly opened: number;
  /** Leaves without an event that no certificate explains. */
  readonly missing: number;
}

/** The work was called off. */
export class ExportCancelled extends Error {}
