import type { Tagged } from '../../domain/shared/decider.js';
import { idOf } from '../../domain/shared/fact.js';
import { clientOf, organisationOf, serverOf, userOf, writerType } from './agents.js';
import { sourceType } from './codes.js';
import { dataEntity, patientEntity, queryEntity } from './entities.js';
import { profileUrl, RECEIVER, REST, restfulProfiles, type RestfulKind } from './profiles.js';
import type { AuditAgent, AuditEntity, Identifier } from './resources.js';
import type { Act, Question } from './rows.js';
import type { Body, Telling } from './telling.js';

const APPLICATION_SERVER = sourceType('4');

/** Client, this service, who asked, and the place of care he stated. */
function agentsOf(kind: RestfulKind, { fact, refs }: Telling): readonly AuditAgent[] {
  const { client, server, receives } = restfulProfiles[kind];
  const user = userOf(fact, refs, receives ? RECEIVER : writerType(fact.meta.who.role));
  const place = organisationOf(fact, refs);
  return [clientOf(fact, refs, client), serverOf(refs, server), ...user, ...(place ? [place] : [])];
}

function bodyOf(kind: RestfulKind, telling: Telling, about: AuditEntity): Body {
  const { space, refs } = telling;
  const { action, subtype } = restfulProfiles[kind];
  return {
    profile: profileUrl(kind, space !== null),
    type: REST,
    subtype: [subtype],
    action,
    outcome: '0',
    agent: agentsOf(kind, telling),
    recorder: APPLICATION_SERVER,
    entity: [...(space === null ? [] : [patientEntity(space, refs)]), about],
  };
}

/** What there is once in a space is called like its patient; what belongs to no space like its stream. */
const commonOf = ({ fact, space, refs }: Telling, { on }: Act<never>): Identifier =>
  space === null ? refs.thing(on, idOf(fact.stream)) : refs.patient(space);

/** One event for each thing: BALP allows one data entity. */
export function actBodies(act: Act<Tagged>, telling: Telling): readonly Body[] {
  const { fact, refs } = telling;
  const ids = act.ids?.(fact.event) ?? [];
  const labels = act.labels?.(fact.event) ?? [];
  const things = ids.length === 0 ? [commonOf(telling, act)] : ids.map((id) => refs.thing(act.on, id));
  return things.map((identifier) => bodyOf(act.as, telling, dataEntity(act.on, { type: act.on, identifier }, labels)));
}

/** The log keeps the name of a question, not the bytes of the request. */
export const queryBody = ({ query }: Question<Tagged>, telling: Telling): Body =>
  bodyOf('Query', telling, queryEntity(query(telling.fact.event)));
