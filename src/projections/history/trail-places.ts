import { ListAuditTrail, type TrailPage, type TrailPlace } from '../../application/history/audit-trail.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { pageOf } from '../shared/pages.js';
import type { Found } from './history-lines.js';
import { linesFound } from './history-pages.js';

/** Of streams that have the id of the space a line keeps the category alone. */
const placeOf =
  (space: string | null) =>
  ({ stream, rev }: Found): TrailPlace => ({ stream: (stream.includes('-') ? stream : `${stream}-${space}`) as StreamName, rev });

export const answerAuditTrail = answerTo(
  'ListAuditTrail',
  ListAuditTrail,
  async (sql, { space, page }, admission, secrets): Promise<TrailPage> => {
    const { shown, last } = pageOf(await linesFound(sql, space, page, admission, secrets), page.first);
    return { places: shown.map(placeOf(space)), next: last ? secrets.positionToken(last.position) : null };
  },
);
