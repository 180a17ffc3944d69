import { exportFhir } from '../fhir/export-fhir.js';
import type { Service } from '../fhir/refs.js';
import type { FhirWriters } from './fhir-lines.js';
import { plainRefs } from './refs.js';

/** Events as audit events: under the pseudonyms of the export where it has them. */
export const fhirWriters =
  (service: Service): FhirWriters =>
  (refs) => ({ auditEventsOf: (fact) => exportFhir(refs !== plainRefs, service).auditEventsOf(fact, refs) });
