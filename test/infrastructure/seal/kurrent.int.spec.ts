import { openLoopbackStore } from '../event-store/kurrentdb.js';
import { sealingContract } from './sealing.contract.js';

// On a log of its own wherever KURRENTDB_URL points: a seal covers everything that lies in a log, from its first event on.
sealingContract('EventStoreDB / KurrentDB', () => openLoopbackStore());
