import type { StreamName } from '../../domain/shared/fact.js';
import { isHeld, isSealed, type FactReader, type Met } from '../shared/fact-reader.js';

/** What the log says of the objects of one stream. */
export interface NamedBlobs {
  /** Those that an event names which can be read; also of what was deleted since. */
  readonly names: ReadonlySet<string>;
  /** False where there may be others: something lies there that nobody can read now. */
  readonly complete: boolean;
}

/**
 * Which objects the events of a stream name, for the sweep of orphans. It asks the log itself, up to its head of now, and of it this stream alone. What lies
 * under a destroyed key names nothing any more, and nobody could read those bytes; a stream that does not exist names nothing either. Who decides in a stream
 * holds all of it, and so does this. Throws StoreUnavailable.
 */
export const namedInLog =
  (reader: Pick<FactReader, 'readMany'>) =>
  async (stream: StreamName): Promise<NamedBlobs> => {
    const met = await reader.readMany([stream]);
    return { names: new Set(met.flatMap(blobIn)), complete: !met.some(mayNameMore) };
  };

/**
 * Held, or released by an operator, an event could name anything. Put away with its key, too: the entry of a document does not, but that it is one cannot be
 * seen. The state of the key is that of the reading: asked afterwards, a space that was reopened meanwhile would seem to have been read.
 */
const mayNameMore = (met: Met): boolean => isHeld(met) || (isSealed(met) && (met.archived || met.released));

const blobIn = (met: Met): readonly string[] =>
  'event' in met && 'blob' in met.event && typeof met.event.blob === 'string' ? [met.event.blob] : [];
