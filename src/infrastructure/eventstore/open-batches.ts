import { ahead } from '../../application/shared/ahead.js';
import type { Batch, EventStore, StoredEvent, Subscription } from '../../application/shared/event-store.js';
import type { FactBatch, Met } from '../../application/shared/fact-reader.js';
import type { Standstill } from '../../application/shared/standstill.js';

/** Batches that are opened before they are wanted: a thread is at work on one while the main thread reads the other. */
const OPENED_AHEAD = 2;

/** Opens stored events, in their order, and knows what stands still (SealedJournal). */
export interface BatchDecoder {
  /** `from`: the revision with which each of their streams must begin. */
  decodeBatch(events: readonly StoredEvent[], from?: number): Promise<readonly Met[]>;
  standstill(): Promise<Standstill>;
}

/** What is known of a batch before the one before it was taken. */
type Opened = Omit<FactBatch, 'standstill'>;

/** A batch of the store as facts. */
const openBatch = async (decoder: BatchDecoder, { events, position, live }: Batch): Promise<Opened> => ({
  facts: await decoder.decodeBatch(events),
  position,
  live,
  last: events.at(-1) ?? null,
});

/** Asked when it is handed over: what cannot be read among its own events stands in it, and what was found in those before it while they were all being opened. */
const handedOver = async (decoder: BatchDecoder, opened: Opened): Promise<FactBatch> => ({
  ...opened,
  standstill: await decoder.standstill(),
});

/** Batches of a log as facts, in their order: the next one is read and opened while the caller works on the one before it. */
export async function* openedAhead(decoder: BatchDecoder, log: AsyncIterable<Batch>): AsyncGenerator<FactBatch, void> {
  for await (const { opening } of ahead(openings(decoder, log), OPENED_AHEAD)) yield await handedOver(decoder, await opening);
}

async function* openings(decoder: BatchDecoder, log: AsyncIterable<Batch>): AsyncGenerator<{ readonly opening: Promise<Opened> }, void> {
  for await (const batch of log) yield { opening: metLater(openBatch(decoder, batch)) };
}

/**
 * A subscription of its own: while the handler writes a batch, the next ones are already being opened, so that threads, this thread and the database work at
 * the same time; live, nothing waits behind it.
 */
export function openedAlone(
  store: Pick<EventStore, 'subscribe'>,
  decoder: BatchDecoder,
  after: bigint,
  categories: readonly string[],
  handler: (batch: FactBatch) => Promise<void>,
): Subscription {
  let [before, work] = [Promise.resolve(), Promise.resolve()];
  const inTurn = async (opening: Promise<Opened>, earlier: Promise<void>): Promise<void> => {
    const opened = await opening;
    // Whatever became of it: what comes behind a batch that failed is not handed over.
    await earlier;
    await handler(await handedOver(decoder, opened));
  };
  const inner = store.subscribe(after, categories, async (batch) => {
    const earliest = before;
    [before, work] = [work, metLater(inTurn(metLater(openBatch(decoder, batch)), work))];
    await (batch.live ? work : earliest);
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

/** Its error is met where it is awaited; until then it must not count as unhandled. */
function metLater<T>(promise: Promise<T>): Promise<T> {
  void Promise.allSettled([promise]);
  return promise;
}
