import type { Event, Intent } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';
import type { HabilitationMatrix } from './habilitation.js';

/** One row of the file: a profession, `<OID of the code system>|<code>`, and every type and rubric it may read. No type is a row too. */
export interface MatrixRow {
  readonly profession: string;
  readonly allowed: readonly string[];
}

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `matrix-habilitations`. Who proposed a version and why is encrypted; what then holds for everybody is public (CSP R.1111-46). */
export type MatrixEvent =
  | Event<'MatrixVersionProposed', 1, { version: number; appliesFrom: Instant; source: string; reason: string; rows: readonly MatrixRow[] }>
  | Event<'MatrixVersionPublished', 1, { version: number; appliesFrom: Instant; source: string; rows: readonly MatrixRow[] }>;
export type MatrixCommand =
  | Intent<'ProposeMatrixVersion', { appliesFrom: Instant; source: string; reason: string; rows: readonly MatrixRow[] }>
  | Intent<'PublishMatrixVersion', { version: number }>;

/** A published version as decisions read it. */
export const matrixOf = ({ version, rows }: { readonly version: number; readonly rows: readonly MatrixRow[] }): HabilitationMatrix => ({
  version,
  professions: new Set(rows.map(({ profession }) => profession)),
  allowed: new Set(rows.flatMap(({ profession, allowed }) => allowed.map((type) => `${profession} ${type}`))),
});
