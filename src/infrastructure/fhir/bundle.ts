import type { AuditEvent } from './resources.js';

/** `application/fhir+json` (FHIR R4, section 2.1.0.6). */
export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** A page of a search (FHIR R4, section 3.1.1). */
export interface SearchSet {
  readonly resourceType: 'Bundle';
  readonly type: 'searchset';
  readonly link: readonly { readonly relation: 'self' | 'next'; readonly url: string }[];
  readonly entry?: readonly { readonly resource: AuditEvent; readonly search: { readonly mode: 'match' } }[];
}

/** `self` and, where another page follows, `next`: addresses under which they can be asked for. */
export const searchSet = (events: readonly AuditEvent[], self: string, next: string | null): SearchSet => ({
  resourceType: 'Bundle',
  type: 'searchset',
  link: [{ relation: 'self', url: self }, ...(next === null ? [] : [{ relation: 'next', url: next } as const])],
  ...(events.length === 0 ? {} : { entry: events.map((resource) => ({ resource, search: { mode: 'match' } as const })) }),
});
