import { BeginningNow } from '../event-store/beginning-now.js';
import { openKurrentStore } from '../event-store/kurrentdb.js';
import { sealingContract } from './sealing.contract.js';

// A seal covers everything that lies in a log, from its first event on: on a server that was used before, from the first event of this test on.
sealingContract('EventStoreDB / KurrentDB', async () => {
  const opened = await openKurrentStore();
  return { ...opened, store: new BeginningNow(opened.store, await opened.store.head()) };
});
