import type { Recorded } from '../../domain/shared/fact.js';
import { auditEventsOf } from './audit-events.js';
import { bySpace, nationalRefs } from './national-refs.js';
import { provenanceOf } from './provenance.js';
import { pseudonymRefs, type Pseudonyms } from './pseudonym-refs.js';
import type { AuditEvent, Provenance } from './resources.js';
import type { Refs, Service } from './refs.js';

/** All that one fact is in FHIR: its audit events, then where a document comes from. */
export const resourcesOf = (fact: Recorded, refs: Refs): readonly (AuditEvent | Provenance)[] => [
  ...auditEventsOf(fact, refs),
  ...provenanceOf(fact, refs),
];

/** The part of an export that tells its events in FHIR. */
export interface ExportFhir {
  auditEventsOf(fact: Recorded, pseudonyms: Pseudonyms): readonly (AuditEvent | Provenance)[];
}

/**
 * `isPseudonymised`: everything is named by the pseudonyms of the export. Otherwise professionals and places by their national identifiers, and a space by the
 * id of its streams, which the headers of such an export show anyway.
 */
export const exportFhir = (isPseudonymised: boolean, service: Service): ExportFhir => ({
  auditEventsOf: (fact, pseudonyms) =>
    resourcesOf(fact, isPseudonymised ? pseudonymRefs(pseudonyms, service) : nationalRefs(bySpace, service)),
});
