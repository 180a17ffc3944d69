import type { Recorded } from '../../domain/shared/fact.js';
import type { Refs } from './refs.js';
import type { AuditEntity, AuditEvent, Coding } from './resources.js';

/** A fact, whose space it is about (id of its streams; null: nobody's), and how things are called. */
export interface Telling {
  readonly fact: Recorded;
  readonly space: string | null;
  readonly refs: Refs;
}

/** What differs from one kind of audit event to another. */
export interface Body extends Pick<AuditEvent, 'type' | 'subtype' | 'action' | 'outcome' | 'outcomeDesc' | 'agent'> {
  /** BALP profile that it claims; absent where IHE has none. */
  readonly profile?: string;
  /** What kind of server recorded it. */
  readonly recorder: Coding;
  readonly entity: readonly AuditEntity[];
}
