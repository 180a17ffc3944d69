import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import type { Actor } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Knowledge } from '../../domain/shared/knowledge.js';
import { epochOf, type Instant } from '../../domain/shared/time.js';
import type { Sender } from './domain-command.js';
import { Refused } from './refused.js';
import type { Asking } from './subject-query.js';

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
  /** What was known at that moment (absent, or `KNOWN`), or what was true then. */
  readonly knowledge?: Knowledge | undefined;
  /** Receipt of a write the answer must include. */
  readonly after?: string | undefined;
  readonly purpose?: string | undefined;
  /** How a professional comes to the space; absent: normal. */
  readonly mode?: AccessMode | undefined;
  /** Under the secret of a minor (*connexion secrète*). */
  readonly secret?: boolean | undefined;
}

/** The caller of a wish: all that goes with it, whatever it wishes. */
export const senderOf = ({ actor, messageId, receivedAt, mode, secret }: Caller): Sender => ({
  actor,
  messageId,
  receivedAt,
  mode,
  secret,
});

/** The caller of a question. Nobody knows yet what will be known: an answer of today must not be remembered as one of a day to come. */
export function askingOf({ actor, messageId, asOf, knowledge, after, purpose, mode, secret }: Caller, now: Instant): Asking {
  if (asOf !== undefined && epochOf(asOf) > epochOf(now)) throw new Refused(reject('invalid', 'query/as-of-in-the-future'));
  return { actor, messageId, asOf, knowledge, after, purpose, mode, secret };
}
