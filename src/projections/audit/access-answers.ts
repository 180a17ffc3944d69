import {
  ListAccesses,
  ListAccessesBy,
  ListBreakGlass,
  type AccessPage,
  type BreakGlassLine,
  type BreakGlassPage,
} from '../../application/audit/compliance.queries.js';
import type { Secrets } from '../../application/shared/ports.js';
import { answerTo } from '../../application/shared/subject-query.js';
import { noticesPolicy } from '../../domain/notices/notices-policy.js';
import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import type { Outcome } from '../../domain/audit/case-vocabulary.js';
import type { Instant } from '../../domain/shared/time.js';
import { checkPageSize, pageOf } from '../shared/pages.js';
import { accessLineOf, ACCESSES, NARROWED, narrowing, nextOf, type FoundAccess } from './access-lines.js';

function pageFrom(found: readonly FoundAccess[], first: number, secrets: Secrets): AccessPage {
  const { shown, last } = pageOf(found, first);
  return { accesses: shown.map((line) => accessLineOf(line, secrets)), next: nextOf(last, secrets) };
}

export const answerListAccesses = answerTo('ListAccesses', ListAccesses, async (sql, { space, page }, _, secrets) => {
  checkPageSize(page.first);
  const found = await sql<FoundAccess>(`${ACCESSES} WHERE l.space_id = $1 AND ${NARROWED}`, space, ...narrowing(page, secrets));
  return pageFrom(found, page.first, secrets);
});

export const answerListAccessesBy = answerTo('ListAccessesBy', ListAccessesBy, async (sql, { actor, page }, _, secrets) => {
  checkPageSize(page.first);
  const found = await sql<FoundAccess>(`${ACCESSES} WHERE l.actor = $1 AND ${NARROWED}`, actor, ...narrowing(page, secrets));
  return pageFrom(found, page.first, secrets);
});

interface FoundEmergency extends FoundAccess {
  readonly until: Instant | null;
  readonly holder_told: Instant | null;
  readonly doctor_told: Instant | null;
  readonly looks: number;
  readonly case_id: string | null;
  readonly state: 'OPEN' | 'CLOSED';
  readonly due: Instant;
  readonly assignee: string | null;
  readonly outcome: Outcome | null;
}
/** An emergency that followed another one closely was told with it. */
const TOLD = (whom: string): string => `
  (SELECT max(t.at) FROM access_log_told AS t WHERE t.space_id = l.space_id AND 'professional:' || t.professional = l.actor AND t.whom = '${whom}'
      AND t.told_on <= l.at AND t.told_on > l.at - interval '${noticesPolicy.grouping} milliseconds')`;
/** Each mode gives its part of the page: the index of modes leads past the looks of every day, of which there are thousands for each emergency. */
const MODES: Readonly<Record<Exclude<AccessMode, 'normal'>, true>> = { bris_de_glace: true, centre_15: true };
const ofMode = (mode: string): string => `(SELECT l.* FROM access_log AS l WHERE l.kind = $1 AND l.mode = '${mode}' AND ${NARROWED})`;
const EMERGENCIES = `
  SELECT l.*, o.handle, 1 AS times, c.case_id, c.state, c.due, c.outcome, c.assignee_issuer || '|' || c.assignee_sub AS assignee,
         ${TOLD('HOLDER')} AS holder_told, ${TOLD('ATTENDING_DOCTOR')} AS doctor_told,
         (SELECT count(*)::integer FROM access_log AS seen WHERE seen.space_id = l.space_id AND seen.actor = l.actor AND seen.kind = 'LOOK'
             AND seen.mode = l.mode AND seen.at >= l.at AND seen.at <= l.until) AS looks
    FROM (${Object.keys(MODES).map(ofMode).join(' UNION ALL ')}) AS l
    LEFT JOIN space_overview AS o ON o.space_id = l.space_id
    LEFT JOIN review_case AS c ON c.cause = 'BREAK_GLASS' AND c.about_space = l.space_id AND c.access_rev = l.rev
   ORDER BY l.at DESC, l.position DESC LIMIT $8`;

function emergencyOf(found: FoundEmergency, secrets: Secrets, moment: Instant): BreakGlassLine {
  const { id, at, space, who, mode, said } = accessLineOf(found, secrets);
  const { case_id, state, due, assignee, outcome, until, holder_told, doctor_told, looks } = found;
  const review = case_id === null ? null : { case: case_id, state, due, overdue: state === 'OPEN' && due <= moment, assignee, outcome };
  return { id, at, space, who, mode, said, until, holderTold: holder_told, attendingDoctorTold: doctor_told, looks, review };
}

export const answerListBreakGlass = answerTo(
  'ListBreakGlass',
  ListBreakGlass,
  async (sql, { page }, { moment }, secrets): Promise<BreakGlassPage> => {
    checkPageSize(page.first);
    const found = await sql<FoundEmergency>(EMERGENCIES, 'EMERGENCY', ...narrowing({ ...page, kind: null }, secrets));
    const { shown, last } = pageOf(found, page.first);
    return { accesses: shown.map((line) => emergencyOf(line, secrets, moment)), next: nextOf(last, secrets) };
  },
);
