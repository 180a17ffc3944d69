import type {
  AppliedLaw,
  DocumentOutline,
  ForeseenDecision,
  ForeseenInterval,
  PossibleReader,
} from '../../application/replay/could-see.queries.js';
import type { Foresight } from '../../domain/access/could-see.js';
import { POLICY_VERSION } from '../../domain/access/policy-version.js';
import { categoryOf } from '../../domain/shared/fact.js';
import type { Period } from '../../application/replay/foresights.js';
import type { MatrixInForce } from '../../application/access/matrices.js';
import { shownReceipt, type Reading } from '../history/history-lines.js';
import type { Stretch } from './foresee.js';
import type { Asked } from './readers.js';
import type { KnownDocument } from './timeline.js';

type Showing = Pick<Reading, 'secrets' | 'space'>;

/** A decision with its receipt in words, and the lines of the history that it rests on. */
export function shownForesight(
  { outcome, receipt, missing, possible }: Foresight,
  document: KnownDocument | null,
  showing: Showing,
): ForeseenDecision {
  const veil = document !== null && categoryOf(document.stream) === 'veil' ? document.stream : null;
  return { outcome, receipt: receipt && shownReceipt(receipt, veil, showing), missing, possible };
}

/** Stretches of one answer, as they are shown. */
export const intervalsOf = (stretches: readonly Stretch[], showing: Showing): readonly ForeseenInterval[] =>
  stretches.map(({ from, until, foresight, document }) => ({ from, until, ...shownForesight(foresight, document, showing) }));

/** Readers who were answered alike, as one. */
export function readerOf(asked: readonly Asked[]): PossibleReader {
  const [{ reader }] = asked as readonly [Asked, ...Asked[]];
  return { ...reader, professions: asked.flatMap((one) => one.reader.professions) };
}

/** A document without anything that it says. */
export function outlineOf({ facts, described }: KnownDocument): DocumentOutline {
  const { document, set, status, depositedAt, typeCode, category } = facts;
  return { document, set, status, depositedAt, typeCode: described ? typeCode : null, category: described ? category : null };
}

/** Versions in force within the period, the first one from before it, and what else was applied. */
export function lawOf(versions: readonly MatrixInForce[], { from, until }: Period): AppliedLaw {
  const first = versions.findLast((version) => version.from <= from);
  const later = versions.filter((version) => from < version.from && version.from < until);
  return {
    matrix: [...(first ? [first] : []), ...later].map(({ from: since, matrix }) => ({ version: matrix.version, from: since })),
    policy: POLICY_VERSION,
    caveat: {
      fr: `Matrice et faits de cette date ; règles de décision dans leur version d’aujourd’hui (${POLICY_VERSION}).`,
      en: `Matrix and facts of that date; the rules of the decision in the version of today (${POLICY_VERSION}).`,
    },
  };
}
