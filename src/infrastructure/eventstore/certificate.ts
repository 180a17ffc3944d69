import { createHash } from 'node:crypto';
import { NotCertified, type EventBytes, type StoredEvent } from '../../application/shared/event-store.js';
import type { CertifiedPart } from '../../domain/audit/destruction.js';
import { leafHash } from './leaf.js';

/** Number and digest (SHA-256 over the leaf hashes, in the order of revisions, base64url) of the events of one stream. */
export function partOf(events: readonly EventBytes[]): CertifiedPart {
  const digest = createHash('sha256');
  for (const event of events) digest.update(leafHash(event));
  return { events: events.length, digest: digest.digest('base64url') };
}

/** Throws NotCertified unless this is a clear certificate of destruction with a part for exactly these events. For stores that cannot check it themselves. */
export function checkCertified(events: readonly EventBytes[], certificate: StoredEvent | undefined): void {
  const { events: count, digest } = partOf(events);
  const covered = partsIn(certificate).some((part) => part.events === count && part.digest === digest);
  if (!covered) throw new NotCertified('no certificate of destruction covers what lies in this stream');
}

/** How many events a certificate of destruction accounts for; 0 for any other event, and for one whose parts somebody made into something else. */
export function certifiedBy(stored: StoredEvent): number {
  const parts: unknown = partsIn(stored);
  const counts = Array.isArray(parts) ? parts.map((part: Partial<CertifiedPart> | null) => part?.events ?? 0) : [];
  return counts.every((count) => Number.isSafeInteger(count) && count > 0) ? counts.reduce((sum, count) => sum + count, 0) : 0;
}

function partsIn(certificate: StoredEvent | undefined): readonly CertifiedPart[] {
  if (!certificate?.stream.startsWith('audit-') || certificate.body[0] !== 0) return [];
  const { t, d } = JSON.parse(Buffer.from(certificate.body.subarray(1)).toString('utf8')) as {
    readonly t: string;
    readonly d?: { readonly parts?: readonly CertifiedPart[] } | null;
  };
  return t === 'SpaceDestroyed' ? (d?.parts ?? []) : [];
}
