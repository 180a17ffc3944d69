import { randomUUID } from 'node:crypto';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import { openPools } from '../../../src/infrastructure/postgres/pools.js';
import { ReleaseDays } from '../../../src/infrastructure/keys/release-days.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import { eventually } from '../../support/read-side.js';
import { FileKeks } from '../../../src/infrastructure/keys/file-keks.js';
import { PostgresKeyVault } from '../../../src/infrastructure/keys/postgres-key-vault.js';
import { Releases } from '../../../src/infrastructure/seal/releases.js';
import { reword } from '../../support/lying-log.js';
import { entry, sealedHouse, type SealedLog } from '../../support/sealed-log.js';

const DEPOSITED = { type: 'DocumentDeposited', v: 1, document: 'd' } as const;
const LOOKED = { type: 'AccessGranted', v: 1, action: 'GetDossier' } as const;

describe('Keys handed out to doors are compared with the lines that were written', () => {
  let house: Awaited<ReturnType<typeof sealedHouse>>;
  let writer: SealedLog;
  let releases: Releases;
  const today = (): string => new Date().toISOString().slice(0, 10);
  const unexplained = async () => (await releases.check(today())).unexplained.map(({ owner }) => owner);
  const contentKey = async (space: string): Promise<string> =>
    String((await house.rows('SELECT id FROM vault.key WHERE owner = $1 AND purpose = 2', [space]))[0]?.['id']);

  beforeEach(async () => {
    house = await sealedHouse();
    writer = await house.process();
    releases = new Releases(writer.pools.pool('mes_sealer'), writer.store);
  });
  afterEach(() => house.close());

  /** A space with something in it, of which every line was written long ago. */
  const spaceOfLongAgo = async (): Promise<string> => {
    const space = randomUUID();
    await writer.journal.append(entry(`record-${space}`, NO_STREAM, DEPOSITED));
    await reword(house, `record-${space}`, (header) => header.replace(/"at":"\d{4}/, '"at":"2020'));
    return space;
  };

  it('and nothing is found where each look left its line', async () => {
    const space = randomUUID();
    await writer.journal.append(entry(`record-${space}`, NO_STREAM, DEPOSITED));
    const door = await house.process();
    await door.journal.append(entry(`passage-${space}`, NO_STREAM, LOOKED));
    expect((await door.journal.read(`record-${space}`)).facts).toHaveLength(1);
    expect(await releases.check(today())).toMatchObject({ rings: 1, unexplained: [] });
  });

  it('a key read past the gate under the role of the vault is found, with its space', async () => {
    const [looked, read] = [await spaceOfLongAgo(), await spaceOfLongAgo()];
    const door = await house.process();
    await door.vault.keyById(await contentKey(looked));
    await door.journal.append(entry(`passage-${looked}`, NO_STREAM, LOOKED));
    expect(await unexplained()).toEqual([]);
    const thief = openPools(house.url);
    try {
      const { rows } = await thief
        .pool('mes_vault')
        .query<{ wrapped: Buffer }>('SELECT wrapped FROM vault.hand_out($1)', [[await contentKey(read)]]);
      expect(rows[0]?.wrapped).toHaveLength(40);
      expect(await unexplained()).toEqual([read]);
    } finally {
      await thief.close();
    }
  });

  it('no wrapped key can be read where it is not counted, nor the count be altered', async () => {
    const space = await spaceOfLongAgo();
    const thief = openPools(house.url);
    const under = (role: 'mes_vault' | 'mes_projector' | 'mes_reader' | 'mes_sealer', text: string) => thief.pool(role).query(text);
    try {
      for (const role of ['mes_vault', 'mes_projector', 'mes_reader', 'mes_sealer'] as const)
        await expect(under(role, 'SELECT wrapped FROM vault.key')).rejects.toThrow(/permission denied/);
      for (const text of ['DELETE FROM vault.release', 'UPDATE vault.release SET count = 0', 'TRUNCATE vault.release'])
        await expect(under('mes_vault', text)).rejects.toThrow(/permission denied/);
      const id = await contentKey(space);
      await expect(under('mes_vault', 'SELECT * FROM vault.next_batch(1::smallint, 10)')).rejects.toThrow(/no walk towards this epoch/);
      await expect(under('mes_reader', `SELECT * FROM vault.hand_out(ARRAY['${id}']::uuid[])`)).rejects.toThrow(/permission denied/);
    } finally {
      await thief.close();
    }
  });

  it('who works behind the doors is counted apart, by nothing of the space', async () => {
    const space = await spaceOfLongAgo();
    const pools = openPools(house.url);
    try {
      const reader = pools.pool('mes_projector');
      const vault = new PostgresKeyVault(pools.pool('mes_vault'), new FileKeks(writer.file), { reader });
      await vault.keyById(await contentKey(space));
      expect(await releases.check(today())).toEqual({ rings: 0, behind: 1, unexplained: [] });
    } finally {
      await pools.close();
    }
  });

  describe('for five weeks', () => {
    const days = (space: string) =>
      house.rows(`SELECT ((clock_timestamp() AT TIME ZONE 'UTC')::date - day) AS ago FROM vault.release WHERE owner = $1 ORDER BY day`, [
        space,
      ]);
    /** Keys of it were handed out so many days ago. */
    const handedOut = (space: string, ...ago: readonly number[]) =>
      house.rows(
        `INSERT INTO vault.release SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date - ago, $1, 2, 1 FROM unnest($2::integer[]) AS t(ago)`,
        [space, ago],
      );

    it('and no longer, wherever timers run', async () => {
      const space = randomUUID();
      await handedOut(space, 0, 35, 36, 400);
      await house.rows(`INSERT INTO vault.release_behind VALUES ('2020-01-01', 2, 1)`);
      const alarms: string[] = [];
      const forgetting = new ReleaseDays(writer.pools.pool('mes_vault'), (reason) => void alarms.push(reason));
      forgetting.start();
      await eventually(async () => expect(await days(space)).toEqual([{ ago: 35 }, { ago: 0 }]));
      await forgetting.stop();
      expect([await house.rows('SELECT 1 FROM vault.release_behind'), alarms]).toEqual([[], []]);
    });

    it('of a space until its keys are destroyed, but for the day itself; nobody wipes out those of one that lives', async () => {
      const [lives, gone] = [randomUUID(), randomUUID()];
      for (const space of [lives, gone]) {
        await writer.vault.keyFor(space, 'life');
        await handedOut(space, 0, 1, 2);
      }
      await writer.vault.destroyRing(gone, instantOf(Date.now()), ['trace']);
      const forget = (space: string) => writer.pools.pool('mes_vault').query('SELECT vault.forget_releases_of($1)', [space]);
      for (const space of [lives, gone]) await forget(space);
      expect(await days(lives)).toEqual([{ ago: 2 }, { ago: 1 }, { ago: 0 }]);
      expect(await days(gone)).toEqual([{ ago: 0 }]);
    });
  });
});
