import { EventEmitter, getEventListeners } from 'node:events';
import type { Connection } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import { listeningTo } from '../../../src/infrastructure/eventstore/kurrentdb/tail.js';
import type { Connections } from '../../../src/infrastructure/eventstore/postgres/connections.js';
import { listeningOn } from '../../../src/infrastructure/eventstore/postgres/listening.js';
import type { Listen } from '../../../src/infrastructure/eventstore/wake-up.js';

/** What either store listens on, as far as listening can see. */
class Source extends EventEmitter {
  readonly query = async (): Promise<void> => undefined;
  readonly unsubscribe = async (): Promise<void> => undefined;
}

const onPostgres = (source: Source): Listen =>
  listeningOn({ use: (work: (client: Source) => Promise<void>) => work(source) } as unknown as Connections);
const onKurrent = (source: Source): Listen => listeningTo({ client: { subscribeToAll: () => source } } as unknown as Connection);

describe.each([
  ['PostgreSQL', onPostgres],
  ['EventStoreDB / KurrentDB', onKurrent],
])('Whoever listens to the log in %s', (_, listenOn) => {
  const listening = (source: Source, closing: AbortSignal) =>
    listenOn(source)({ connected: () => undefined, heard: () => undefined, closing });

  it('leaves nothing behind when what he listens on breaks, however often', async () => {
    const { signal } = new AbortController();
    for (let n = 0; n < 3; n += 1) {
      const source = new Source();
      const over = listening(source, signal);
      source.emit('error', new Error('broken'));
      await expect(over).rejects.toThrow('broken');
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends when the store is closed, also when it was before', async () => {
    const closing = new AbortController();
    const over = listening(new Source(), closing.signal);
    closing.abort();
    await over;
    await listening(new Source(), closing.signal);
  });
});
