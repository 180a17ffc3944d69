import { PreviewMask, type MaskEffect, type MaskPreview, type MaskWish } from '../../application/access/rights.queries.js';
import { englishDay, frenchDay, frenchTime, parisTime } from '../../application/shared/paris-words.js';
import type { Words } from '../../application/record/words.js';
import type { Admission } from '../../application/shared/gate.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import { namesFrom, seenIn, whomIn } from '../history/names.js';
import { reasonInWords } from '../history/reasons.js';
import { words } from '../history/words.js';
import { DECIDING, factsOf, maskedThen, shownTo, type Deciding } from '../record/document-rows.js';
import { candidatesOf, sightOn, teamOf, withMask, type Candidate, type Sighted } from './mask-effect.js';
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

const untilInWords = (until: Instant | null): Words =>
  until === null
    ? words('', '')
    : words(` jusqu’au ${frenchDay(until)} à ${frenchTime(until)}`, ` until ${englishDay(until)}, ${parisTime(until)} (Paris)`);
const teamInWords = (name: Words, people: number): Words => {
  const known = many(people, ['personne déjà venue', 'personnes déjà venues'], ['person who ever came', 'people who ever came']);
  return words(`L’équipe « ${name.fr} » (${known.fr})`, `The team of ${name.en} (${known.en})`);
};

function inWords(name: Words, { before, loses, keeps, ground }: Sighted, lastSeen: Instant | null, until: Instant | null) {
  if (loses.length > 0) {
    const [lost, end] = [documentsInWords(loses.length), untilInWords(until)];
    return words(`${name.fr} perdra de vue ${lost.fr}${end.fr}.`, `${name.en} will lose sight of ${lost.en}${end.en}.`);
  }
  if (before === 0 && lastSeen === null) return words(`${name.fr} n’en voit rien.`, `${name.en} sees nothing of it.`);
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

const titledAs = ({ document_id, set_id, title }: Row) => ({ document: document_id, set: set_id, title });

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
  const documents = rows.map((row) => maskedThen(row, factsOf(row, moment)));
  const compared = withMask(wish, documents, admission.then, at);
  const end = wish.kind === 'SETS' ? wish.until : null;
  const effectOf = ({ whom, as, people }: Candidate): MaskEffect | null => {
    const sighted = sightOn(compared, as, law);
    const lastSeen = latestOf(as.map(({ id }) => saw.get(id)));
    // The place that is named has its line in any case: that nobody of it was ever here is what the holder wants to know.
    if (people === null && sighted.before === 0 && lastSeen === null) return null;
    const name = people === null ? whomIn(names)(whom) : teamInWords(whomIn(names)(whom), people);
    const { before, loses, keeps, ground } = sighted;
    return {
      whom: partyOf(whom, names),
      people,
      before,
      after: keeps.length,
      loses: rows.filter(({ document_id }) => loses.includes(document_id)).map(titledAs),
      until: loses.length > 0 ? end : null,
      keepsBecause: ground,
      lastSeen,
      ...inWords(name, sighted, lastSeen, end),
    };
  };
  return {
    documents: rows.map(titledAs),
    effects: [...teamOf(wish, seen), ...candidatesOf(compared, seen, saw, since)].flatMap((one) => effectOf(one) ?? []),
    emergency: emergencyOf(admission),
  };
});

const latestOf = (instants: readonly (Instant | undefined)[]): Instant | null =>
  instants.reduce<Instant | null>((last, one) => (one !== undefined && (last === null || one > last) ? one : last), null);

/** Twelve months of 365 days: only who is listed depends on it. */
const YEAR_MS = 365 * 24 * 3_600_000;
const yearBefore = (at: Instant): Instant => instantOf(epochOf(at) - YEAR_MS);
