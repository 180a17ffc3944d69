import { DocumentReads, type DocumentPlace, type Reading } from '../../application/record/document-reads.js';
import { ListDocuments } from '../../application/record/list-documents.js';
import type { DocumentEntry, DocumentPage } from '../../application/record/record.queries.js';
import type { Admission } from '../../application/shared/gate.js';
import { Clock } from '../../application/shared/ports.js';
import { answerTo, ReadModels, type AskedMoment, type Sql } from '../../application/shared/subject-query.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { checkPageSize, cursorOf, isBehind, pageOf, placeOf, UUID, type Place } from '../shared/pages.js';
import { DECIDING, entryOf, placeOf as whereaboutsOf, shownTo, WHOLE, type Deciding, type Whole } from './document-rows.js';

/** Where the page before ended: the last document that was shown, never one that was not. */
function placeIn(documents: readonly Deciding[], cursor: string | null): number {
  const before = placeOf(cursor, UUID);
  if (before === null) return 0;
  const next = documents.findIndex((one) => isBehind(orderOf(one), before));
  return next < 0 ? documents.length : next;
}
const orderOf = ({ deposited_at, document_id }: Deciding): Place => ({ at: deposited_at, id: document_id });

/** Whatever is masked or hidden, the same two statements run: one over the documents of the space, one for the page. */
export async function documentPage(
  sql: Sql,
  { space, filter, page }: Pick<ListDocuments, 'space' | 'filter' | 'page'>,
  admission: Admission,
): Promise<DocumentPage> {
  const { first, cursor } = page;
  checkPageSize(first);
  const { viewer } = admission;
  const { category, typeCode, title, from, until, all } = filter;
  const found = await sql<Deciding>(
    `SELECT ${DECIDING} FROM document
      WHERE space_id = $1 AND type_code IS NOT NULL AND ($2::text IS NULL OR category = $2) AND ($3::text IS NULL OR type_code = $3)
        AND ($4::text IS NULL OR position(lower($4) in lower(title)) > 0)
        AND ($5::timestamptz IS NULL OR deposited_at >= $5) AND ($6::timestamptz IS NULL OR deposited_at < $6)
        AND ($7 OR NOT (replaced OR archived))
      ORDER BY deposited_at DESC, document_id DESC`,
    space,
    category,
    typeCode,
    title,
    from,
    until,
    all,
  );
  const seen = shownTo(found, admission);
  const start = placeIn(seen, cursor);
  const { shown, last } = pageOf(seen.slice(start), first);
  const entries = await wholeOf(sql, shown);
  return {
    documents: viewer === null ? [] : entries.map((row) => entryOf(row, viewer, admission)),
    next: last ? cursorOf(orderOf(last)) : null,
    total: seen.length,
  };
}

export const answerListDocuments = answerTo('ListDocuments', ListDocuments, documentPage);

async function wholeOf(sql: Sql, rows: readonly Deciding[]): Promise<readonly Whole[]> {
  return sql<Whole>(
    `SELECT ${WHOLE} FROM document WHERE document_id = ANY ($1::uuid[]) ORDER BY deposited_at DESC, document_id DESC`,
    rows.map(({ document_id }) => document_id),
  );
}

/** Single documents from the read model; the past too. */
export class TableDocumentReads extends DocumentReads {
  constructor(
    private readonly tables: ReadModels,
    private readonly clock: Clock,
  ) {
    super();
  }

  async placeOf(space: string, document: string, asking: AskedMoment = {}): Promise<DocumentPlace | null> {
    const moment = asking.asOf ?? this.clock.now();
    const row = await this.tables.ask(space, asking, { viewer: 'GATE', actor: '', moment }, (sql) => oneOrAnother(sql, space, document));
    const place = row && whereaboutsOf(row, moment);
    return place?.facts.document === document ? place : null;
  }

  async streamOf(space: string, document: string): Promise<StreamName | null> {
    const sight = { viewer: 'GATE', actor: '', moment: this.clock.now() } as const;
    const row = await this.tables.ask(space, {}, sight, (sql) => whereItLies(sql, space, document));
    return row?.document_id === document ? row.stream : null;
  }

  async entryOf(space: string, document: string, { asking, sight, admission }: Reading): Promise<DocumentEntry | null> {
    const row = await this.tables.ask(space, asking, sight, (sql) => one(sql, space, document));
    return row && admission.viewer ? entryOf(row, admission.viewer, admission) : null;
  }
}

/**
 * The row of this document; where the space has none, some other of its rows, which is fetched, read and then thrown away: so that finding what will be
 * refused takes no longer than finding nothing.
 */
async function oneOrAnother(sql: Sql, space: string, document: string): Promise<Whole | null> {
  const found = await sql<Whole>(
    `SELECT ${WHOLE} FROM document WHERE document_id = coalesce(
       (SELECT document_id FROM document WHERE space_id = $1 AND document_id = $2 AND type_code IS NOT NULL),
       (SELECT document_id FROM document WHERE space_id = $1 AND type_code IS NOT NULL LIMIT 1))`,
    space,
    document,
  );
  return found[0] ?? null;
}

/** What it is and says may be gone with its key; some other row as above. */
async function whereItLies(sql: Sql, space: string, document: string): Promise<Pick<Whole, 'document_id' | 'stream'> | null> {
  const found = await sql<Pick<Whole, 'document_id' | 'stream'>>(
    `SELECT document_id, stream FROM document WHERE document_id = coalesce(
       (SELECT document_id FROM document WHERE space_id = $1 AND document_id = $2),
       (SELECT document_id FROM document WHERE space_id = $1 LIMIT 1))`,
    space,
    document,
  );
  return found[0] ?? null;
}

async function one(sql: Sql, space: string, document: string): Promise<Whole | null> {
  const found = await sql<Whole>(
    `SELECT ${WHOLE} FROM document WHERE space_id = $1 AND document_id = $2 AND type_code IS NOT NULL`,
    space,
    document,
  );
  return found[0] ?? null;
}
