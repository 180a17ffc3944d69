import { NO_STREAM } from '../../src/application/shared/ports.js';
import { eventStoreContract } from './event-store.contract.js';
import { openKurrentStore, openLoopbackStore } from './event-store/kurrentdb.js';
import { appendOf, bodies, newStream, written } from './event-store/samples.js';

const inAHurry = (patienceMs?: number) => (patienceMs === undefined ? {} : { patienceMs });

eventStoreContract('EventStoreDB / KurrentDB', {
  open: (patienceMs) => openKurrentStore(inAHurry(patienceMs)),
  openOwn: (patienceMs) => openLoopbackStore({}, inAHurry(patienceMs)),
});

describe('EventStoreDB / KurrentDB, whose positions are offsets,', () => {
  it('finds nothing in the middle of a record', async () => {
    const { store, close } = await openKurrentStore();
    const { position } = await written(store, appendOf(newStream(), NO_STREAM, bodies(2)));
    expect([await store.at(position - 1n), await store.at(position + 1n)]).toEqual([null, null]);
    await close();
  });
});
