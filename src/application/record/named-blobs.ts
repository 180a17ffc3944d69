import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import { categoryOf, idOf, type StreamName } from '../../domain/shared/fact.js';
import { isHeld, isSealed, type FactReader } from '../shared/fact-reader.js';
import type { KeyVault, RingSlot } from '../shared/key-vault.js';
import type { BlobName } from './blob-store.js';

/** Names that count lie under keys that are archived, or in an event that cannot be read: nobody can say now which objects are orphans. */
export class NamesOutOfReach extends Error {}

/** Under which key the deposits of a stream lie; the entry of each document has a key of its own beside it. */
const slotOf = (stream: StreamName): RingSlot => ({
  owner: idOf(stream),
  purpose: categoryOf(stream) === 'record' ? 'content' : 'own',
});

/**
 * Which of the names an event names, for the sweep of orphans: reads the streams of documents from the first event to the head of now. Every name there
 * counts, also of what was deleted since. What lies under a destroyed key names nothing any more, and nobody could read those bytes.
 * Throws NamesOutOfReach, StoreUnavailable.
 */
export const namedInLog =
  (reader: FactReader, vault: KeyVault) =>
  async (names: readonly BlobName[]): Promise<ReadonlySet<BlobName>> => {
    const sought: ReadonlySet<string> = new Set(names);
    const found = new Set<BlobName>();
    const sealed = new Set<StreamName>();
    for await (const { facts } of reader.read(0n, ['record', 'veil']))
      for (const met of facts)
        if (isHeld(met)) throw new NamesOutOfReach('an event that may name a document cannot be read; nothing was swept');
        else if (isSealed(met)) sealed.add(met.stream);
        else for (const name of blobIn(met.event as DocumentEvent)) if (sought.has(name)) found.add(name as BlobName);
    const keys = await vault.keysFor([...sealed].map(slotOf));
    if (keys.some(({ state }) => state === 'archived')) throw new NamesOutOfReach('documents lie under archived keys; nothing was swept');
    return found;
  };

const blobIn = (event: DocumentEvent): readonly string[] => ('blob' in event ? [event.blob] : []);
