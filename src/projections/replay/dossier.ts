import type { DossierState, StateValue } from '../../application/replay/replay.queries.js';
import type { Admission } from '../../application/shared/gate.js';
import type { Secrets } from '../../application/shared/ports.js';
import type { Sql } from '../../application/shared/subject-query.js';
import { maskOf } from '../../domain/access/decide-document.js';
import type { AccessFacts } from '../../domain/access/facts.js';
import type { DocumentContent } from '../../domain/record/document-vocabulary.js';
import type { Instant } from '../../domain/shared/time.js';
import { rightsOf } from '../access/rights.js';
import { overviewOf } from '../enrolment/space-overview.js';
import { codesOf, DECIDING, factsOf, type Deciding } from '../record/document-rows.js';
import { overviewPart, rightsParts, stateOf } from './state.js';

/** A moment of a dossier whose facts lie in these tables. */
export interface DossierMoment {
  readonly sql: Sql;
  readonly space: string;
  readonly access: AccessFacts;
  readonly at: Instant;
  readonly admission: Admission;
  readonly secrets: Secrets;
}
interface Outlined extends Omit<Deciding, 'type_code' | 'category' | 'author_ids'> {
  readonly type_code: string | null;
  readonly category: string | null;
  readonly author_ids: string | null;
  readonly version: number;
  readonly depositor: string;
  readonly deposited_by: string | null;
  readonly content: string | null;
}

/** That a document is there, of which kind, how it is kept from whom: no title, nothing that it says. */
function documentPart(row: Outlined, { access, at }: DossierMoment): readonly [string, Readonly<Record<string, StateValue>>] {
  const { type_code, category, author_ids, ...rest } = row;
  const facts = factsOf({ ...rest, type_code: type_code ?? '', category: category ?? '', author_ids: author_ids ?? '[]' }, at);
  const { mediaType, size } = row.content === null ? { mediaType: null, size: null } : (JSON.parse(row.content) as DocumentContent);
  return [
    `documents/${row.document_id}`,
    {
      ...{ set: row.set_id, version: row.version, status: facts.status, typeCode: type_code, category, mediaType, size },
      ...{ depositedAt: row.deposited_at, depositor: row.depositor, depositedBy: row.deposited_by },
      confidentiality: codesOf(maskOf(facts, access).masked, facts).join(' '),
    },
  ];
}

/** The dossier of this moment as a controller sees it, from the answers of the read models. Empty while nothing is known of the space. */
export async function dossierAt(moment: DossierMoment): Promise<DossierState> {
  const { sql, space, access, at, admission, secrets } = moment;
  const overview = await overviewOf(sql, space);
  if (overview === null) return {};
  const documents = await sql<Outlined>(
    `SELECT ${DECIDING}, version, depositor, deposited_by, content FROM document WHERE space_id = $1 ORDER BY deposited_at, document_id`,
    space,
  );
  const asked = { ...admission, facts: access, then: access, viewer: null, moment: at, at };
  const rights = await rightsOf(sql, space, { admission: asked, secrets, asOf: at });
  return stateOf([overviewPart(overview), ...documents.map((row) => documentPart(row, moment)), ...rightsParts(rights)]);
}
