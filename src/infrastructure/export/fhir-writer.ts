import { resourcesOf } from '../fhir/export-fhir.js';
import { bySpace, nationalRefs, type PatientOf } from '../fhir/national-refs.js';
import { pseudonymRefs } from '../fhir/pseudonym-refs.js';
import type { Service } from '../fhir/refs.js';
import { subjectOf } from '../fhir/subject.js';
import type { FhirWriter, FhirWriters } from './fhir-lines.js';
import type { Identities } from './identities.js';
import { plainRefs } from './refs.js';

/** Events as audit events: under the pseudonyms of the export where it has them, else by national identifiers. */
export const fhirWriters =
  (service: Service, identities: Pick<Identities, 'of'>): FhirWriters =>
  (refs) => {
    if (refs === plainRefs) return named(service, identities);
    const hidden = pseudonymRefs(refs, service);
    return { auditEventsOf: async (fact) => resourcesOf(fact, hidden) };
  };

/** The patient by INS, as the profiles of IHE want him named; by the id of his streams where nothing says any more who he is. */
const named = (service: Service, identities: Pick<Identities, 'of'>): FhirWriter => ({
  auditEventsOf: async (fact) => {
    const subject = subjectOf(fact);
    const patient = subject === null ? null : await identities.of(subject);
    const patientOf: PatientOf = (space) => (space === subject && patient !== null ? patient : bySpace(space));
    return resourcesOf(fact, nationalRefs(patientOf, service));
  },
});
