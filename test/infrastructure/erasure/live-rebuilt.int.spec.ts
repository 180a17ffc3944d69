import { inKurrentDb, inPostgres } from '../../support/logs.js';
import { liveRebuiltContract } from './live-rebuilt.contract.js';

liveRebuiltContract('PostgreSQL', inPostgres);
liveRebuiltContract('EventStoreDB / KurrentDB', inKurrentDb);
