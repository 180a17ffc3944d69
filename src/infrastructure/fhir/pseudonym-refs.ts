import { nameOfAccount } from './account.js';
import { PSEUDONYMS } from './codes.js';
import type { Identifier } from './resources.js';
import type { Refs, Service, ThingType } from './refs.js';

/** What a pseudonym stands for. `thing`: what has no kind of its own; `resource`: an AuditEvent or Provenance. */
export type PseudonymKind = 'person' | 'professional' | 'facility' | 'software' | 'document' | 'space' | 'thing' | 'resource';
/** The pseudonyms of one export: keyed, base64url, the same for the same id (docs/reference/export-format.md). */
export interface Pseudonyms {
  ref(kind: PseudonymKind, id: string): string;
}

/** The letters of base64url are more than an id of FHIR may hold. */
const idFrom = (pseudonym: string): string => Buffer.from(pseudonym, 'base64url').toString('hex');
/** Kinds of things that other files of an export name too, under the same pseudonyms. */
const KINDS: { readonly [T in ThingType]?: PseudonymKind } = { DocumentReference: 'document', RelatedPerson: 'person' };

/** People, places, software, documents: each under the pseudonym that it has everywhere else in the same export. */
export function pseudonymRefs(pseudonyms: Pseudonyms, service: Service): Refs {
  const named = (kind: PseudonymKind, id: string): Identifier => ({ system: PSEUDONYMS, value: pseudonyms.ref(kind, id) });
  return {
    service,
    resourceId: (kind, stream, rev, nth) => idFrom(pseudonyms.ref('resource', `${kind} ${stream} ${rev} ${nth}`)),
    patient: (space) => named('space', space),
    professional: (id) => named('professional', id),
    facility: (id) => named('facility', id),
    software: (client) => named('software', client),
    account: (subject) => named('person', nameOfAccount(subject)),
    thing: (type, id) => {
      const kind = KINDS[type];
      return kind === undefined ? named('thing', `${type} ${id}`) : named(kind, id);
    },
  };
}
