import { PreviewMask, type MaskEffect, type MaskPreview, type MaskWish } from '../../application/access/rights.queries.js';
import type { Admission } from '../../application/shared/gate.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import { namesFrom, seenIn, whomIn } from '../history/names.js';
import { reasonInWords } from '../history/reasons.js';
import { words } from '../history/words.js';
import { DECIDING, factsOf, shownTo, type Deciding } from '../record/document-rows.js';
import { candidatesOf, sightOn, withMask, type Candidate, type Sighted } from './mask-effect.js';
import { partyOf } from './rights.js';

type Row = Deciding & { readonly title: string };

/** The newest versions that are meant, of those the asker sees. */
async function meant(sql: Sql, space: string | null, wish: MaskWish, admission: Admission): Promise<readonly Row[]> {
  const rows = await sql<Row>(
    `SELECT ${DECIDING}, title FROM document
      WHERE space_id = $1 AND type_code IS NOT NULL AND NOT replaced AND ($2::uuid[] IS NULL OR set_id = ANY ($2))
      ORDER BY deposited_at DESC, document_id DESC`,
    space,
    wish.kind === 'SETS' ? wish.sets : null,
  );
  return shownTo(rows, admission);
}

/** Who opened one of these within the last twelve months, and when the last time. */
async function whoSaw(sql: Sql, space: string | null, documents: readonly string[], since: Instant): Promise<ReadonlyMap<string, Instant>> {
  const rows = await sql<{ readonly professional_id: string; readonly last: Instant }>(
    `SELECT professional_id, max(at) AS last FROM activity_line
      WHERE space_id = $1 AND lane = 'ACCESS' AND professional_id IS NOT NULL AND at >= $3 AND details ->> 'document' = ANY ($2::text[])
      GROUP BY professional_id`,
    space,
    documents,
    since,
  );
  return new Map(rows.map(({ professional_id, last }) => [professional_id, last]));
}

const many = (count: number, fr: readonly [string, string], en: readonly [string, string]) =>
  words(`${count} ${fr[count === 1 ? 0 : 1]}`, `${count} ${en[count === 1 ? 0 : 1]}`);
const documentsInWords = (count: number) => many(count, ['document', 'documents'], ['document', 'documents']);

function inWords(name: { readonly fr: string; readonly en: string }, { loses, keeps, ground }: Sighted) {
  if (loses.length > 0) {
    const lost = documentsInWords(loses.length);
    return words(`${name.fr} perdra de vue ${lost.fr}.`, `${name.en} will lose sight of ${lost.en}.`);
  }
  if (ground === null) return words(`${name.fr} ne voit déjà plus ce document.`, `${name.en} already sees it no more.`);
  const [kept, why] = [documentsInWords(keeps.length), reasonInWords(ground)];
  return words(`${name.fr} verra encore ${kept.fr} : ${why.fr}.`, `${name.en} will still see ${kept.en}: ${why.en}.`);
}

const emergencyOf = ({ facts: { switches } }: Admission): MaskPreview['emergency'] =>
  switches.MASKED.value === 'permit'
    ? {
        possible: true,
        ...words('Un accès en urgence montrera aussi ce qui est masqué.', 'An emergency access will show what is masked too.'),
      }
    : {
        possible: false,
        ...words('Ce qui est masqué le restera aussi en urgence.', 'What is masked stays masked in an emergency too.'),
      };

export const answerPreviewMask = answerTo('PreviewMask', PreviewMask, async (sql, { space, wish }, admission): Promise<MaskPreview> => {
  const rows = await meant(sql, space, wish, admission);
  const seen = await seenIn(sql, space, null, null);
  const { law, at, moment } = admission;
  const since = yearBefore(at);
  const saw = await whoSaw(
    sql,
    space,
    rows.map(({ document_id }) => document_id),
    since,
  );
  const names = namesFrom(seen);
  const compared = withMask(
    wish,
    rows.map((row) => factsOf(row, moment)),
    admission.then,
    at,
  );
  const effectOf = ({ id, as }: Candidate): MaskEffect | null => {
    const sighted = sightOn(compared, as, law);
    const lastSeen = saw.get(id) ?? null;
    if (sighted.before === 0 && lastSeen === null) return null;
    const { before, loses, keeps, ground } = sighted;
    const lost = rows.filter(({ document_id }) => loses.includes(document_id));
    return {
      whom: partyOf({ kind: 'PROFESSIONAL', id }, names),
      before,
      after: keeps.length,
      loses: lost.map(({ document_id, set_id, title }) => ({ document: document_id, set: set_id, title })),
      keepsBecause: ground,
      lastSeen,
      ...inWords(whomIn(names)({ kind: 'PROFESSIONAL', id }), sighted),
    };
  };
  return {
    documents: rows.map(({ document_id, set_id, title }) => ({ document: document_id, set: set_id, title })),
    effects: candidatesOf(compared, seen, saw, since).flatMap((one) => effectOf(one) ?? []),
    emergency: emergencyOf(admission),
  };
});

/** Twelve months of 365 days: only who is listed depends on it. */
const YEAR_MS = 365 * 24 * 3_600_000;
const yearBefore = (at: Instant): Instant => instantOf(epochOf(at) - YEAR_MS);
