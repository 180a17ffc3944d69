import { BY_REPRESENTATIVE } from '../../domain/access/receipt.js';
import type { Actor, Role } from '../../domain/shared/actor.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { kindOf } from '../../projections/history/who.js';
import { absent, actorRole, concept, participation, roleClass } from './codes.js';
import { purposeOf } from './purpose.js';
import type { Refs } from './refs.js';
import type { AuditAgent, CodeableConcept, Coding, Network, Reference } from './resources.js';

/** What a writer is to what he writes (BALP: author, informant or custodian). Null: parts of the software act without a user. */
export const WRITERS: Readonly<Record<Role, 'AUT' | 'INF' | 'CST' | null>> = {
  person: 'AUT',
  bearer: 'AUT',
  professional: 'AUT',
  facility: 'CST',
  insurer: 'INF',
  support: 'INF',
  operator: 'INF',
  compliance: 'INF',
  archivist: 'INF',
  auditor: 'INF',
  system: null,
};

/** Of a person: the account; a representative is another kind of resource than the holder. */
function personOf(fact: Recorded, refs: Refs, subject: Extract<Actor, { role: 'person' }>['subject']): Reference {
  const identifier = refs.account(subject);
  const kind = kindOf(fact.meta.who, fact.meta.ground);
  return kind === 'stranger' ? { identifier } : { type: kind === BY_REPRESENTATIVE ? 'RelatedPerson' : 'Patient', identifier };
}

/** Who acted, as a reference. */
export function whoOf(fact: Recorded, refs: Refs): Reference {
  const { who } = fact.meta;
  if (who.role === 'person') return personOf(fact, refs, who.subject);
  if (who.role === 'professional') return { type: 'Practitioner', identifier: refs.professional(who.professional.id) };
  if (who.role === 'facility') return { type: 'Organization', identifier: refs.facility(who.facility.id) };
  if (who.role === 'bearer') return absent('unknown');
  return who.role === 'system' ? partOf(who.name) : { identifier: refs.account(who.subject) };
}
const partOf = (name: string): Reference => ({ type: 'Device', display: name });

/** As what he acted: the profession he stated, or his role. */
function rolesOf({ who }: Recorded['meta']): readonly CodeableConcept[] {
  const codes: Coding[] = [actorRole(who.role)];
  if (who.role === 'professional')
    codes.unshift({ system: `urn:oid:${who.professional.profession.system}`, code: who.professional.profession.code });
  return codes.map((code) => concept(code));
}

/** Whoever asked; absent where a part of the software did. `type`: what he is in this kind of event. */
export function userOf(fact: Recorded, refs: Refs, type: CodeableConcept): readonly AuditAgent[] {
  if (fact.meta.who.role === 'system') return [];
  return [{ type, role: rolesOf(fact.meta), who: whoOf(fact, refs), requestor: true, purposeOfUse: [purposeOf(fact)] }];
}
/** The same where a profile wants somebody: a part of the software then stands for itself. */
export const askerOf = (fact: Recorded, refs: Refs, type: CodeableConcept): readonly AuditAgent[] =>
  fact.meta.who.role === 'system' ? [{ type, who: whoOf(fact, refs), requestor: true }] : userOf(fact, refs, type);
/** What a writer is. */
export const writerType = (role: Role): CodeableConcept => concept(participation(WRITERS[role] ?? 'CST'));

/** The software he asked with. Of facilities and of parts of this service it is known; the log keeps no network address of anybody. */
export function clientOf(fact: Recorded, refs: Refs, type: CodeableConcept): AuditAgent {
  const { who } = fact.meta;
  if (who.role === 'system') return { type, who: partOf(who.name), requestor: true, network: networkOf(refs) };
  const software: Reference =
    who.role === 'facility' ? { type: 'Device', identifier: refs.software(who.client) } : { type: 'Device', ...absent('unsupported') };
  return { type, who: software, requestor: false, network: absent('unsupported') };
}
const networkOf = ({ service }: Refs): Network => ({ address: service.address, type: '5' });

/** This service. */
export const serverOf = (refs: Refs, type: CodeableConcept): AuditAgent => ({
  type,
  who: refs.service.observer,
  requestor: false,
  network: networkOf(refs),
});

const PROVIDER = concept(roleClass('PROV'));
/** Where he works, as far as he stated it. */
export function organisationOf({ meta: { who } }: Recorded, refs: Refs): AuditAgent | null {
  const place = who.role === 'professional' ? who.professional.facility : who.role === 'facility' ? who.facility : null;
  return place && { type: PROVIDER, who: { type: 'Organization', identifier: refs.facility(place.id) }, requestor: false };
}
/** The same where a profile wants one: of people and agents who act for no place of care it says so. */
export const organisationOrNone = (fact: Recorded, refs: Refs): AuditAgent =>
  organisationOf(fact, refs) ?? { type: PROVIDER, who: { type: 'Organization', ...absent('not-applicable') }, requestor: false };
