import type { CodeableConcept, Coding, Extension } from './resources.js';

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const from =
  (system: string) =>
  (code: string): Coding => ({ system, code });

/** DICOM PS3.16. */
export const dcm = from('http://dicom.nema.org/resources/ontology/DCM');
export const auditEventType = from(`${HL7}/audit-event-type`);
/** Without `terminology.`: that is where R4 has it. */
export const restful = from('http://hl7.org/fhir/restful-interaction');
export const entityType = from(`${HL7}/audit-entity-type`);
export const objectRole = from(`${HL7}/object-role`);
export const resourceType = from('http://hl7.org/fhir/resource-types');
export const lifecycle = from(`${HL7}/iso-21089-lifecycle`);
export const sourceType = from(`${HL7}/security-source-type`);
export const securityRole = from(`${HL7}/extra-security-role-type`);
export const participation = from(`${HL7}/v3-ParticipationType`);
export const participant = from(`${HL7}/provenance-participant-type`);
export const roleClass = from(`${HL7}/v3-RoleClass`);
export const actReason = from(`${HL7}/v3-ActReason`);
export const dataOperation = from(`${HL7}/v3-DataOperation`);
export const authorisation = from('https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType');
/** TRE_A07, confidentiality as the French core has it. */
export const confidentiality = from('urn:oid:1.2.250.1.213.1.1.4.13');

/** Root of the identifiers that are our own: the UUID 9771adda-f58a-481f-9fd0-e9fa2ed01b8b as an object identifier (ITU-T X.667). */
const OWN = 'urn:oid:2.25.201303683113128591942195905525642697611';
/** Pseudonyms of one export; in two exports the same person has two. */
export const PSEUDONYMS = `${OWN}.1`;
/** Ids of spaces and things of the service, where they are not pseudonyms. */
export const OWN_IDS = `${OWN}.2`;
/** Types of facts, in `meta.tag`. */
export const factType = from(`${OWN}.3`);
/** Kinds of actors, in `agent.role`. */
export const actorRole = from(`${OWN}.4`);

export const concept = (...coding: readonly Coding[]): CodeableConcept => ({ coding });
/** There is no value, and why. */
export const absent = (why: 'unknown' | 'unsupported' | 'not-applicable'): { readonly extension: readonly Extension[] } => ({
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: why }],
});
