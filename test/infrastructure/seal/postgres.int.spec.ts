import { openPostgresStore } from '../event-store/postgres.js';
import { sealingContract } from './sealing.contract.js';

sealingContract('the PostgreSQL event store', openPostgresStore);
