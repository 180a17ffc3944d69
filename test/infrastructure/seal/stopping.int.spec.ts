import type { Client } from 'pg';
import { LeaseLost } from '../../../src/application/shared/leases.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { signerOf } from '../../../src/infrastructure/seal/note/signed-note.js';
import { SealMoved } from '../../../src/infrastructure/seal/seal-writer.js';
import { examine, nextStep } from '../../../src/infrastructure/seal/sealing.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { appendSealable, fill, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { silenceGuards } from '../../support/tampering.js';
import { storeOn } from '../event-store/postgres.js';
import { allOf } from '../event-store/samples.js';

describe('The sealer', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let seal: Seal;
  beforeEach(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    seal = sealOn(database.url, store);
    await fill(store, 12);
    await appendSealable(store, 'space-one', -1, 3);
    seal.sealer.start();
    await sealed(seal, store);
    await seal.sealer.stop();
  });
  afterEach(async () => {
    await seal.close();
    await store.close();
    await database.drop();
  });

  const tamper = (...statements: readonly string[]): Promise<void> =>
    connected(database.url, async (db: Client) => {
      await silenceGuards(db);
      for (const statement of statements) await db.query(statement);
    });
  /** It went back to work on a log that it cannot go on with. */
  const stopsWith = async (reason: RegExp): Promise<void> => {
    const { size } = await seal.tree.head();
    const again = sealOn(database.url, store);
    again.sealer.start();
    await eventually(async () => expect((await again.tree.head()).trouble).toMatch(reason));
    expect(again.alarms).toEqual([expect.stringMatching(/^sealing stopped: /)]);
    expect((await again.tree.head()).size).toBe(size);
    await again.close();
  };

  it('stops where a revision is missing', async () => {
    await appendSealable(store, 'space-one', 2, 2);
    await tamper(`DELETE FROM log.event WHERE stream = 'space-one' AND rev = 3`);
    await stopsWith(/^before the event at position \d+ revision 3 of its stream is missing$/);
  });

  it('stops where an event comes that was sealed already', async () => {
    await appendSealable(store, 'space-two', -1, 1);
    await tamper(
      `UPDATE log.event SET position = position + 1 WHERE stream = 'space-two'`,
      `UPDATE log.event SET position = (SELECT position FROM log.head) WHERE stream = 'space-one' AND rev = 1`,
      `UPDATE log.head SET position = position + 1`,
    );
    await stopsWith(/^the event at position \d+ has the revision 1, which is sealed already$/);
  });

  it.each([
    ['the last event that was sealed has other bytes', `UPDATE log.event SET body = '\\x01ff' WHERE stream = 'space-one' AND rev = 2`],
    ['the last event that was sealed is gone', `DELETE FROM log.event WHERE stream = 'space-one' AND rev = 2`],
    ['another event lies in its place', `UPDATE log.event SET stream = 'space-ten' WHERE stream = 'space-one' AND rev = 2`],
  ])('stops where %s', async (_, statement) => {
    await appendSealable(store, 'space-two', -1, 1);
    await tamper(statement);
    await stopsWith(/^the event at position \d+, sealed last, is not there any more or is another one$/);
  });

  it('stops where the log ends before what was sealed', async () => {
    const head = await store.head();
    await tamper('DELETE FROM log.event WHERE position > 10', 'UPDATE log.head SET position = 10');
    expect(head).toBeGreaterThan(10n);
    await stopsWith(/sealed last, is not there any more/);
  });

  it('stops where an event is none: a header that is not canonical, or names another place', async () => {
    await appendSealable(store, 'space-two', -1, 1);
    await tamper(`UPDATE log.event SET header = header || ' '::bytea WHERE stream = 'space-two'`);
    await stopsWith(/^the event at position \d+ is no event of its place$/);
  });

  const TERM = 400;
  const takeOutRevision3 = async (): Promise<void> => {
    await appendSealable(store, 'space-one', 2, 2);
    await tamper('CREATE TABLE log.kept AS SELECT * FROM log.event', `DELETE FROM log.event WHERE stream = 'space-one' AND rev = 3`);
  };
  const putItBack = () => tamper(`INSERT INTO log.event SELECT * FROM log.kept WHERE stream = 'space-one' AND rev = 3`);

  it('goes on at its next start once the log is right again, and says so', async () => {
    await takeOutRevision3();
    await stopsWith(/revision 3/);
    await putItBack();
    const again = sealOn(database.url, store);
    again.sealer.start();
    await sealed(again, store);
    expect((await again.tree.head()).trouble).toBeNull();
    await again.close();
  });

  it('tries again by itself, tells the same reason once, and goes on once the log is right again', async () => {
    await takeOutRevision3();
    const again = sealOn(database.url, store, { term: TERM });
    again.sealer.start();
    const fence = async () => (await database.rows(`SELECT fence FROM process.lease WHERE name = 'sealer'`))[0]!['fence'] as bigint;
    await eventually(async () => expect((await again.tree.head()).trouble).toMatch(/revision 3/));
    const before = await fence();
    await eventually(async () => expect(Number(await fence())).toBeGreaterThan(Number(before) + 4));
    expect(again.alarms).toEqual([expect.stringMatching(/^sealing stopped: /)]);
    await putItBack();
    await sealed(again, store);
    expect((await again.tree.head()).trouble).toBeNull();
    expect(again.alarms).toHaveLength(1);
    await again.close();
  });

  it('does not hold up another process that can seal: one with the right keys', async () => {
    const stranger = signerOf(ORIGIN, Buffer.alloc(32, 9));
    await appendSealable(store, 'space-two');
    const [wrong, right] = [{ signers: [stranger], verifiers: [stranger] }, {}].map((keys) =>
      sealOn(database.url, store, { term: TERM, ...keys }),
    );
    wrong!.sealer.start();
    await eventually(async () => expect((await wrong!.tree.head()).trouble).toMatch(/nobody who is known signed/));
    right!.sealer.start();
    await sealed(right!, store);
    expect((await right!.tree.head()).trouble).toBeNull();
    expect(wrong!.alarms).toHaveLength(1);
    await wrong!.close();
    await right!.close();
  });

  describe('writes nothing', () => {
    const step = async () => {
      const before = await seal.writer.standing((await seal.tree.head()).size);
      await appendSealable(store, 'space-three', -1, 2);
      const events = await allOf(store, before.last?.position ?? 0n);
      return nextStep(before, events, examine(events, before.last?.position ?? 0n, new Map()), { origin: ORIGIN, signers: [signer] });
    };

    it('once it has lost its lease', async () => {
      const prepared = await step();
      const [lease] = await seal.leases.take(['sealer'], 1);
      await seal.leases.giveUp([lease!]);
      await seal.leases.take(['sealer'], 1);
      const { size } = await seal.tree.head();
      await expect(seal.writer.commit(lease!, prepared)).rejects.toThrow(LeaseLost);
      expect((await seal.tree.head()).size).toBe(size);
    });

    it('of why it stopped, once it has lost its lease or the seal has moved on', async () => {
      const prepared = await step();
      const place = await seal.writer.heads();
      const [lost] = await seal.leases.take(['sealer'], 1);
      await seal.leases.giveUp([lost!]);
      const [lease] = await seal.leases.take(['sealer'], 1);
      await expect(seal.writer.stopped(lost!, place, 'essai')).rejects.toThrow(LeaseLost);
      await seal.writer.commit(lease!, prepared);
      await expect(seal.writer.stopped(lease!, place, 'essai')).rejects.toThrow(SealMoved);
      expect((await seal.tree.head()).trouble).toBeNull();
      await seal.writer.stopped(lease!, await seal.writer.heads(), 'essai');
      expect((await seal.tree.head()).trouble).toBe('essai');
    });

    it('where the seal has moved on, nor under another name of the log', async () => {
      const prepared = await step();
      const [lease] = await seal.leases.take(['sealer'], 1);
      await expect(seal.writer.commit(lease!, { ...prepared, origin: 'other.example/essai' })).rejects.toThrow(SealMoved);
      await seal.writer.commit(lease!, prepared);
      await expect(seal.writer.commit(lease!, prepared)).rejects.toThrow(SealMoved);
    });
  });

  it.each([
    ['a signed head altered', 'UPDATE seal.checkpoint SET size = size + 1'],
    ['a signed head taken back', 'DELETE FROM seal.checkpoint'],
    ['a leaf altered', `UPDATE seal.tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) WHERE level = 0`],
    ['a tile made narrower', `UPDATE seal.tile SET hashes = substr(hashes, 1, 32) WHERE level = 0`],
    ['a key forgotten', 'DELETE FROM seal.key'],
  ])('is not obeyed by its own database when it would have %s', async (_, statement) => {
    for (const role of ['', 'SET ROLE mes_sealer; '])
      await expect(database.rows(`${role}${statement}`)).rejects.toMatchObject({ code: '42501' });
  });
});
