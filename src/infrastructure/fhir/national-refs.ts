import { createHash } from 'node:crypto';
import { OWN_IDS } from './codes.js';
import type { Identifier } from './resources.js';
import type { Refs, Service } from './refs.js';

/** ASIP-SANTE-PS: PS_IdNat, `8` and the RPPS number. */
const PROFESSIONALS = 'urn:oid:1.2.250.1.71.4.2.1';
/** Struct_IdNat: `1` and the FINESS number. */
const PLACES = 'urn:oid:1.2.250.1.71.4.2.2';
/** Kind of Struct_IdNat. */
const FINESS = '1';

/** How a space is called outside the servers: INS and its system, or its handle. */
export type PatientOf = (space: string) => Identifier;
/** A space by the id of its streams: only for those who read the log itself. */
export const bySpace: PatientOf = (space) => ({ system: OWN_IDS, value: space });
/** A space by its handle, as doors show it. */
export const byHandle = (handle: string): Identifier => ({ system: OWN_IDS, value: handle });
/** A person by INS; `oid` says which range: `1.2.250.1.213.1.4.8` in production, `.10` in tests. */
export const byIns = (ins: string, oid: string): Identifier => ({ system: `urn:oid:${oid}`, value: ins });

/**
 * National identifiers of professionals (RPPS) and places of care (FINESS); of patients what `patientOf` says. A resource is called by a digest of the place
 * of its event, which gives no id of a stream away.
 */
export function nationalRefs(patientOf: PatientOf, service: Service): Refs {
  const own = (value: string): Identifier => ({ system: OWN_IDS, value });
  return {
    service,
    resourceId: (...place) => createHash('sha256').update(place.join(' ')).digest('hex'),
    patient: patientOf,
    professional: (value) => ({ system: PROFESSIONALS, value }),
    facility: (id) => ({ system: PLACES, value: `${FINESS}${id}` }),
    software: own,
    account: ({ issuer, sub }) => ({ system: issuer, value: sub }),
    thing: (_type, id) => own(id),
  };
}
