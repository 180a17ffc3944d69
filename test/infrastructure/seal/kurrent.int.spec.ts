import { openKurrentStore } from '../event-store/kurrentdb.js';
import { sealingContract } from './sealing.contract.js';

sealingContract('EventStoreDB / KurrentDB', () => openKurrentStore());
