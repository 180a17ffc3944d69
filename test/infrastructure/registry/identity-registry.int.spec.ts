import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type { SpaceAddress } from '../../../src/application/shared/ports.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { connected } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { entry, sealedHouse, type SealedLog } from '../../support/sealed-log.js';

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let next = 0;
/** Matricules of the test range (OID 1.2.250.1.213.1.4.10); the registry does not look inside. */
const someone = (): string => String(185067599000000 + next++);
const died = '2036-02-01T00:00:00.000Z' as Instant;

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process();
});
afterEach(() => house.close());

const reserved = async (ins: string, by = log): Promise<SpaceAddress> => {
  const address = await by.registry.reserve(ins);
  if (address === 'suppressed') throw new Error('this person is suppressed');
  return address;
};
const codeOf = (space: SpaceAddress, seed: string) => log.secrets.digest('code', log.secrets.provisionalCode(space.id, seed));

/** Declares a person as the import does: row first, then the stream. Returns the digest of the code that was issued, too. */
async function enrol(ins: string): Promise<{ space: SpaceAddress; code: string }> {
  const space = await reserved(ins);
  const code = codeOf(space, 'first');
  const facts = [
    { type: 'PersonDeclaredEligible', v: 1, ins, handle: space.handle },
    { type: 'ProvisionalCodeIssued', v: 1, codeDigest: code },
  ];
  await log.journal.append(entry(`space-${space.id}`, -1, ...facts));
  return { space, code };
}

/** Somebody, declared by another process. */
async function enrolledBy(writer: SealedLog): Promise<{ code: string }> {
  const address = await reserved(someone(), writer);
  const code = codeOf(address, 'first');
  await writer.journal.append(entry(`space-${address.id}`, -1, { type: 'ProvisionalCodeIssued', v: 1, codeDigest: code }));
  return { code };
}

const dump = async () => ({
  person: await house.rows('SELECT * FROM registry.person ORDER BY digest'),
  code: await house.rows('SELECT * FROM registry.code ORDER BY digest'),
});

describe('a reservation', () => {
  it('gives the same address ever after, found by INS and by handle in every process', async () => {
    const ins = someone();
    const address = await reserved(ins);
    expect(address.id).not.toBe(address.handle);
    const other = await house.process();
    expect(await other.registry.reserve(ins)).toEqual(address);
    expect(await other.registry.byIns(ins)).toEqual(address);
    expect(await other.registry.byHandle(address.handle)).toEqual(address);
  });

  it('is one, however many processes ask for the same person at once', async () => {
    const ins = someone();
    const processes = await Promise.all(Array.from({ length: 6 }, () => house.process()));
    const asked = processes.flatMap(({ registry }) => Array.from({ length: 4 }, () => registry.reserve(ins)));
    expect(new Set((await Promise.all(asked)).map((address) => JSON.stringify(address))).size).toBe(1);
    expect(await house.rows('SELECT count(*)::int FROM registry.person')).toEqual([{ count: 1 }]);
  });

  it('of thousands keeps the order asked, and crossing pages in other orders agree', async () => {
    const page = Array.from({ length: 2000 }, someone);
    const [there, back] = await Promise.all([
      log.registry.reserveMany([...page, page[0]!]),
      (await house.process()).registry.reserveMany(page.toReversed()),
    ]);
    expect(there.slice(0, -1)).toEqual(back.toReversed());
    expect(there.at(-1)).toEqual(there[0]);
    expect(await log.registry.byInsMany(page)).toEqual(there.slice(0, -1));
    expect(new Set(there.map((address) => (address as SpaceAddress).id)).size).toBe(2000);
  });

  it('leaves unknown what nobody reserved', async () => {
    expect(await log.registry.byIns(someone())).toBeNull();
    expect(await log.registry.byHandle(randomUUID())).toBeNull();
    expect(await log.registry.byHandle("' OR 1=1 --")).toBeNull();
    expect(await log.registry.byCode(log.secrets.digest('code', 'nobody'))).toBeNull();
    expect(await log.registry.byCode('short')).toBeNull();
  });
});

describe('a provisional code', () => {
  it('leads to its space as soon as it is in the log, the renewed one as well as the first', async () => {
    const { space, code } = await enrol(someone());
    expect(await log.registry.byCode(code)).toEqual(space);
    const renewed = codeOf(space, 'second');
    await log.journal.append(entry(`space-${space.id}`, 1, { type: 'ProvisionalCodeRenewed', v: 1, codeDigest: renewed }));
    const other = await house.process();
    expect(await other.registry.byCode(renewed)).toEqual(space);
    expect(await other.registry.byCode(code)).toEqual(space);
  });
});

describe('the registry', () => {
  it('made again from the log alone is the same, row for row', async () => {
    const people = Array.from({ length: 20 }, someone);
    for (const ins of people) await enrol(ins);
    const last = await reserved(people[0]!);
    expect(await log.registry.byIns(people[0]!)).toEqual(last);
    const live = await dump();
    expect([live.person.length, live.code.length]).toEqual([20, 20]);
    await house.rows('TRUNCATE registry.person, registry.code, registry.checkpoint');
    await (await house.process()).follower.caughtUp();
    expect(await dump()).toEqual(live);
    // And once more over rows that are there.
    await house.rows('TRUNCATE registry.checkpoint');
    await (await house.process()).follower.caughtUp();
    expect(await dump()).toEqual(live);
  });

  it('follows the log by itself', async () => {
    const subscription = await log.follower.start();
    const writer = await house.process();
    const address = await reserved(someone(), writer);
    await writer.journal.append(
      entry(`space-${address.id}`, -1, { type: 'ProvisionalCodeIssued', v: 1, codeDigest: codeOf(address, '1') }),
    );
    const rows = () => house.rows('SELECT space FROM registry.code');
    while ((await rows()).length === 0) await new Promise((again) => setTimeout(again, 10));
    expect(await rows()).toEqual([{ space: address.id }]);
    await subscription.stop();
  });

  it('goes on by itself once a database that was away is back', async () => {
    const subscription = await log.follower.start();
    const pool = log.pools.pool('mes_vault');
    let refused = 0;
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const refuse = async (done?: (error: Error) => void): Promise<void> => {
      refused += 1;
      if (done === undefined) throw error;
      done(error);
    };
    const away = jest.spyOn(pool, 'connect').mockImplementation(refuse as never);
    const { code } = await enrolledBy(await house.process());
    await eventually(() => Promise.resolve(expect(refused).toBeGreaterThan(1)));
    away.mockRestore();
    await eventually(async () =>
      expect(await house.rows(`SELECT encode(digest, 'hex') AS code FROM registry.code`)).toEqual([
        { code: Buffer.from(code, 'base64url').toString('hex') },
      ]),
    );
    await subscription.stop();
    expect(log.alarms).toEqual([]);
  });

  it('answers nothing while it is behind the log but what never changes, the address under a handle it knows; and again when it is not', async () => {
    const { space, code } = await enrol(someone());
    await log.registry.byCode(code);
    await log.journal.append(entry(`space-${space.id}`, 1, { type: 'ProvisionalCodeRenewed', v: 1, codeDigest: codeOf(space, '2') }));
    await connected(house.url, async (client) => {
      await client.query('BEGIN; LOCK TABLE registry.checkpoint');
      const began = Date.now();
      const questions = [
        log.registry.reserve(someone()),
        log.registry.byIns(someone()),
        log.registry.byHandle(randomUUID()),
        log.registry.byCode(code),
      ];
      const answers = await Promise.allSettled(questions);
      expect(answers.map((answer) => (answer as PromiseRejectedResult).reason?.constructor)).toEqual(Array(4).fill(StoreUnavailable));
      expect(Date.now() - began).toBeLessThan(4000);
      expect(await log.registry.byHandle(space.handle)).toEqual(space);
      await client.query('ROLLBACK');
    });
    expect(await log.registry.byCode(code)).toEqual(space);
  });

  it('refuses to go on when two spaces are declared for one person, and raises the alarm', async () => {
    const ins = someone();
    await enrol(ins);
    await log.journal.append(entry(`space-${randomUUID()}`, -1, { type: 'PersonDeclaredEligible', v: 1, ins, handle: randomUUID() }));
    await expect(log.registry.byIns(ins)).rejects.toThrow(StoreUnavailable);
    await expect((await house.process()).registry.reserve(someone())).rejects.toThrow(StoreUnavailable);
    expect(log.alarms).not.toEqual([]);
  });

  it('refuses a log that no longer holds what was read of it', async () => {
    const { code } = await enrol(someone());
    await log.registry.byCode(code);
    await house.rows("UPDATE registry.checkpoint SET leaf = decode(repeat('00', 32), 'hex')");
    const restarted = await house.process();
    await expect(restarted.registry.byCode(code)).rejects.toThrow(StoreUnavailable);
    expect(restarted.alarms).not.toEqual([]);
  });

  it('refuses a log that is shorter than what was read of it', async () => {
    const { code } = await enrol(someone());
    await log.registry.byCode(code);
    await house.rows('UPDATE registry.checkpoint SET considered = considered + 100');
    const restarted = await house.process();
    await expect(restarted.registry.byCode(code)).rejects.toThrow(StoreUnavailable);
    expect(restarted.alarms).not.toEqual([]);
  });
});

describe('a destroyed space', () => {
  it('leaves one digest behind: files skip the person, nothing leads anywhere', async () => {
    const ins = someone();
    const { space, code } = await enrol(ins);
    await log.registry.byCode(code);
    await log.registry.suppress(ins);
    await log.registry.suppress(ins);
    expect(await log.registry.reserveMany([ins, someone()])).toMatchObject(['suppressed', { id: expect.any(String) }]);
    expect(await log.registry.byIns(ins)).toBeNull();
    expect(await log.registry.byHandle(space.handle)).toBeNull();
    expect(await log.registry.byCode(code)).toBeNull();
    const [entryLeft, ...more] = await house.rows('SELECT * FROM registry.suppression');
    expect([Object.keys(entryLeft ?? {}), more]).toEqual([['digest'], []]);
  });

  it('stays suppressed when the registry is made again, keys destroyed or not yet', async () => {
    const [gone, going] = [someone(), someone()];
    const { space } = await enrol(gone);
    await enrol(going);
    for (const ins of [gone, going]) await log.registry.suppress(ins);
    await log.vault.destroy(space.id, 'life', died);
    await house.rows('TRUNCATE registry.person, registry.code, registry.checkpoint');
    const again = await house.process();
    expect(await again.registry.reserveMany([gone, going])).toEqual(['suppressed', 'suppressed']);
    expect(await house.rows('SELECT * FROM registry.person')).toEqual([]);
  });

  it('is replaced by another one, with new ids, when the person asks for it', async () => {
    const ins = someone();
    const { space } = await enrol(ins);
    await log.registry.suppress(ins);
    await log.vault.destroy(space.id, 'life', died);
    expect(await log.registry.isSuppressed(ins)).toBe(true);
    await log.registry.release(ins);
    await log.registry.release(ins);
    expect(await log.registry.isSuppressed(ins)).toBe(false);
    const fresh = await reserved(ins);
    expect(fresh.id).not.toBe(space.id);
    expect(fresh.handle).not.toBe(space.handle);
  });

  it('stands beside the new one in no registry: made again from the log, it holds the new address alone', async () => {
    const ins = someone();
    const { space } = await enrol(ins);
    await log.registry.suppress(ins);
    await log.vault.destroy(space.id, 'life', died);
    await log.registry.release(ins);
    const { space: fresh, code } = await enrol(ins);
    await house.rows('TRUNCATE registry.person, registry.code, registry.checkpoint');
    const again = await house.process();
    expect(await again.registry.byIns(ins)).toEqual(fresh);
    expect(await again.registry.byCode(code)).toEqual(fresh);
    expect(await house.rows('SELECT space FROM registry.person')).toEqual([{ space: fresh.id }]);
  });

  it('never comes back through a file that is read at the same moment', async () => {
    const other = await house.process();
    for (let round = 0; round < 20; round++) {
      const ins = someone();
      await reserved(ins);
      await Promise.all([log.registry.suppress(ins), other.registry.reserve(ins), other.registry.reserve(ins)]);
      expect(await log.registry.reserve(ins)).toBe('suppressed');
      expect(await log.registry.byIns(ins)).toBeNull();
    }
  });
});

describe('a new epoch of the peppers', () => {
  it('changes no address and no suppression; rows move to it as they are asked for', async () => {
    const [known, unwanted] = [someone(), someone()];
    const { space } = await enrol(known);
    await enrol(unwanted);
    await log.registry.suppress(unwanted);
    const before = await house.rows('SELECT digest FROM registry.suppression');
    await log.file.add('identity');
    await log.file.add('suppression');
    const renewed = await house.process();
    expect(await renewed.registry.byIns(known)).toEqual(space);
    expect(await house.rows('SELECT pepper FROM registry.person')).toEqual([{ pepper: 2 }]);
    expect(await renewed.registry.reserveMany([known, unwanted])).toEqual([space, 'suppressed']);
    const after = await house.rows('SELECT digest FROM registry.suppression');
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    await house.rows('TRUNCATE registry.checkpoint');
    await (await house.process()).follower.caughtUp();
    expect(await house.rows('SELECT count(*)::int FROM registry.person')).toEqual([{ count: 1 }]);
  });
});
