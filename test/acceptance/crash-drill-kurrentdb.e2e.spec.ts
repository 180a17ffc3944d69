import { startKurrentLog } from '../support/crash/kurrent-log.js';
import { crashDrill } from './crash-drill.js';

/** The event store dies most, because it is what the other drill does not have; keys and read models still lie in PostgreSQL. */
crashDrill({
  name: 'EventStoreDB / KurrentDB',
  victims: ['log', 'api', 'log', 'database', 'worker', 'log', 'sealer', 'api'],
  deaths: 4,
  surroundings: async () => ({ log: await startKurrentLog() }),
});
