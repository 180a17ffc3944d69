import { GetServices, type ReleaseLine } from '../../application/registers/services.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';

const PARTY = `CASE role WHEN 'professional' THEN 'PROFESSIONAL' WHEN 'facility' THEN 'FACILITY_SOFTWARE' WHEN 'insurer' THEN 'INSURER' ELSE 'HOLDER' END`;
/** Whoever is no part of the service, and the person who takes a copy of his own data away. */
const SHOWN = `SELECT ${PARTY} AS party, 'OUT' AS direction, action AS what, reason AS purpose, at
    FROM access_log WHERE kind = 'LOOK' AND (role IN ('professional', 'facility', 'insurer') OR (role = 'person' AND action = 'DownloadCopy'))`;
/** When it was fetched: one that was made and lies there was given to nobody. */
const EXPORTED = `SELECT 'AUTHORITY', 'OUT', e.mode, e.legal_basis, a.at FROM account_act AS a JOIN export AS e ON a.stream = 'export-' || e.export_id
    WHERE a.what = 'ExportDownloaded'`;
const TOLD = `SELECT 'ATTENDING_DOCTOR', 'OUT', 'EMERGENCY_ACCESS', NULL, told_on FROM access_log_told WHERE whom = 'ATTENDING_DOCTOR'`;
const BROUGHT = `SELECT ${PARTY}, 'IN', what, NULL, at FROM account_act WHERE kind = 'ACT' AND role IN ('professional', 'facility', 'insurer')
    AND space_id IS NOT NULL`;
const RELEASES = `SELECT party, direction, what, purpose, count(*)::float8 AS count, min(at) AS first, max(at) AS last
  FROM (${SHOWN} UNION ALL ${EXPORTED} UNION ALL ${TOLD} UNION ALL ${BROUGHT}) AS passed
  GROUP BY party, direction, what, purpose ORDER BY party, direction, what, purpose NULLS FIRST`;

export const answerGetServices = answerTo('GetServices', GetServices, async (sql): Promise<readonly ReleaseLine[]> =>
  sql<ReleaseLine>(RELEASES),
);
