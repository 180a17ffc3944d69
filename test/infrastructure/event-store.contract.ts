import type { AppendOutcome } from '../../src/application/shared/event-store.js';
import { NO_STREAM, StoreUnavailable } from '../../src/application/shared/ports.js';
import { appendingRules } from './event-store/appending.contract.js';
import { leadingRules } from './event-store/leading.contract.js';
import { networkRules } from './event-store/network.contract.js';
import { purgingRules } from './event-store/purging.contract.js';
import { readingRules } from './event-store/reading.contract.js';
import { appendOf, newStream, persistently, plain, type OpenedStore, type OwnStore } from './event-store/samples.js';
import { subscribingRules } from './event-store/subscribing.contract.js';

/** How a store is opened; in a hurry where it is told how long to wait for an answer, milliseconds. */
export interface OpenStores {
  readonly open: (patienceMs?: number) => Promise<OpenedStore>;
  /** On a server of this test alone, wherever the others stand: it is told from inside what to do. */
  readonly openOwn: (patienceMs?: number) => Promise<OwnStore>;
}

/** Every adapter of the port EventStore passes these rules, unchanged; positions are opaque to them. */
export const eventStoreContract = (name: string, { open, openOwn }: OpenStores): void => {
  describe(`${name} keeps the contract of the event store`, () => {
    let opened: OpenedStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    describe('appending', () => appendingRules(() => opened.store));
    describe('reading', () => readingRules(() => opened.store));
    describe('subscribing', () => subscribingRules(() => opened));
    describe('purging', () => purgingRules(() => opened));

    it('acknowledges nothing that it does not keep when connections break, and takes the same bytes again', async () => {
      const appends = Array.from({ length: 300 }, () => appendOf(newStream(), NO_STREAM));
      const sending = appends.map((append) => opened.store.append(append).catch((error: unknown) => error));
      await opened.breakConnections();
      const outcomes = await Promise.all(sending);
      let acknowledged = 0;
      for (const [index, first] of outcomes.entries()) {
        const append = appends[index]!;
        if (first instanceof Error) expect(first).toBeInstanceOf(StoreUnavailable);
        const outcome = first instanceof Error ? await persistently(() => opened.store.append(append)) : (first as AppendOutcome);
        // What waited for so long that its clock was off is refused, and then not there.
        expect(['written', 'clock']).toContain(outcome.outcome);
        const kept = outcome.outcome === 'written' ? append.events : [];
        expect((await persistently(() => opened.store.read(append.stream))).map(plain)).toEqual(kept.map(plain));
        acknowledged += kept.length;
      }
      expect(acknowledged).toBeGreaterThan(0);
    });
  });

  describe(`${name}, when the network or its server does wrong,`, () => networkRules(open));

  describe(`${name}, on a server of its own that does not lead,`, () => leadingRules(openOwn));

  describe(`${name}, when closed,`, () => {
    it('ends its subscriptions and promises nothing any more', async () => {
      const opened = await open();
      const subscription = opened.store.subscribe(0n, [], async () => undefined);
      await opened.store.close();
      await subscription.finished;
      await expect(opened.store.append(appendOf(newStream(), NO_STREAM))).rejects.toThrow(StoreUnavailable);
      await expect(opened.store.head()).rejects.toThrow(StoreUnavailable);
      await opened.close();
    });
  });
};
