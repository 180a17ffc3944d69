const HL7 = 'http://terminology.hl7.org/CodeSystem';

/** Code systems that the profiles name. */
export const systems = {
  dcm: 'http://dicom.nema.org/resources/ontology/DCM',
  auditEventType: `${HL7}/audit-event-type`,
  restful: 'http://hl7.org/fhir/restful-interaction',
  lifecycle: `${HL7}/iso-21089-lifecycle`,
  entityType: `${HL7}/audit-entity-type`,
  objectRole: `${HL7}/object-role`,
  resourceTypes: 'http://hl7.org/fhir/resource-types',
  participation: `${HL7}/v3-ParticipationType`,
  participant: `${HL7}/provenance-participant-type`,
  roleClass: `${HL7}/v3-RoleClass`,
  securityRole: `${HL7}/extra-security-role-type`,
  snomed: 'http://snomed.info/sct',
  authorisation: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType',
  entityTypeOfBalp: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
};

/** A code as the profiles write it: `dcm#110153`. */
const parts = (code) => {
  const [system, value] = code.split('#');
  if (!Object.hasOwn(systems, system)) throw new Error(`unknown code system ${system}`);
  return { system: systems[system], value };
};
/** FHIRPath: this Coding is one of these. */
export const isCoding = (...codes) =>
  `(${codes
    .map(parts)
    .map(({ system, value }) => `(system = '${system}' and code = '${value}')`)
    .join(' or ')})`;
/** FHIRPath: agents whose type is one of these. */
export const agentsOf = (...codes) => `agent.where(type.coding.where(${isCoding(...codes)}).exists())`;
/** FHIRPath: entities of this type. */
export const entitiesOf = (code) => `entity.where(type.where(${isCoding(code)}).exists())`;
