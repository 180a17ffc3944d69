import type { Tagged } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { factType } from './codes.js';
import { disclosureBody } from './disclosure.js';
import { everyRow, type KnownType } from './every-row.js';
import { purposeOf } from './purpose.js';
import type { Refs } from './refs.js';
import type { AuditEvent } from './resources.js';
import { actBodies, queryBody } from './restful.js';
import type { PlainRow, Row } from './rows.js';
import { proofBody, refusalBody, trailBody } from './security-events.js';
import { subjectOf } from './subject.js';
import type { Body, Telling } from './telling.js';

/** The audit events that one fact is: as many as it touches things, none where the table says so. Nobody is named but by `refs`. */
export function auditEventsOf(fact: Recorded, refs: Refs): readonly AuditEvent[] {
  const telling: Telling = { fact, refs, space: subjectOf(fact) };
  return bodiesOf(rowOf(fact), telling).map((body, nth) => resourceOf(body, nth, telling));
}

function rowOf(fact: Recorded): PlainRow<Tagged> {
  const row = everyRow[fact.event.type as KnownType] as Row<Tagged>;
  return row.as === 'Varies' ? row.row(fact) : row;
}

type ActRow = Extract<PlainRow<Tagged>, { as: 'Create' | 'Read' | 'Update' | 'Delete' }>;
const ACTS: readonly string[] = ['Create', 'Read', 'Update', 'Delete'] satisfies readonly ActRow['as'][];
const isAct = (row: PlainRow<Tagged>): row is ActRow => ACTS.includes(row.as);

function bodiesOf(row: PlainRow<Tagged>, telling: Telling): readonly Body[] {
  if (row.as === 'None') return [];
  return isAct(row) ? actBodies(row, telling) : [oneBody(row, telling)];
}

/** Of what is one event, however many things it touches. */
function oneBody(row: Exclude<PlainRow<Tagged>, ActRow | { as: 'None' }>, telling: Telling): Body {
  switch (row.as) {
    case 'Query':
      return queryBody(row, telling);
    case 'Refusal':
      return refusalBody(row, telling);
    case 'Disclosure':
      return disclosureBody(row, telling);
    case 'Proof':
      return proofBody(row, telling);
    case 'Trail':
      return trailBody(telling);
  }
}

/** `recorded` is when it was written; `period`, where that differs, when it was true. */
function resourceOf({ profile, recorder, entity, agent, ...body }: Body, nth: number, { fact, refs }: Telling): AuditEvent {
  const { at, meta, stream, rev, event } = fact;
  return {
    resourceType: 'AuditEvent',
    id: refs.resourceId('AuditEvent', stream, rev, nth),
    meta: { ...(profile === undefined ? {} : { profile: [profile] as const }), tag: [factType(event.type)] },
    ...body,
    ...(meta.on === undefined ? {} : { period: { start: meta.on, end: meta.on } }),
    recorded: at,
    purposeOfEvent: [purposeOf(fact)],
    agent,
    source: { observer: refs.service.observer, type: [recorder] },
    ...(entity.length === 0 ? {} : { entity }),
  };
}
