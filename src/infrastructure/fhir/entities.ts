import { confidentiality, entityType, objectRole, resourceType } from './codes.js';
import type { Confidentiality } from '../../domain/record/document-vocabulary.js';
import type { Refs, ThingType } from './refs.js';
import type { AuditEntity, Coding, Reference } from './resources.js';

const PERSON = entityType('1');
const SYSTEM_OBJECT = entityType('2');
/** What a thing is in audit: documents are reports, the rest is a resource of its own. */
const roleOf = (type: ThingType): Coding => objectRole(type === 'DocumentReference' ? '3' : '4');

/** Whose space it is about. */
export const patientEntity = (space: string, refs: Refs): AuditEntity => ({
  what: { type: 'Patient', identifier: refs.patient(space) },
  type: PERSON,
  role: objectRole('1'),
});

/** The thing that was made, read or changed. */
export const dataEntity = (type: ThingType, what: Reference, labels: readonly Confidentiality[]): AuditEntity => ({
  what,
  type: SYSTEM_OBJECT,
  role: roleOf(type),
  ...(labels.length === 0 ? {} : { securityLabel: labels.map(confidentiality) }),
});

/** What was asked. */
export const queryEntity = (question: string): AuditEntity => ({
  type: SYSTEM_OBJECT,
  role: objectRole('24'),
  query: Buffer.from(question, 'utf8').toString('base64'),
});

/** The will of the holder that a refusal rests on, and what was asked for. */
export const consentEntity = (space: string, refs: Refs, details: Readonly<Record<string, string>>): AuditEntity => ({
  what: { type: 'Consent', identifier: refs.patient(space) },
  type: resourceType('Consent'),
  detail: Object.entries(details).map(([type, valueString]) => ({ type, valueString })),
});

/** The trail itself: a security resource (DICOM PS3.15 A.5.3.2). */
export const trailEntity = (space: string, refs: Refs): AuditEntity => ({
  what: { type: 'AuditEvent', identifier: refs.patient(space) },
  type: SYSTEM_OBJECT,
  role: objectRole('13'),
});
