import { crashDrill } from './crash-drill.js';

/** Of eight deaths two are of the database, with all of its processes. */
crashDrill({
  name: 'PostgreSQL',
  victims: ['api', 'database', 'worker', 'sealer', 'projections', 'api', 'worker', 'database'],
  deaths: 20,
  surroundings: async () => ({}),
});
