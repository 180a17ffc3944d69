import fhirpath from 'fhirpath';
import { profiles } from './balp/profiles.mjs';
import { byProfile, ofEveryAuditEvent, ofEveryProvenance } from './house-rules.mjs';
import { validate } from './validators.mjs';

const ROOT = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';
/** Tags of this service begin so: what it wrote itself keeps its own rules too. */
const OURS = 'urn:oid:2.25.201303683113128591942195905525642697611.3';

const compiled = (rules) => rules.map(({ name, holds }) => ({ name, test: fhirpath.compile(holds) }));
const each = (table) => new Map(Object.entries(table).map(([name, rules]) => [name, compiled(rules)]));
const balp = each(profiles);
const house = each(byProfile);
const everyAuditEvent = compiled(ofEveryAuditEvent);
const everyProvenance = compiled(ofEveryProvenance);

/** A rule holds when it is true; empty is not true. */
const broken = (by, rules, resource) => rules.filter(({ test }) => test(resource)[0] !== true).map(({ name }) => ({ by, rule: name }));

/** Names of the BALP profiles that a resource claims. */
export const claimed = ({ meta }) => (meta?.profile ?? []).filter((url) => url.startsWith(ROOT)).map((url) => url.slice(ROOT.length));

function byBalp(resource) {
  return claimed(resource).flatMap((name) => {
    const rules = balp.get(name);
    return rules ? broken('balp', rules, resource) : [{ by: 'balp', rule: `unknown profile ${name}` }];
  });
}

function byHouse(resource) {
  if (!(resource.meta?.tag ?? []).some(({ system }) => system === OURS)) return [];
  if (resource.resourceType === 'Provenance') return broken('house', everyProvenance, resource);
  const ofProfiles = claimed(resource).flatMap((name) => broken('house', house.get(name) ?? [], resource));
  return [...broken('house', everyAuditEvent, resource), ...ofProfiles];
}

/** All that is wrong with a resource, by whom it was found; and which known false warnings were met. */
export function check(resource) {
  const { known, findings } = validate(resource);
  return { known, findings: [...findings, ...byBalp(resource), ...byHouse(resource)] };
}
