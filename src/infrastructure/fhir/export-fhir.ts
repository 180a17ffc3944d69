import type { Recorded } from '../../domain/shared/fact.js';
import { auditEventsOf } from './audit-events.js';
import { provenanceOf } from './provenance.js';
import type { AuditEvent, Provenance } from './resources.js';
import type { Refs } from './refs.js';

/** All that one fact is in FHIR: its audit events, then where a document comes from. */
export const resourcesOf = (fact: Recorded, refs: Refs): readonly (AuditEvent | Provenance)[] => [
  ...auditEventsOf(fact, refs),
  ...provenanceOf(fact, refs),
];
