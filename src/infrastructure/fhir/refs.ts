import type { Subject } from '../../domain/shared/actor.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Identifier, Reference } from './resources.js';

/** Kinds of R4 resources that facts speak of. `List` is the space with what lies in it, `Basic` what has no resource of its own: campaigns, matrices. */
export type ThingType =
  'List' | 'Consent' | 'Communication' | 'DocumentReference' | 'Patient' | 'CareTeam' | 'RelatedPerson' | 'AuditEvent' | 'Basic' | 'Device';

/** This system, as it names itself in every resource. */
export interface Service {
  readonly observer: Reference;
  /** URI. */
  readonly address: string;
}

/**
 * How people, places and things are called in the resources: by pseudonyms of an export, or by their national identifiers. The only way in which anything
 * that identifies somebody comes into a resource. Pure, and the same answer for the same question as long as the object lives.
 */
export interface Refs {
  readonly service: Service;
  /** Id of the resource about the event at this place: 1 to 64 of `[A-Za-z0-9.-]`; `nth` tells several of one event apart. */
  resourceId(kind: 'AuditEvent' | 'Provenance', stream: StreamName, rev: number, nth: number): string;
  /** Whose space it is, by the id of its streams. */
  patient(space: string): Identifier;
  /** By PS_IdNat. */
  professional(id: string): Identifier;
  /** By FINESS number. */
  facility(id: string): Identifier;
  /** By the client id of the software. */
  software(client: string): Identifier;
  account(subject: Subject): Identifier;
  /** What has an id of its own, as it stands in the fact. What there is once in a space is called like its patient. */
  thing(type: ThingType, id: string): Identifier;
}
