import { GetDossier, type Dossier } from '../../application/access/rights.queries.js';
import { EVERY_LINE } from '../../application/history/history.queries.js';
import type { Admission } from '../../application/shared/gate.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import { overviewOf } from '../enrolment/space-overview.js';
import { historyPage } from '../history/history-pages.js';
import { entryOf, shownTo, WHOLE, type Whole } from '../record/document-rows.js';
import { rightsOf } from './rights.js';

const LATEST = 5;
const LAST_LINES = { first: 10, cursor: null, filter: EVERY_LINE };

/** Current documents by category, of those this reader may see; the category of the latest deposit first. */
async function categoriesOf(sql: Sql, space: string | null, admission: Admission): Promise<Dossier['categories']> {
  const rows = await sql<Whole>(
    `SELECT ${WHOLE} FROM document WHERE space_id = $1 AND type_code IS NOT NULL AND NOT (replaced OR archived)
      ORDER BY deposited_at DESC, document_id DESC`,
    space,
  );
  const { viewer } = admission;
  if (viewer === null) return [];
  const seen = shownTo(rows, admission);
  return [...new Set(seen.map(({ category }) => category))].map((category) => {
    const within = seen.filter((row) => row.category === category);
    return { category, count: within.length, latest: within.slice(0, LATEST).map((row) => entryOf(row, viewer, admission)) };
  });
}

export const answerGetDossier = answerTo('GetDossier', GetDossier, async (sql, { space, asking }, admission, secrets) => {
  const found = await overviewOf(sql, space);
  if (found === null) return null;
  const { revision: _ours, ...overview } = found;
  const categories = await categoriesOf(sql, space, admission);
  const rights = await rightsOf(sql, space, { admission, secrets, asOf: asking.asOf });
  const { lines } = await historyPage(sql, space, LAST_LINES, admission, secrets);
  return { overview, categories, rights, lastActivity: lines };
});
