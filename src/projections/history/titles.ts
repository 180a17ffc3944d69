import type { Admission } from '../../application/shared/gate.js';
import type { Sql } from '../../application/shared/subject-query.js';
import { DECIDING, shownTo, type Deciding } from '../record/document-rows.js';

/** A document that a reader may see, as far as a line of a history or a right names it. */
export interface Titled {
  readonly document: string;
  readonly set: string;
  readonly title: string;
}
type Row = Deciding & { readonly title: string };

/** Of these documents and sets, those that still can be read, and by this reader; the newest version first. */
export async function titlesOf(sql: Sql, space: string | null, ids: readonly string[], admission: Admission): Promise<readonly Titled[]> {
  const rows = await sql<Row>(
    `SELECT ${DECIDING}, title FROM document
      WHERE space_id = $1 AND type_code IS NOT NULL AND (document_id = ANY ($2::uuid[]) OR set_id = ANY ($2::uuid[]))
      ORDER BY deposited_at DESC, document_id DESC`,
    space,
    ids,
  );
  return shownTo(rows, admission).map(({ document_id, set_id, title }) => ({ document: document_id, set: set_id, title }));
}

/** Those that are meant by these ids: the document itself, or the newest version of the set. */
export const meantBy = (titled: readonly Titled[], ids: readonly string[]): readonly Titled[] =>
  ids.flatMap((id) => {
    const found = titled.find(({ document }) => document === id) ?? titled.find(({ set }) => set === id);
    return found ? [found] : [];
  });
