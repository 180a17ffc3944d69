import { startKurrentLog } from '../support/crash/kurrent-log.js';
import { crashDrill } from './crash-drill.js';

/** Everybody dies here too; the event store most, because it is what the other drill does not have. Keys and read models still lie in PostgreSQL. */
crashDrill({
  name: 'EventStoreDB / KurrentDB',
  victims: ['log', 'worker', 'sealer', 'api', 'log', 'projections', 'database', 'worker'],
  deaths: 8,
  surroundings: async () => ({ log: await startKurrentLog() }),
});
