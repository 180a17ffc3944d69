import type { Batch, EventStore, StoredEvent, Subscription } from '../../application/shared/event-store.js';
import type { FactBatch, Met } from '../../application/shared/fact-reader.js';

/** Opens stored events, in their order (SealedJournal.decodeBatch). */
export interface BatchDecoder {
  decodeBatch(events: readonly StoredEvent[]): Promise<readonly Met[]>;
}

/** A batch of the store as facts. */
export const openBatch = async (decoder: BatchDecoder, { events, position, live }: Batch): Promise<FactBatch> => ({
  facts: await decoder.decodeBatch(events),
  position,
  live,
  last: events.at(-1) ?? null,
});

/** A subscription of its own: while the handler writes a batch, the next one is already being opened; live, nothing waits behind it. */
export function openedAlone(
  store: Pick<EventStore, 'subscribe'>,
  decoder: BatchDecoder,
  after: bigint,
  categories: readonly string[],
  handler: (batch: FactBatch) => Promise<void>,
): Subscription {
  let work: Promise<void> = Promise.resolve();
  const inner = store.subscribe(after, categories, async (batch) => {
    const opened = await openBatch(decoder, batch);
    await work;
    work = handler(opened);
    if (batch.live) await work;
    else void Promise.allSettled([work]);
  });
  const settled = (): Promise<unknown> => Promise.allSettled([work]);
  const finished = inner.finished.then(
    () => work,
    async (error: unknown) => {
      await settled();
      throw error;
    },
  );
  return { finished, stop: async () => void (await inner.stop(), await settled()) };
}
