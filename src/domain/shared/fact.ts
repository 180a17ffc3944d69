import type { Actor } from './actor.js';
import type { Tagged } from './decider.js';
import type { RecordedGround } from './ground.js';
import type { RejectionKind } from './rejection.js';
import type { Instant } from './time.js';

/** `<category>-<id>`: the id is random and never leaves the servers, but in names of stored objects (ADR 0052). */
export type StreamName = `${string}-${string}`;

/** Which wish brought a fact about, and what was answered: the durable half of idempotency. */
export interface CommandMark {
  /** HMAC(secret, actor ‖ operation ‖ target ‖ Idempotency-Key). */
  readonly id: string;
  /** HMAC of the content: the same key with another content is refused (422). */
  readonly digest: string;
  /** Present when the fact records a refusal: the answer to give again. */
  readonly refused?: { readonly code: string; readonly kind: RejectionKind; readonly also?: readonly string[] };
}

/** What surrounds a fact, encrypted with it (member `m` of the plaintext). */
export interface Circumstances {
  readonly who: Actor;
  /** When it was true, if not when it was written. Legal rules read this one. */
  readonly on?: Instant;
  /** Why somebody looked or acted, where he must say it. */
  readonly purpose?: string;
  /** The decision that let him act or look, or refused it; absent for parts of the software. */
  readonly ground?: RecordedGround;
  /** Done under the secret of a minor: not for his representatives (CSP R.1111-50). Absent: no. */
  readonly secret?: true;
  /** The message or fact that caused it, and the request at the beginning of the chain. */
  readonly cause: string;
  readonly corr: string;
  readonly command: CommandMark;
}

/** A fact as it was read back from the log. */
export interface Recorded<E extends Tagged = Tagged> {
  readonly event: E;
  readonly stream: StreamName;
  /** Dense from 0 in the stream; (stream, rev) is the identity of the event everywhere. */
  readonly rev: number;
  readonly position: bigint;
  /** When it was written, UTC. */
  readonly at: Instant;
  readonly meta: Circumstances;
  /** By an operator's decision: read models make no rows of it. For all else it is a fact as any other. */
  readonly withoutRows?: true;
}

/** The moment that legal rules and histories speak of. */
export const trueOn = (fact: { readonly at: Instant; readonly meta: Pick<Circumstances, 'on'> }): Instant => fact.meta.on ?? fact.at;

/** The part after the category. */
export const idOf = (stream: StreamName): string => stream.slice(stream.indexOf('-') + 1);
/** The part before the id. */
export const categoryOf = (stream: StreamName): string => stream.slice(0, stream.indexOf('-'));
