import { inKurrentDb, inPostgres } from '../../support/logs.js';
import { proofsContract } from './proofs.contract.js';

proofsContract('the PostgreSQL event store', inPostgres);
proofsContract('EventStoreDB / KurrentDB', inKurrentDb);
