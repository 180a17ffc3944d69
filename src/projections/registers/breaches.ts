import { ListBreaches, type BreachLine, type RegisterPage } from '../../application/registers/registers.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { BreachEvent } from '../../domain/registers/breaches.js';
import { nullable, table, type Projection } from '../shared/projection.js';
import { checkPageSize, cursorOf, pageOf, placeOf, UUID } from '../shared/pages.js';

const breaches = table(
  'breach',
  { breach_id: 'uuid' },
  {
    kinds: 'jsonb',
    facts: 'text',
    consequences: 'text',
    measures: 'text',
    people: 'integer',
    aware_since: 'timestamptz',
    notice_due: 'timestamptz',
    risk: nullable('text'),
    notified_on: nullable('timestamptz'),
    authority_reference: nullable('text'),
    reason_for_delay: nullable('text'),
    informed_on: nullable('timestamptz'),
    closed_on: nullable('timestamptz'),
  },
  ['aware_since', 'breach_id'],
);

const untold = { risk: null, notified_on: null, authority_reference: null, reason_for_delay: null, informed_on: null, closed_on: null };

/** The register of breaches: what happened, what was done, who was told when. */
export const breachRegister: Projection<BreachEvent> = {
  name: 'breaches',
  version: 1,
  reads: ['breach'],
  tables: [breaches],
  on: {
    BreachRecorded: ({ event: { kinds, facts, consequences, measures, people, awareSince, noticeDue } }, breach_id) => [
      breaches.put(
        { breach_id },
        {
          kinds: JSON.stringify(kinds),
          facts,
          consequences,
          measures,
          people,
          aware_since: awareSince,
          notice_due: noticeDue,
          ...untold,
        },
      ),
    ],
    BreachJudged: ({ event: { risk } }, breach_id) => [breaches.patch({ breach_id }, { risk })],
    AuthorityNotified: ({ event: { reference, late, reason }, at }, breach_id) => [
      breaches.patch({ breach_id }, { notified_on: at, authority_reference: reference, reason_for_delay: late ? reason : null }),
    ],
    PeopleInformed: ({ at }, breach_id) => [breaches.patch({ breach_id }, { informed_on: at })],
    BreachClosed: ({ at }, breach_id) => [breaches.patch({ breach_id }, { closed_on: at })],
  },
};

/** `late`: told after 72 hours, or not told although they are over at the moment that is asked about ($3), where it must be told or nobody judged yet. */
const LATE = `(CASE WHEN notified_on IS NOT NULL THEN reason_for_delay IS NOT NULL
    ELSE risk IS DISTINCT FROM 'UNLIKELY' AND notice_due <= $3::timestamptz END)`;
const LINES = `SELECT breach_id AS breach, kinds, facts, consequences, measures, people, aware_since AS "awareSince", notice_due AS "noticeDue", risk,
    notified_on AS "notifiedOn", authority_reference AS "authorityReference", reason_for_delay AS "reasonForDelay", informed_on AS "informedOn",
    closed_on AS "closedOn", ${LATE} AS late
  FROM breach
  WHERE ($1::timestamptz IS NULL OR aware_since >= $1) AND ($2::timestamptz IS NULL OR aware_since <= $2)
    AND (NOT $4 OR closed_on IS NULL) AND (NOT $5 OR ${LATE})
    AND ($6::timestamptz IS NULL OR (aware_since, breach_id) < ($6, $7::uuid))
  ORDER BY aware_since DESC, breach_id DESC LIMIT $8`;

type Found = Omit<BreachLine, 'kinds'> & { readonly kinds: string };

export const answerListBreaches = answerTo(
  'ListBreaches',
  ListBreaches,
  async (sql, { filter, page: { first, cursor } }, { moment }): Promise<RegisterPage<BreachLine>> => {
    checkPageSize(first);
    const { from, until, openOnly, lateOnly } = filter;
    const place = placeOf(cursor, UUID);
    const found = await sql<Found>(LINES, from, until, moment, openOnly, lateOnly, place?.at ?? null, place?.id ?? null, first + 1);
    const { shown, last } = pageOf(found, first);
    const lines = shown.map((line) => ({ ...line, kinds: JSON.parse(line.kinds) as readonly string[] }));
    return { lines, next: last ? cursorOf({ at: last.awareSince, id: last.breach }) : null };
  },
);
