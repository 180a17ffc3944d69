import type { Client } from 'pg';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { openCheckpoint, signCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { signerOf } from '../../../src/infrastructure/seal/note/signed-note.js';
import { bundleOf, verifyBundle } from '../../../src/infrastructure/seal/proof-bundle.js';
import { NotProvable, Prover } from '../../../src/infrastructure/seal/prover.js';
import { EMPTY_EDGE, grow } from '../../../src/infrastructure/seal/tree/growth.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { appendSealable, fill, leafByHand, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { silenceGuards } from '../../support/tampering.js';
import { storeOn } from '../event-store/postgres.js';
import { allOf } from '../event-store/samples.js';

const stranger = signerOf(ORIGIN, Buffer.alloc(32, 9));
const [second, third] = [signerOf(ORIGIN, Buffer.alloc(32, 2)), signerOf(ORIGIN, Buffer.alloc(32, 3))];

describe('A sealer that reads its seal anew', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let seal: Seal;
  beforeEach(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    seal = sealOn(database.url, store);
    seal.sealer.start();
    await fill(store, 12);
    await sealed(seal, store);
    await appendSealable(store, 'space-long', -1, 300);
    await sealed(seal, store);
  });
  afterEach(async () => {
    await seal.close();
    await store.close();
    await database.drop();
  });

  /** As a superuser, who has silenced every guard of log and seal. */
  const asSuperuser = (work: (db: Client) => Promise<unknown>): Promise<unknown> =>
    connected(database.url, async (db) => {
      await silenceGuards(db);
      return work(db);
    });
  const tamper = (...statements: readonly string[]) =>
    asSuperuser(async (db) => {
      for (const statement of statements) await db.query(statement);
    });
  /** Another body for the event of this leaf, and every tile as it would be if the event had always been so. */
  const forge = async (index: number): Promise<void> => {
    const { position } = (await allOf(store, 0n))[index]!;
    await tamper(`UPDATE log.event SET body = body || '\\x00'::bytea WHERE position = ${position}`);
    const leaves = (await allOf(store, 0n)).map(leafByHand);
    const { tiles } = grow(EMPTY_EDGE, Buffer.concat(leaves.slice(0, (await seal.tree.head()).size)));
    await asSuperuser(async (db) => {
      for (const { level, index, hashes } of tiles)
        await db.query('UPDATE seal.tile SET hashes = $3 WHERE level = $1 AND index = $2', [level, index, hashes]);
    });
  };
  const notSigned = (leaf: number) =>
    new NotProvable(`leaf ${leaf} is not in the tree that was signed, the seal was altered: mes seal check says more`);
  const heads = () => database.rows('SELECT count(*)::integer AS heads, max(size)::integer AS size FROM seal.checkpoint');
  const stopsWith = async (reason: RegExp, options = {}): Promise<void> => {
    await seal.sealer.stop();
    const before = await heads();
    await appendSealable(store, 'space-next', -1, 2);
    const again = sealOn(database.url, store, options);
    again.sealer.start();
    await eventually(async () => expect((await again.tree.head()).trouble).toMatch(reason));
    expect(again.alarms).toEqual([expect.stringMatching(/^sealing stopped: /)]);
    expect(await heads()).toEqual(before);
    await again.close();
  };

  it.each([
    ['of the last tile', 311],
    ['of a full tile', 5],
  ])('signs nothing over a history in which an event %s was altered with its leaf and all that is above it', async (_, index) => {
    await seal.sealer.stop();
    await forge(index);
    await stopsWith(/^the tiles do not give the root that was signed over \d+ leaves$/);
    expect(await new Monitor(store, seal.tree, [signer]).check()).toMatchObject({ count: 1, findings: [{ kind: 'seal' }] });
  });

  it('signs nothing over it either while it lives, once an error has made it read anew', async () => {
    await forge(311);
    await database.rows('ALTER TABLE seal.tile ENABLE ALWAYS TRIGGER only_grows');
    const before = await heads();
    await appendSealable(store, 'space-next', -1, 2);
    await eventually(async () => expect((await seal.tree.head()).trouble).toMatch(/^the tiles do not give the root/));
    expect(seal.alarms[0]).toMatch(/^sealing waits: /);
    expect(await heads()).toEqual(before);
  });

  it('is no more believed by whoever makes proofs: there is none, instead of one that does not hold', async () => {
    const log = await allOf(store, 0n);
    const prove = async (index: number) => {
      const { stream, rev } = (await allOf(store, 0n))[index]!;
      return new Prover(store, seal.tree, seal.heads).prove(stream, rev);
    };
    await tamper(`UPDATE seal.checkpoint SET root = sha256('')`);
    expect(verifyBundle(bundleOf(await prove(5)), [signer])).toMatchObject({ size: log.length });
    await forge(311);
    for (const index of [311, 5]) await expect(prove(index)).rejects.toThrow(notSigned(index));
    await tamper('DELETE FROM seal.tile WHERE level = 1');
    await expect(prove(5)).rejects.toThrow(notSigned(5));
  });

  const note = (size: number): string => signCheckpoint({ origin: ORIGIN, size, root: Buffer.alloc(32, 1) }, [stranger]);
  it.each([
    [
      'the newest head was taken out',
      'DELETE FROM seal.checkpoint WHERE size = (SELECT size FROM seal.head)',
      /newest signed head is over \d+$/,
    ],
    ['every head was taken out', 'DELETE FROM seal.checkpoint', /^\d+ leaves are sealed, and there is no signed head$/],
    [
      'the seal is said to be empty',
      'UPDATE seal.head SET size = 0, position = 0',
      /^0 leaves are sealed, and the newest signed head is over \d+$/,
    ],
    [
      'a larger head was slipped in',
      `INSERT INTO seal.checkpoint VALUES (9999, sha256(''), '${note(9999)}')`,
      /newest signed head is over 9999$/,
    ],
    [
      'another key signed',
      `UPDATE seal.checkpoint SET note = replace('${note(1)}', E'\\n1\\n', E'\\n' || size || E'\\n')`,
      /nobody who is known signed the note$/,
    ],
    [
      'the note was altered',
      `UPDATE seal.checkpoint SET note = replace(note, E'\\n' || size || E'\\n', E'\\n1' || size || E'\\n')`,
      /a signature of the note does not hold$/,
    ],
    [
      'the log has another name',
      `UPDATE seal.head SET origin = 'other.example/essai'`,
      /^the log is sealed under the name other\.example\/essai, and this one is /,
    ],
    [
      'a tile is too narrow',
      'UPDATE seal.tile SET hashes = substr(hashes, 1, 32) WHERE level = 0 AND index = 1',
      /^the tiles are not the edge of a tree of \d+ leaves$/,
    ],
    ['a tile is gone', 'DELETE FROM seal.tile WHERE level = 1', /^the seal has no tile 0 at level 1$/],
    [
      'the last roll is gone',
      'DELETE FROM seal.roll WHERE tile = 1',
      /^the roll of the last leaves does not end at position \d+, as the seal does$/,
    ],
  ])('stops where %s', async (_, statement, reason) => {
    await seal.sealer.stop();
    await tamper(statement);
    await stopsWith(reason);
  });

  it('finds it at a size as it was at that size, whatever another process sealed since', async () => {
    await seal.sealer.stop();
    const { size } = await seal.writer.heads();
    const before = await seal.writer.standing(size);
    await appendSealable(store, 'space-next', -1, 2);
    seal.sealer.start();
    await sealed(seal, store);
    expect(await seal.writer.standing(size)).toEqual(before);
  });

  it('goes on under new keys where it knows that the former one was its own, and not otherwise', async () => {
    await stopsWith(/nobody who is known signed the note$/, { signers: [third, second], verifiers: [third, second] });
    const again = sealOn(database.url, store, { signers: [third, second], verifiers: [third, second, signer] });
    again.sealer.start();
    await sealed(again, store);
    expect(openCheckpoint((await again.tree.signed())!.note, [third])).toMatchObject({ size: (await allOf(store, 0n)).length });
    expect((await again.tree.head()).trouble).toBeNull();
    expect(again.alarms).toEqual([]);
    await again.close();
  });
});
