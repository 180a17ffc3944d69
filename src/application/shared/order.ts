import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import type { Actor } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Reading } from './archive.js';
import type { Revision } from './ports.js';

/** What a caller needs to read his own writes: an opaque token of the position. */
export interface Receipt {
  readonly position: string;
}

/** A wish addressed to one thing by one actor. */
export interface Order<C> {
  readonly id: string;
  /** Stream id of the space it concerns, where `id` does not say it: a veil. */
  readonly space?: string | undefined;
  readonly command: C;
  /**
   * What the caller said, where the command also holds what the server added (names of objects, wishes of the holder): the same key with the same words
   * is the same wish. Absent: the command as it stands.
   */
  readonly words?: unknown;
  /** Where the wish is granted in a closed space too: how to read what it is about. Absent: KeyGone. */
  readonly archived?: Reading | undefined;
  readonly actor: Actor;
  /** Idempotency-Key of the caller, or the id of the message: the same one means the same wish. */
  readonly messageId: string;
  /** When it reached the door; the rules count this moment, however long the writing takes. */
  readonly receivedAt?: Instant | undefined;
  /**
   * From If-Match: the revision the caller decided on, looked up once it is known that the wish was not granted before. Throws Refused (412)
   * when it is not what he saw. A conflict is then his to solve, so no retry.
   */
  readonly expected?: (() => Promise<Revision>) | undefined;
  /** How a professional comes to the space; absent: normal. */
  readonly mode?: AccessMode | undefined;
  /** Said to be under the secret of a minor; the gate decides whether it counts. */
  readonly secret?: boolean | undefined;
  /** The request or fact at the beginning of the chain, when it is not this message. */
  readonly corr?: string | undefined;
}
