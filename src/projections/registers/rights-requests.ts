import { ListRightsRequests, type RegisterPage, type RightsRequestLine } from '../../application/registers/registers.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { RightsRequestEvent } from '../../domain/registers/rights-requests.js';
import { nullable, table, type Projection } from '../shared/projection.js';
import { checkPageSize, cursorOf, pageOf, placeOf, UUID } from '../shared/pages.js';

const requests = table(
  'rights_request',
  { request_id: 'uuid' },
  {
    right_asked: 'text',
    channel: 'text',
    reference: 'text',
    received_on: 'timestamptz',
    due_on: 'timestamptz',
    extended: 'boolean',
    answer: nullable('text'),
    ground: nullable('text'),
    answered_on: nullable('timestamptz'),
    answered_late: 'boolean',
  },
  ['received_on', 'request_id'],
);
/** The space that a request is about: what names a space goes with it, and the line of the register stays. */
const spaces = table('rights_request_space', { request_id: 'uuid' }, { space_id: 'uuid' }, ['space_id']);

/** The register of requests about rights: what came in, when it must be answered, when and how it was. */
export const rightsRequestRegister: Projection<RightsRequestEvent> = {
  name: 'rights-requests',
  version: 3,
  reads: ['request'],
  tables: [requests, spaces],
  on: {
    RightsRequestReceived: ({ event: { right, channel, space, reference, receivedOn, dueOn } }, request_id) => [
      requests.put(
        { request_id },
        {
          right_asked: right,
          channel,
          reference,
          received_on: receivedOn,
          due_on: dueOn,
          extended: false,
          answer: null,
          ground: null,
          answered_on: null,
          answered_late: false,
        },
      ),
      ...(space === null ? [] : [spaces.put({ request_id }, { space_id: space })]),
    ],
    RightsRequestExtended: ({ event: { dueOn } }, request_id) => [requests.patch({ request_id }, { due_on: dueOn, extended: true })],
    RightsRequestAnswered: ({ event: { answer, ground, late }, at }, request_id) => [
      requests.patch({ request_id }, { answer, ground, answered_on: at, answered_late: late }),
    ],
  },
};

/** `late`: answered late, or not answered although the delay is over at the moment that is asked about ($3). */
const LATE = `(answered_late OR (answer IS NULL AND due_on <= $3::timestamptz))`;
const LINES = `SELECT request_id AS request, right_asked AS "right", channel,
    (SELECT handle FROM rights_request_space a JOIN space_overview s USING (space_id) WHERE a.request_id = r.request_id) AS space, reference, received_on AS "receivedOn", due_on AS "dueOn", extended,
    answer, ground, answered_on AS "answeredOn", ${LATE} AS late,
    (coalesce(answered_on, $3::timestamptz) AT TIME ZONE 'Europe/Paris')::date - (received_on AT TIME ZONE 'Europe/Paris')::date AS days
  FROM rights_request r
  WHERE ($1::timestamptz IS NULL OR received_on >= $1) AND ($2::timestamptz IS NULL OR received_on <= $2)
    AND (NOT $4 OR answer IS NULL) AND (NOT $5 OR ${LATE})
    AND ($6::timestamptz IS NULL OR (received_on, request_id) < ($6, $7::uuid))
  ORDER BY received_on DESC, request_id DESC LIMIT $8`;

export const answerListRightsRequests = answerTo(
  'ListRightsRequests',
  ListRightsRequests,
  async (sql, { filter, page: { first, cursor } }, { moment }): Promise<RegisterPage<RightsRequestLine>> => {
    checkPageSize(first);
    const { from, until, openOnly, lateOnly } = filter;
    const place = placeOf(cursor, UUID);
    const found = await sql<RightsRequestLine>(
      LINES,
      from,
      until,
      moment,
      openOnly,
      lateOnly,
      place?.at ?? null,
      place?.id ?? null,
      first + 1,
    );
    const { shown, last } = pageOf(found, first);
    return { lines: shown, next: last ? cursorOf({ at: last.receivedOn, id: last.request }) : null };
  },
);
