import { PSEUDONYMS } from './codes.js';
import type { Identifier } from './resources.js';
import type { Refs, Service, ThingType } from './refs.js';

/** The pseudonym of one id of a kind, base64url: keyed by the export (docs/reference/export-format.md). */
export type Pseudonym = (kind: string, id: string) => string;

/** The letters of base64url are more than an id of FHIR may hold. */
const idFrom = (pseudonym: string): string => Buffer.from(pseudonym, 'base64url').toString('hex');

/** Kinds of things that other files of an export name too, under the same pseudonyms. */
const KINDS: { readonly [T in ThingType]?: string } = { DocumentReference: 'document', RelatedPerson: 'account' };

/** People, places, software, documents: each under the pseudonym that it has everywhere else in the same export. */
export function pseudonymRefs(pseudonym: Pseudonym, service: Service): Refs {
  const named = (kind: string, id: string): Identifier => ({ system: PSEUDONYMS, value: pseudonym(kind, id) });
  return {
    service,
    resourceId: (kind, stream, rev, nth) => idFrom(pseudonym(kind, `${stream} ${rev} ${nth}`)),
    patient: (space) => named('space', space),
    professional: (id) => named('professional', id),
    facility: (id) => named('facility', id),
    software: (client) => named('software', client),
    account: ({ issuer, sub }) => named('account', `${issuer}|${sub}`),
    thing: (type, id) => named(KINDS[type] ?? type.toLowerCase(), id),
  };
}
