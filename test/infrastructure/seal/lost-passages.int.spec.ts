import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { Dice } from '../../attacks/dice.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { appendSealable, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { silenceGuards } from '../../support/tampering.js';
import { storeOn } from '../event-store/postgres.js';
import { allOf } from '../event-store/samples.js';
import { trustFigures } from '../../support/trust/figures.js';

const SPACES = 40;
const TRIALS = 50;

/** Ways to take one passage out so that as little as possible shows. */
const ways: Readonly<Record<string, (db: Client, gone: StoredEvent) => Promise<unknown>>> = {
  'taken out': (db, { position }) => db.query('DELETE FROM log.event WHERE position = $1', [position]),
  'taken out, and those behind it in the stream moved up': async (db, { position, stream, rev }) => {
    await db.query('DELETE FROM log.event WHERE position = $1', [position]);
    const { rows } = await db.query<{ rev: number }>('SELECT rev FROM log.event WHERE stream = $1 AND rev > $2 ORDER BY rev', [
      stream,
      rev,
    ]);
    for (const later of rows) await db.query('UPDATE log.event SET rev = rev - 1 WHERE stream = $1 AND rev = $2', [stream, later.rev]);
  },
  'taken out, and the whole log behind it moved up': async (db, { position }) => {
    await db.query('DELETE FROM log.event WHERE position = $1', [position]);
    await db.query('UPDATE log.event SET position = -position WHERE position > $1', [position]);
    await db.query('UPDATE log.event SET position = -position - 1 WHERE position < 0');
    await db.query('UPDATE log.head SET position = position - 1');
  },
};

describe('A passage that the owner of the database takes out of the log', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let seal: Seal;
  let log: readonly StoredEvent[];
  let owner: Client;

  beforeAll(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    seal = sealOn(database.url, store);
    for (let n = 0; n < SPACES; n += 1) {
      const space = randomUUID();
      await appendSealable(store, `space-${space}`, NO_STREAM, 2);
      await appendSealable(store, `passage-${space}`, NO_STREAM, 1 + (n % 7));
    }
    seal.sealer.start();
    await sealed(seal, store);
    await seal.sealer.stop();
    log = await allOf(store, 0n);
    owner = new Client({ connectionString: database.url });
    await owner.connect();
    await silenceGuards(owner);
    await owner.query('CREATE TABLE log.kept AS SELECT * FROM log.event; CREATE TABLE log.kept_head AS SELECT * FROM log.head');
  });
  afterAll(async () => {
    await owner.end();
    await seal.close();
    await store.close();
    await database.drop();
  });
  const restore = async (): Promise<void> => {
    await owner.query('BEGIN; DELETE FROM log.event; INSERT INTO log.event SELECT * FROM log.kept');
    await owner.query('UPDATE log.head SET position = (SELECT position FROM log.kept_head); COMMIT');
  };

  it(`is named by its stream and revision, ${TRIALS} times of ${TRIALS}, however the hole was filled`, async () => {
    const passages = log.filter(({ stream }) => stream.startsWith('passage-'));
    const names = Object.keys(ways);
    const missed: unknown[] = [];
    for (let seed = 1; seed <= TRIALS; seed += 1) {
      const gone = new Dice(seed).of(passages);
      const way = names[seed % names.length] ?? '';
      await ways[way]?.(owner, gone);
      const { findings } = await new Monitor(store, seal.tree, [signer]).check();
      const named = findings.filter(({ kind }) => kind === 'deleted' || kind === 'truncated');
      const found = named.map(({ stream, rev }) => ({ stream, rev }));
      if (JSON.stringify(found) !== JSON.stringify([{ stream: gone.stream, rev: gone.rev }])) missed.push({ seed, way, found, findings });
      await restore();
    }
    trustFigures('lost-passages', { trials: TRIALS, named: TRIALS - missed.length, ways: names.length });
    expect(missed).toEqual([]);
  });
});
