import type { Batch, EventStore, StoredEvent, Subscription } from '../../application/shared/event-store.js';
import type { FactBatch, Met } from '../../application/shared/fact-reader.js';
import type { Standstill } from '../../application/shared/standstill.js';

/** Opens stored events, in their order, and knows what stands still (SealedJournal). */
export interface BatchDecoder {
  /** `from`: the revision with which each of their streams must begin. */
  decodeBatch(events: readonly StoredEvent[], from?: number): Promise<readonly Met[]>;
  standstill(): Promise<Standstill>;
}

/** A batch of the store as facts. */
export const openBatch = async (decoder: BatchDecoder, { events, position, live }: Batch): Promise<FactBatch> => ({
  facts: await decoder.decodeBatch(events),
  position,
  live,
  last: events.at(-1) ?? null,
  // Asked after its own events were opened: what cannot be read among them stands in it.
  standstill: await decoder.standstill(),
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
