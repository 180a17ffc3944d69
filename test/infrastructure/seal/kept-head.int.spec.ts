import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Client } from 'pg';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { openCheckpoint, signCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { signerOf } from '../../../src/infrastructure/seal/note/signed-note.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { appendSealable, fill, newHeadFile, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { silenceGuards } from '../../support/tampering.js';
import { openLoopbackStore } from '../event-store/kurrentdb.js';
import { openPostgresStore, storeOn } from '../event-store/postgres.js';
import { keptHeadContract } from './kept-head.contract.js';

keptHeadContract('the PostgreSQL event store', openPostgresStore);
// On logs of its own wherever KURRENTDB_URL points: a seal covers everything that lies in a log.
keptHeadContract('EventStoreDB / KurrentDB', () => openLoopbackStore());

describe('Whoever owns the database with log and seal', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let headFile: string;
  let seal: Seal;
  beforeEach(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    headFile = newHeadFile();
    seal = sealOn(database.url, store, { headFile, term: 400 });
    await fill(store, 12);
    seal.sealer.start();
    await sealed(seal, store);
  });
  afterEach(async () => {
    await seal.close();
    await store.close();
    await database.drop();
    await rm(headFile, { force: true });
  });

  const asOwner = (work: (db: Client) => Promise<unknown>) =>
    connected(database.url, async (db) => {
      await silenceGuards(db);
      await db.query('BEGIN');
      await work(db);
      await db.query('COMMIT');
    });
  const tables = async (db: Client): Promise<readonly string[]> => {
    const { rows } = await db.query<{ name: string }>(
      `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
        AND relnamespace IN ('log'::regnamespace, 'seal'::regnamespace)`,
    );
    return rows.map(({ name }) => name);
  };
  const keepIt = () =>
    asOwner(async (db) => {
      const names = await tables(db);
      await db.query('CREATE SCHEMA kept');
      for (const name of names) await db.query(`CREATE TABLE kept."${name}" AS SELECT * FROM ${name}`);
    });
  const takeItBack = () =>
    asOwner(async (db) => {
      for (const name of await tables(db)) {
        await db.query(`DELETE FROM ${name}`);
        await db.query(`INSERT INTO ${name} SELECT * FROM kept."${name}"`);
      }
    });
  /** The sizes of the seal that is kept, and of the one that is lost. */
  const loseSome = async (): Promise<readonly [number, number]> => {
    await keepIt();
    const { size } = await seal.tree.head();
    await appendSealable(store, 'space-lost', -1, 40);
    await sealed(seal, store);
    return [size, (await seal.tree.head()).size];
  };
  const taken = (size: number, lost: number): string =>
    `the head kept beside SEAL_KEY_FILE is over ${lost} leaves, and the seal has ${size}: log and seal were taken back, or they are others`;

  it('cannot take both back below a sealer that is at work: he signs nothing of what is written then', async () => {
    const [size, lost] = await loseSome();
    await takeItBack();
    await appendSealable(store, 'space-other', -1, 3);
    await eventually(async () => expect((await seal.tree.head()).trouble).toBe(taken(size, lost)));
    expect((await seal.tree.head()).size).toBe(size);
    expect(seal.alarms.at(-1)).toBe(`sealing stopped: ${taken(size, lost)}`);
  });

  it('cannot take both back while nobody seals, nor to the beginning', async () => {
    const [size, lost] = await loseSome();
    await seal.sealer.stop();
    await takeItBack();
    const stopsWith = async (reason: string): Promise<void> => {
      const again = sealOn(database.url, store, { headFile });
      again.sealer.start();
      await eventually(async () => expect((await again.tree.head()).trouble).toBe(reason));
      expect(again.alarms).toEqual([`sealing stopped: ${reason}`]);
      await again.close();
    };
    await stopsWith(taken(size, lost));
    await asOwner(async (db) => {
      for (const name of await tables(db)) if (!name.endsWith('.head')) await db.query(`DELETE FROM ${name}`);
      await db.query('UPDATE seal.head SET size = 0, position = 0, origin = NULL, trouble = NULL');
    });
    await stopsWith(taken(0, lost));
  });

  it('finds no head outside that never got into the database', async () => {
    await seal.sealer.stop();
    const before = await readFile(headFile, 'utf8');
    await asOwner((db) =>
      db.query(`CREATE FUNCTION seal.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
        CREATE TRIGGER no_room BEFORE INSERT ON seal.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION seal.no_room()`),
    );
    await appendSealable(store, 'space-next', -1, 3);
    seal.sealer.start();
    await eventually(async () => expect(seal.alarms).toContainEqual(expect.stringMatching(/^sealing waits: /)));
    await seal.sealer.stop();
    expect(await readFile(headFile, 'utf8')).toBe(before);
    await asOwner((db) => db.query('DROP TRIGGER no_room ON seal.checkpoint'));
    seal.sealer.start();
    await sealed(seal, store);
    await seal.sealer.stop();
    expect(openCheckpoint(await readFile(headFile, 'utf8'), [signer]).size).toBe((await seal.tree.head()).size);
  });

  it('finds the sealer at work again once what was lost is back', async () => {
    const [size, lost] = await loseSome();
    await seal.sealer.stop();
    await asOwner(async (db) => {
      await db.query('ALTER SCHEMA kept RENAME TO earlier');
      await db.query('CREATE SCHEMA kept');
      for (const name of await tables(db)) {
        await db.query(`CREATE TABLE kept."${name}" AS SELECT * FROM ${name}`);
        await db.query(`DELETE FROM ${name}`);
        await db.query(`INSERT INTO ${name} SELECT * FROM earlier."${name}"`);
      }
    });
    const again = sealOn(database.url, store, { headFile, term: 400 });
    again.sealer.start();
    await eventually(async () => expect((await again.tree.head()).trouble).toBe(taken(size, lost)));
    await takeItBack();
    await appendSealable(store, 'space-next', -1, 1);
    await sealed(again, store);
    expect((await again.tree.head()).trouble).toBeNull();
    await again.close();
  });

  const root = Buffer.alloc(32, 1);
  it.each([
    [
      'by somebody else',
      signCheckpoint({ origin: ORIGIN, size: 3, root }, [signerOf(ORIGIN, Buffer.alloc(32, 9))]),
      'nobody who is known signed the note',
    ],
    [
      'of another log',
      signCheckpoint({ origin: 'other.example/essai', size: 3, root }, [signerOf('other.example/essai', Buffer.alloc(32, 7))]),
      `it is that of the log other.example/essai, and this one is ${ORIGIN}`,
    ],
    [
      'over so many leaves, altered',
      signCheckpoint({ origin: ORIGIN, size: 3, root }, [signer]).replace('\n3\n', '\n2\n'),
      'a signature of the note does not hold',
    ],
  ])('cannot have another head believed: one %s stops the sealer, and is not written over', async (_, note, reason) => {
    await seal.sealer.stop();
    await writeFile(headFile, note);
    await appendSealable(store, 'space-next', -1, 1);
    const { size } = await seal.tree.head();
    const again = sealOn(database.url, store, { headFile });
    again.sealer.start();
    await eventually(async () =>
      expect((await again.tree.head()).trouble).toBe(`the head kept beside SEAL_KEY_FILE is not one of ours: ${reason}`),
    );
    expect((await again.tree.head()).size).toBe(size);
    await again.close();
  });
});
