import type { OpeningReason } from '../../domain/audit/destruction.js';
import type { Actor } from '../../domain/shared/actor.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { KeyGone, type History, type Journal } from './ports.js';

/** Who opens what lies in the archive of a space, and why. */
export interface Opening {
  readonly who: Actor;
  /** Stream id. */
  readonly space: string;
  readonly reason: OpeningReason;
  /** Of the request, order or document; no free text about a person. */
  readonly reference: string;
}

/** What lies under archived keys. Without a durable line in the audit stream (`ArchiveOpened`) nothing is opened. */
export abstract class Archive {
  /** The facts of a stream that any key still opens. Throws NotAnArchivist, StoreUnavailable, UnreadableEvent. */
  abstract read<E extends Tagged>(stream: StreamName, opening: Opening): Promise<History<E>>;
}

/** How to read a stream whose key is archived, for a wish that is granted in a closed space too. */
export type Reading = <E extends Tagged>(stream: StreamName) => Promise<History<E>>;

/** A stream from the log, or, where its key is gone and the wish brings a way, from the archive. Throws KeyGone without one. */
export async function readThrough<E extends Tagged>(
  journal: Pick<Journal, 'read'>,
  stream: StreamName,
  archived: Reading | undefined,
): Promise<History<E>> {
  try {
    return await journal.read<E>(stream);
  } catch (error) {
    if (!(error instanceof KeyGone) || archived === undefined) throw error;
    return archived<E>(stream);
  }
}
