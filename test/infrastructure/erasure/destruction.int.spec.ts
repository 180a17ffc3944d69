import { inPostgres } from '../../support/logs.js';
import { destructionContract } from './destruction.contract.js';

destructionContract('the PostgreSQL event store', inPostgres);
