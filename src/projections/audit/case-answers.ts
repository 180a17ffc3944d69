import {
  GetReviewCase,
  ListReviewCases,
  type AlertView,
  type ReviewCaseFile,
  type ReviewCasePage,
  type ReviewCaseView,
  type ReviewStepView,
} from '../../application/audit/compliance.queries.js';
import type { Secrets } from '../../application/shared/ports.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import type { AlertRule } from '../../domain/audit/alert-rules.js';
import type { Outcome } from '../../domain/audit/case-vocabulary.js';
import type { Actor } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import { checkPageSize, pageOf } from '../shared/pages.js';
import { accessId, nextOf, placeBehind } from './access-lines.js';

interface FoundCase {
  readonly case_id: string;
  readonly position: bigint;
  readonly opened_at: Instant;
  readonly cause: ReviewCaseView['cause'];
  readonly reason: string | null;
  readonly rule: AlertRule | null;
  readonly rules: number;
  readonly measured: number;
  readonly most: number;
  readonly accesses: string;
  readonly actor: string;
  readonly handle: string | null;
  readonly state: 'OPEN' | 'CLOSED';
  readonly due: Instant;
  readonly assignee_issuer: string | null;
  readonly assignee_sub: string | null;
  readonly outcome: Outcome | null;
  readonly closed_at: Instant | null;
}

function alertOf({ rule, rules, measured, most, accesses }: FoundCase, secrets: Secrets): AlertView | null {
  if (rule === null) return null;
  return { rule, rules, measured, most, accesses: (JSON.parse(accesses) as string[]).map((place) => accessId(secrets, place)) };
}
function viewOf(found: FoundCase, secrets: Secrets, now: Instant): ReviewCaseView {
  const { case_id, opened_at, cause, reason, actor, handle, state, due, assignee_issuer, assignee_sub, outcome, closed_at } = found;
  return {
    ...{ case: case_id, openedAt: opened_at, cause, reason, actor, space: handle, state, due, outcome, closedAt: closed_at },
    alert: alertOf(found, secrets),
    overdue: state === 'OPEN' && due <= now,
    assignee: assignee_issuer === null ? null : `${assignee_issuer}|${assignee_sub}`,
  };
}

const CASES = 'SELECT c.*, o.handle FROM review_case AS c LEFT JOIN space_overview AS o ON o.space_id = c.about_space';
const NARROWED = `
   WHERE ($1::text IS NULL OR c.state = $1) AND ($2::text IS NULL OR c.cause = $2) AND ($3::text IS NULL OR c.rule = $3)
     AND ($4::timestamptz IS NULL OR (c.state = 'OPEN' AND c.due <= $4)) AND ($5::text IS NULL OR c.assignee_issuer || '|' || c.assignee_sub = $5)
     AND (c.opened_at, c.position) < ($6::timestamptz, $7::bigint)
   ORDER BY c.opened_at DESC, c.position DESC LIMIT $8`;
const accountOf = (actor: Actor): string => ('subject' in actor ? `${actor.subject.issuer}|${actor.subject.sub}` : '');

export const answerListReviewCases = answerTo(
  'ListReviewCases',
  ListReviewCases,
  async (sql, { page, asking, now }, _, secrets): Promise<ReviewCasePage> => {
    const { first, cursor, state, cause, rule, overdue, mine } = page;
    checkPageSize(first);
    const which = [state, cause, rule, overdue ? now : null, mine ? accountOf(asking.actor) : null];
    const found = await sql<FoundCase>(CASES + NARROWED, ...which, ...placeBehind(cursor, secrets), first + 1);
    const { shown, last } = pageOf(found, first);
    const behind = last && { at: last.opened_at, position: last.position };
    return { cases: shown.map((one) => viewOf(one, secrets, now)), next: nextOf(behind, secrets) };
  },
);

const stepsOf = (sql: Sql, id: string): Promise<readonly ReviewStepView[]> =>
  sql<ReviewStepView>('SELECT at, kind, by, text, due, outcome FROM review_case_step WHERE case_id = $1 ORDER BY rev', id);

export const answerGetReviewCase = answerTo(
  'GetReviewCase',
  GetReviewCase,
  async (sql, { id, now }, _, secrets): Promise<ReviewCaseFile | null> => {
    const [found] = await sql<FoundCase>(`${CASES} WHERE c.case_id = $1`, id);
    return found === undefined ? null : { ...viewOf(found, secrets, now), steps: await stepsOf(sql, id) };
  },
);
