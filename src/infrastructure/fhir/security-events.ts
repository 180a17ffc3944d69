import type { Tagged } from '../../domain/shared/decider.js';
import { askerOf, clientOf, organisationOrNone, serverOf, userOf } from './agents.js';
import { authorisation, concept, dcm, restful, securityRole, sourceType } from './codes.js';
import { consentEntity, patientEntity, trailEntity } from './entities.js';
import { BALP, RECEIVER } from './profiles.js';
import type { AuditAgent } from './resources.js';
import type { Proof, Refusal } from './rows.js';
import type { Body, Telling } from './telling.js';

const SECURITY_SERVER = sourceType('6');
const APPLICATION = concept(dcm('110150'));
const AUTHORISER = concept(securityRole('authserver'));

/** The part of this service that decides: it is the one that records, too. */
const authoriserOf = ({ refs: { service } }: Telling): AuditAgent => ({ type: AUTHORISER, who: service.observer, requestor: false });
const detailsOf = ({ details, document }: Refusal<Tagged>, { fact: { event }, refs }: Telling): Readonly<Record<string, string>> => {
  const id = document(event);
  return { ...details(event), ...(id === null ? {} : { document: refs.thing('DocumentReference', id).value }) };
};

/** A refusal of a question about nobody's space claims no profile: there is no patient and no consent. */
export function refusalBody(row: Refusal<Tagged>, telling: Telling): Body {
  const { fact, refs, space } = telling;
  return {
    ...(space === null ? {} : { profile: `${BALP}.AuthZconsent` }),
    type: dcm('110113'),
    subtype: [authorisation(space === null ? 'AuthZ-Role' : 'AuthZ-Consent')],
    action: 'E',
    outcome: '8',
    outcomeDesc: row.why(fact.event),
    agent: [
      { ...clientOf(fact, refs, APPLICATION), requestor: false },
      ...askerOf(fact, refs, RECEIVER),
      organisationOrNone(fact, refs),
      authoriserOf(telling),
    ],
    recorder: SECURITY_SERVER,
    entity: space === null ? [] : [patientEntity(space, refs), consentEntity(space, refs, detailsOf(row, telling))],
  };
}

/** Somebody proves with a letter, a card or by telephone that a space is his. */
export function proofBody({ outcome }: Proof, telling: Telling): Body {
  const { fact, refs, space } = telling;
  return {
    type: dcm('110114'),
    subtype: [dcm('110122')],
    action: 'E',
    outcome,
    agent: [clientOf(fact, refs, APPLICATION), ...userOf(fact, refs, RECEIVER), serverOf(refs, AUTHORISER)],
    recorder: SECURITY_SERVER,
    entity: space === null ? [] : [patientEntity(space, refs)],
  };
}

/** The trail of a space was looked at. */
export function trailBody(telling: Telling): Body {
  const { fact, refs, space } = telling;
  return {
    type: dcm('110101'),
    subtype: [restful('search')],
    action: 'R',
    outcome: '0',
    agent: [clientOf(fact, refs, APPLICATION), ...userOf(fact, refs, RECEIVER)],
    recorder: SECURITY_SERVER,
    entity: space === null ? [] : [patientEntity(space, refs), trailEntity(space, refs)],
  };
}
