import type { Professional } from '../shared/actor.js';
import type { Instant } from '../shared/time.js';
import { facilityKey, professionalKey } from './access-steps.js';
import { OCCUPATIONAL } from './access-policy.js';
import type { Operation } from './access-vocabulary.js';
import type { AccessFacts, Because, Consent, FactRef } from './facts.js';

/** The places of the facts that something rests on. */
export const refs = (...because: readonly (Because | null | undefined)[]): readonly FactRef[] =>
  because.flatMap((one) => (one ? [one.because] : []));

/** True for medicine at work: nothing without an express consent (CSP L.1111-17 IV). */
export const isOccupational = ({ specialty, sector }: Professional): boolean =>
  specialty === OCCUPATIONAL.specialty || (sector !== undefined && OCCUPATIONAL.sectors.includes(sector));

/** The block of this professional, or of the place of care from which he asks. */
export const blockOf = ({ id, facility }: Professional, { blocked }: AccessFacts): Because | null => {
  if (blocked.size === 0) return null;
  return blocked.get(professionalKey(id)) ?? (facility ? blocked.get(facilityKey(facility.id)) : undefined) ?? null;
};

/** Reading needs a consent that still runs; feeding goes on under any that was ever given and not withdrawn (CSP R.1111-47). */
export function covering(latest: Consent | undefined, operation: Operation, at: Instant): Consent | null {
  for (let consent = latest; consent !== undefined; consent = consent.earlier)
    if (consent.scope.includes(operation) && (operation === 'FEED' || at < consent.until)) return consent;
  return null;
}

/** The express consent of medicine at work; it runs out for feeding as well. */
export function expressOf({ id }: Professional, operation: Operation, { consents }: AccessFacts, at: Instant): Consent | null {
  for (let consent = consents.get(professionalKey(id)); consent !== undefined; consent = consent.earlier)
    if (consent.basis === 'EXPRESS' && consent.scope.includes(operation) && at < consent.until) return consent;
  return null;
}
