import { nothing, type Decider, type Event, type Intent } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { epochOf, instantOf, type Instant } from '../shared/time.js';
import { accessPolicy } from './access-policy.js';
import type { HabilitationMatrix } from './habilitation.js';

/** One row of the file: a profession, `<OID of the code system>|<code>`, and every type and rubric it may read. No type is a row too. */
export interface MatrixRow {
  readonly profession: string;
  readonly allowed: readonly string[];
}
/** What a version says, and from when. */
interface MatrixText {
  readonly appliesFrom: Instant;
  /** `sha256:` and the digest of the file, hex: it goes into a public fact, so it names nobody and says nothing freely. */
  readonly source: string;
  readonly rows: readonly MatrixRow[];
}
interface MatrixVersion extends MatrixText {
  readonly version: number;
}

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `matrix-habilitations`. Who proposed a version and why is encrypted; what then holds for everybody is public (CSP R.1111-46). */
export type MatrixEvent =
  Event<'MatrixVersionProposed', 1, MatrixVersion & { reason: string }> | Event<'MatrixVersionPublished', 1, MatrixVersion>;
export type MatrixCommand =
  /** `known`: the professions, types and rubrics that a version may name now, as the code lists have them. */
  | Intent<'ProposeMatrixVersion', MatrixText & { reason: string; known: { professions: readonly string[]; types: readonly string[] } }>
  | Intent<'PublishMatrixVersion', { version: number }>;

/** The stream is `matrix-habilitations`. */
export const HABILITATIONS = 'habilitations';
/** Rubrics of the health profile that have columns beside the types of documents (domain reference 3.8). */
export const MATRIX_RUBRICS = ['VACCINATIONS', 'CARE_HISTORY', 'WISHES'] as const;

/** A version as decisions read it. */
export const matrixOf = ({ version, rows }: Pick<MatrixVersion, 'version' | 'rows'>): HabilitationMatrix => ({
  version,
  professions: new Set(rows.map(({ profession }) => profession)),
  allowed: new Set(rows.flatMap(({ profession, allowed }) => allowed.map((type) => `${profession} ${type}`))),
});

const after = (at: Instant, milliseconds: number): Instant => instantOf(epochOf(at) + milliseconds);
const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/**
 * From when a published version counts: the moment it names, and never sooner after its publication than every reader needs to hear of it. The first one
 * counts from the moment it names: before it nothing was decided.
 */
export const inForceFrom = ({ version, appliesFrom }: Pick<MatrixVersion, 'version' | 'appliesFrom'>, publishedAt: Instant): Instant =>
  version === 1 ? appliesFrom : later(appliesFrom, after(publishedAt, accessPolicy.matrixPublicationNotice));

type Proposal = Extract<MatrixCommand, { type: 'ProposeMatrixVersion' }>;

const sameCells = (a: HabilitationMatrix, b: HabilitationMatrix): boolean =>
  a.professions.size === b.professions.size &&
  a.allowed.size === b.allowed.size &&
  [...a.professions].every((profession) => b.professions.has(profession)) &&
  [...a.allowed].every((cell) => b.allowed.has(cell));
const sameRows = (a: MatrixText, b: MatrixText): boolean =>
  sameCells(matrixOf({ version: 0, rows: a.rows }), matrixOf({ version: 0, rows: b.rows }));

const hasTwins = (names: readonly string[]): boolean => new Set(names).size < names.length;
const isMalformed = ({ rows, source }: MatrixText): boolean =>
  rows.length === 0 ||
  !/^sha256:[0-9a-f]{64}$/.test(source) ||
  hasTwins(rows.map(({ profession }) => profession)) ||
  rows.some(({ allowed }) => hasTwins(allowed));

const namesUnknown = ({ rows, known }: Proposal): boolean => {
  const [professions, types] = [new Set(known.professions), new Set(known.types)];
  return rows.some(({ profession, allowed }) => !professions.has(profession) || allowed.some((type) => !types.has(type)));
};

function refusalOf(proposal: Proposal, last: MatrixText | undefined, at: Instant): Rejection | null {
  if (isMalformed(proposal)) return reject('invalid', 'access/matrix-malformed');
  if (namesUnknown(proposal)) return reject('invalid', 'access/matrix-code-unknown');
  if (proposal.reason.trim() === '') return reject('invalid', 'access/matrix-reason-needed');
  if (last === undefined) return null;
  if (proposal.appliesFrom < after(at, accessPolicy.matrixNotice)) return reject('invalid', 'access/matrix-too-soon');
  return sameRows(proposal, last) ? reject('conflict', 'access/matrix-unchanged') : null;
}

/** Versions in the order they were proposed; the number is the place, from 1. */
export interface MatrixVersions {
  readonly proposed: readonly MatrixVersion[];
  readonly published: ReadonlySet<number>;
}

/**
 * The versions of the authorisation matrix (*matrice d'habilitations*): proposed by an operator with his reason, published by the software for everybody.
 * The newest version whose moment has come is in force, so a version with an earlier moment also takes the place of one that still waited.
 */
export const habilitations: Decider<MatrixCommand, MatrixVersions, MatrixEvent> = {
  category: 'matrix',
  initial: { proposed: [], published: new Set() },

  decide: {
    ProposeMatrixVersion: (command, { proposed }) => {
      const { at, by, appliesFrom, source, reason, rows } = command;
      const last = proposed.at(-1);
      // The software itself only wishes that there be a version.
      if (last && (by.role === 'system' || (last.appliesFrom === appliesFrom && sameRows(last, command)))) return nothing;
      const refusal = refusalOf(command, last, at);
      if (refusal) return refusal;
      return [{ type: 'MatrixVersionProposed', v: 1, version: proposed.length + 1, appliesFrom, source, reason, rows }];
    },
    PublishMatrixVersion: ({ at, version }, { proposed, published }) => {
      const found = proposed[version - 1];
      if (!found) return reject('not-found', 'access/no-such-matrix-version');
      if (published.has(version)) return nothing;
      // Published late, it counts late: what was decided meanwhile was decided under the version before.
      return [{ type: 'MatrixVersionPublished', v: 1, ...found, appliesFrom: inForceFrom(found, at) }];
    },
  },

  evolve: {
    MatrixVersionProposed: (state, { version, appliesFrom, source, rows }) => ({
      ...state,
      proposed: [...state.proposed, { version, appliesFrom, source, rows }],
    }),
    MatrixVersionPublished: (state, { version }) => ({ ...state, published: new Set([...state.published, version]) }),
  },
};
