import type { Actor } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';

/** One request at a door, whatever the door: who, when it arrived, and how it is told apart from its own repetition. */
export interface Caller {
  readonly actor: Actor;
  /** Idempotency-Key, or a random id when the caller sent none. */
  readonly messageId: string;
  readonly receivedAt: Instant;
  /** If-Match: the ETag of the overview the caller decided on. */
  readonly ifMatch?: string | undefined;
  /** Past moment of a question. */
  readonly asOf?: Instant | undefined;
  /** Receipt of a write the answer must include. */
  readonly after?: string | undefined;
  readonly purpose?: string | undefined;
}
