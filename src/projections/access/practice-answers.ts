import {
  ListMyActs,
  ListMyPatients,
  type MyAct,
  type MyPatient,
  type MyPatientPage,
  type PatientGround,
} from '../../application/access/practice.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import { nameOf } from '../../domain/shared/actor.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import { NOT_FOR_HOLDER, NOT_FOR_REPRESENTATIVES } from '../record/document-rows.js';
import { checkPageSize, cursorOf, isBehind, pageOf, placeOf, positionOf, UUID, type Place } from '../shared/pages.js';

interface Reason {
  readonly handle: string;
  readonly space_id: string;
  readonly kind: PatientGround['kind'] | 'ACCESS';
  readonly since: Instant;
  readonly until: Instant | null;
}
interface Unseen {
  readonly handle: string;
  readonly document_id: string;
  readonly unseen_by_holder: boolean;
  readonly hidden_from_representatives: boolean;
}
/** Twelve months of 365 days: only who is listed depends on it. */
const YEAR_MS = 365 * 24 * 3_600_000;

const REASONS = `
  SELECT space_id, handle, kind, since, until FROM my_patient JOIN space_overview USING (space_id)
   WHERE actor = $1 AND CASE kind WHEN 'ACCESS' THEN since >= $3 ELSE until IS NULL OR until > $2 END
  UNION ALL
  SELECT space_id, handle, 'ATTENDING_DOCTOR', since, NULL FROM my_attending JOIN space_overview USING (space_id) WHERE actor = $1`;
const UNSEEN = `
  SELECT handle, document_id, coalesce(visible_at > $2, false) AS unseen_by_holder, hidden_from_representatives
    FROM my_document JOIN space_overview USING (space_id)
   WHERE actor = $1 AND (visible_at > $2 OR hidden_from_representatives) ORDER BY document_id`;

const warningsOf = ({ document_id: document, unseen_by_holder, hidden_from_representatives }: Unseen): MyPatient['warnings'] => [
  ...(unseen_by_holder ? [{ document, ...NOT_FOR_HOLDER }] : []),
  ...(hidden_from_representatives ? [{ document, ...NOT_FOR_REPRESENTATIVES }] : []),
];

/** The last of one or more. */
const latest = (instants: readonly Instant[]): Instant => instants.reduce((a, b) => (b > a ? b : a));

function bySpace(reasons: readonly Reason[]): ReadonlyMap<string, readonly Reason[]> {
  const spaces = new Map<string, Reason[]>();
  for (const reason of reasons) {
    const found = spaces.get(reason.handle);
    if (found) found.push(reason);
    else spaces.set(reason.handle, [reason]);
  }
  return spaces;
}

interface Listed extends MyPatient {
  /** Where it stands in the list. */
  readonly place: Place;
}
function patientOf(space: string, reasons: readonly Reason[], unseen: readonly Unseen[]): Listed {
  const looked = reasons.filter(({ kind }) => kind === 'ACCESS').map(({ since }) => since);
  const grounds = reasons.flatMap(({ kind, since, until }) => (kind === 'ACCESS' ? [] : [{ kind, since, until }]));
  return {
    space,
    grounds: grounds.sort((a, b) => (a.since < b.since ? 1 : -1)),
    lastAccess: looked.length === 0 ? null : latest(looked),
    warnings: unseen.filter(({ handle }) => handle === space).flatMap(warningsOf),
    standsStill: false,
    place: { at: latest(reasons.map(({ since }) => since)), id: space },
  };
}

const told = (patient: Listed): Listed => patient;
/** What is told of a space that stands still: that it is on the list. */
const standing = (patient: Listed): Listed => ({ ...patient, grounds: [], lastAccess: null, warnings: [], standsStill: true });

export const answerListMyPatients = answerTo(
  'ListMyPatients',
  ListMyPatients,
  async (sql, { asking, page: { first, cursor } }, { moment, standstill }): Promise<MyPatientPage> => {
    checkPageSize(first);
    const before = placeOf(cursor, UUID);
    const actor = nameOf(asking.actor);
    const reasons = await sql<Reason>(REASONS, actor, moment, instantOf(epochOf(moment) - YEAR_MS));
    const unseen = await sql<Unseen>(UNSEEN, actor, moment);
    const all = [...bySpace(reasons)]
      .map(([space, his]) => (his.some(({ space_id }) => standstill.isClosed(space_id)) ? standing : told)(patientOf(space, his, unseen)))
      .sort((a, b) => (isBehind(a.place, b.place) ? 1 : -1));
    const left = before === null ? all : all.filter(({ place }) => isBehind(place, before));
    const { shown, last } = pageOf(left, first);
    return {
      patients: shown.map(({ place: _place, ...patient }) => patient),
      next: last ? cursorOf(last.place) : null,
    };
  },
);

interface Act extends Omit<MyAct, 'id' | 'space'> {
  readonly position: bigint;
  readonly stream: string;
  readonly rev: number;
  readonly handle: string | null;
}
const ACTS = `
  SELECT act.position, act.stream, act.rev, act.at, act.kind, act.action, act.document, act.outcome, space.handle
    FROM my_act AS act LEFT JOIN space_overview AS space ON space.space_id = act.space_id
   WHERE act.actor = $1 AND act.position < $2::bigint ORDER BY act.position DESC LIMIT $3`;

export const answerListMyActs = answerTo('ListMyActs', ListMyActs, async (sql, { asking, page: { first, cursor } }, _, secrets) => {
  checkPageSize(first);
  const actor = nameOf(asking.actor);
  const found = await sql<Act>(ACTS, actor, positionOf(cursor, secrets), first + 1);
  const { shown, last } = pageOf(found, first);
  const acts = shown.map(({ position: _position, stream, rev, handle, ...act }): MyAct => ({
    ...act,
    id: secrets.digest('line', actor, stream, String(rev)),
    space: handle,
  }));
  return { acts, next: last ? secrets.positionToken(last.position) : null };
});
