import { eventStoreContract } from './event-store.contract.js';
import { openKurrentStore } from './event-store/kurrentdb.js';

eventStoreContract('EventStoreDB / KurrentDB', () => openKurrentStore());
