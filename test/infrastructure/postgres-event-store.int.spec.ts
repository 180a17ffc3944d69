import { eventStoreContract } from './event-store.contract.js';
import { openPostgresStore } from './event-store/postgres.js';

eventStoreContract('PostgreSQL', openPostgresStore);
