const NO_SUCH_CODE = /^Code ".+" \(.+\) not found in value set$/;
const NO_SUCH_LIST = /^Value set ".+" could not be found\.$/;

/** Warnings of the package `fhir` that are wrong, each with its reason; every other message is a finding. */
export const knownWarnings = [
  {
    at: /^AuditEvent\.(purposeOfEvent|agent\[\d+\]\.purposeOfUse)\[\d+\]$/,
    says: NO_SUCH_LIST,
    why: 'it does not ship v3-PurposeOfUse, the value set of purposes',
  },
  {
    at: /^AuditEvent\.(purposeOfEvent|agent\[\d+\]\.purposeOfUse)\[\d+\]$/,
    says: /^Code "(TREAT|ETREAT|BTG|PATRQT|HLEGAL|PUBHLTH)" \(http:\/\/terminology\.hl7\.org\/CodeSystem\/v3-ActReason\) not found in value set$/,
    why: 'the codes are in v3-PurposeOfUse, which it does not ship',
  },
  {
    at: /^AuditEvent\.entity\[\d+\]\.securityLabel\[\d+\]$/,
    says: NO_SUCH_LIST,
    why: 'it does not ship security-labels; the binding is extensible',
  },
  { at: /^AuditEvent\.meta\.security\[0\]$/, says: NO_SUCH_LIST, why: 'it does not ship security-labels; the binding is extensible' },
  {
    at: /^AuditEvent\.(subtype\[\d+\]|entity\[\d+\]\.type|agent\[\d+\]\.type)$/,
    says: /^Code "(AuthZ-Consent|AuthZ-Role|XrequestId|disclose|custodian|429577009)" \(.+\) not found in value set$/,
    why: 'BALP demands these codes; the bindings are extensible',
  },
  {
    at: /^(AuditEvent|Provenance)\.meta\.tag\[0\]$/,
    says: NO_SUCH_CODE,
    why: 'the binding of tags is an example; the tag is our type of fact',
  },
  {
    at: /^AuditEvent\.agent\[\d+\]\.role\[\d+\]$/,
    says: NO_SUCH_CODE,
    why: 'the binding of roles is an example; professions are French codes',
  },
];
