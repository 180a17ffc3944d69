import { Client } from 'pg';
import { ALL_RANGES, claimOf, rangeLeases } from '../../../src/application/shared/ranges.js';
import { PostgresLeases } from '../../../src/infrastructure/postgres/leases/postgres-leases.js';
import { AnotherLog } from '../../../src/infrastructure/postgres/projections/checkpoint.js';
import { PostgresProcessPoints } from '../../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { processLags } from '../../../src/infrastructure/postgres/processes/process-lags.js';
import { ENROLMENT, eventually } from '../../support/read-side.js';
import { sealedHouse } from '../../support/sealed-log.js';

const NAME = 'idle';
/** Of those who wait for somebody else's lock, under the account of the processes. */
const WAIT = `FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%mes_projector' AND wait_event_type = 'Lock'`;
const WAITING = `SELECT pg_terminate_backend(pid) AS ended ${WAIT}`;
const LOCKED = `SELECT pid ${WAIT}`;

let house: Awaited<ReturnType<typeof sealedHouse>>;
beforeEach(async () => {
  house = await sealedHouse();
});
afterEach(() => house.close());

const position = async () => (await house.rows(`SELECT position FROM process.checkpoint WHERE name = '${NAME}'`))[0]?.['position'];

describe('How far a process has come where nothing calls for anything', () => {
  it('is written without a further event, though the database went away at the first try', async () => {
    const { pools, store } = await house.process(ENROLMENT);
    const pool = pools.pool('mes_projector');
    const points = new PostgresProcessPoints(pool, store);
    const claim = claimOf(await new PostgresLeases(pool).take(rangeLeases(NAME), Infinity));
    await points.claim(NAME, claim);
    const somebody = new Client({ connectionString: house.url });
    await somebody.connect();
    try {
      await somebody.query('BEGIN; LOCK TABLE process.checkpoint');
      points.passed(NAME, claim, { position: 7n, last: null });
      await eventually(async () => expect(await house.rows(WAITING)).toEqual([{ ended: true }]));
      await somebody.query('ROLLBACK');
    } finally {
      await somebody.end();
    }
    await eventually(async () => expect(await position()).toBe('7'));
  });
});

describe('How far a process has come in ranges that stood at different places', () => {
  it('is written though two writes of it meet, the later of which finds the rows united', async () => {
    const { pools, store } = await house.process(ENROLMENT);
    const pool = pools.pool('mes_projector');
    const points = new PostgresProcessPoints(pool, store);
    const claim = claimOf(await new PostgresLeases(pool).take(rangeLeases(NAME), Infinity));
    await points.claim(NAME, claim);
    const OTHERS = ALL_RANGES >> 1n;
    await house.rows(`UPDATE process.checkpoint SET ranges = ${BigInt.asIntN(64, ALL_RANGES ^ OTHERS)} WHERE name = '${NAME}'`);
    await house.rows(`INSERT INTO process.checkpoint (name, version, ranges, fence, position)
                      SELECT name, version, ${OTHERS}, fence, 3 FROM process.checkpoint WHERE name = '${NAME}'`);
    const somebody = new Client({ connectionString: house.url });
    await somebody.connect();
    try {
      await somebody.query(`BEGIN; SELECT FROM process.checkpoint WHERE name = '${NAME}' FOR UPDATE`);
      points.passed(NAME, claim, { position: 7n, last: null });
      const both = Promise.all([points.settle(NAME), points.settle(NAME)]);
      await Promise.allSettled([eventually(async () => expect(await house.rows(LOCKED)).toHaveLength(2), 1_000)]);
      await somebody.query('ROLLBACK');
      await both;
    } finally {
      await somebody.end();
    }
    expect(await house.rows(`SELECT position FROM process.checkpoint WHERE name = '${NAME}'`)).toEqual([{ position: '7' }]);
  });
});

describe('How far a process is behind', () => {
  it('is what it is in the range that moves least; all of the log where nobody ever ran it; nothing where it is level', async () => {
    const { pools } = await house.process(ENROLMENT);
    const pool = pools.pool('mes_projector');
    const [low, high] = [ALL_RANGES >> 32n, BigInt.asIntN(64, ALL_RANGES ^ (ALL_RANGES >> 32n))];
    await house.rows(`INSERT INTO process.checkpoint (name, version, ranges, fence, position)
                      VALUES ('halved', 1, ${low}, 1, 90), ('halved', 1, ${high}, 2, 40), ('level', 1, -1, 1, 100)`);
    const lags = await processLags(pool, { head: async () => 100n }, ['halved', 'level', 'never']);
    expect(lags).toEqual([
      { name: 'halved', lag: 60n },
      { name: 'level', lag: 0n },
      { name: 'never', lag: 100n },
    ]);
  });
});

describe('How far a process has come behind the end of a log that was cut off', () => {
  it('stops it, though the last event it met is there: else it would pass over all that is written until the log is as long again', async () => {
    const { pools, store } = await house.process(ENROLMENT);
    const points = new PostgresProcessPoints(pools.pool('mes_projector'), store);
    const claim = claimOf(await new PostgresLeases(pools.pool('mes_projector')).take(rangeLeases(NAME), Infinity));
    await points.claim(NAME, claim);
    points.passed(NAME, claim, { position: (await store.head()) + 7n, last: null });
    await points.settle(NAME);
    await expect(points.claim(NAME, claim)).rejects.toThrow(AnotherLog);
  });
});
