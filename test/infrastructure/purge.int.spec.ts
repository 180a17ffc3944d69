import { randomUUID } from 'node:crypto';
import { NotCertified } from '../../src/application/shared/event-store.js';
import { KeyGone } from '../../src/application/shared/ports.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { checkCertified, partOf } from '../../src/infrastructure/eventstore/certificate.js';
import { connected } from '../support/database.js';
import { inPostgres } from '../support/logs.js';
import { entry, sealedHouse, type SealedLog } from '../support/sealed-log.js';

describe('A stream leaves PostgreSQL', () => {
  let house: Awaited<ReturnType<typeof sealedHouse>>;
  let log: SealedLog;
  beforeAll(async () => {
    // What the database itself checks before it lets a stream go is the subject; KurrentDB has no such function (destruction-kurrent).
    house = await sealedHouse(undefined, (await inPostgres()).openStore);
    log = await house.process();
  });
  afterAll(() => house.close());

  const AUDIT: StreamName = 'audit-202611-test';
  const opposed = { type: 'OppositionRegistered', v: 1, channel: 'WEB' } as const;

  const written = async (events = 3): Promise<{ readonly owner: string; readonly stream: StreamName }> => {
    const owner = randomUUID();
    const stream: StreamName = `space-${owner}`;
    await log.journal.append(entry(stream, -1, ...Array.from({ length: events }, () => opposed)));
    return { owner, stream };
  };
  const certify = async (...streams: readonly StreamName[]) => {
    const parts = await Promise.all(streams.map(async (stream) => partOf(await log.store.read(stream))));
    const { revision } = await log.journal.read(AUDIT);
    await log.journal.append(entry(AUDIT, revision, { type: 'SpaceDestroyed', v: 1, ground: 'ERASURE', parts }));
    return { stream: AUDIT, rev: revision + 1 };
  };
  const dead = (owner: string) => log.vault.destroy(owner, 'life', instantOf(Date.now()));

  it('when its keys are destroyed, and never while one of them can still open it', async () => {
    const { owner, stream } = await written();
    const certificate = await certify(stream);
    await expect(log.store.purge(stream, certificate)).rejects.toThrow(NotCertified);
    await log.vault.archive(owner, 'life');
    await expect(log.store.purge(stream, certificate)).rejects.toThrow(NotCertified);
    expect(await log.store.read(stream)).toHaveLength(3);
    await dead(owner);
    expect(await log.store.purge(stream, certificate)).toBe(3);
  });

  it('and nobody begins it anew: no key is made for it, and its first place is taken', async () => {
    const { owner, stream } = await written();
    const certificate = await certify(stream);
    await dead(owner);
    await log.store.purge(stream, certificate);
    await expect(log.journal.append(entry(stream, -1, opposed))).rejects.toThrow(KeyGone);
    expect(
      await house.rows(
        `SELECT rev, octet_length(header || body) AS bytes, position < 0 AS hidden FROM log.event WHERE stream = '${stream}'`,
      ),
    ).toEqual([{ rev: 0, bytes: 0, hidden: true }]);
    expect(await log.store.read(stream)).toEqual([]);
  });

  it('and what adapters check that cannot have the database check it is the same', async () => {
    const [one, other] = [await written(), await written()];
    const certificate = await certify(one.stream);
    const [stored] = (await log.store.read(AUDIT)).slice(certificate.rev);
    expect(() => checkCertified([], undefined)).toThrow(NotCertified);
    await expect(log.store.read(one.stream).then((events) => checkCertified(events, stored))).resolves.toBeUndefined();
    await expect(log.store.read(other.stream).then((events) => checkCertified(events, stored))).rejects.toThrow(NotCertified);
  });

  it('through nothing else: the role behind the function lends itself to no login and may do nothing besides', async () => {
    const members = await house.rows(`SELECT 1 FROM pg_auth_members WHERE roleid = 'mes_eraser'::regrole AND set_option`);
    expect(members).toEqual([]);
    const attempt = (role: string, sql: string) =>
      connected(house.url, async (client) => {
        await client.query(`SET ROLE ${role}`);
        return client.query(sql).then(
          () => 'done',
          (error: { code: string }) => error.code,
        );
      });
    for (const sql of [
      'UPDATE log.event SET rev = 0',
      'TRUNCATE log.event',
      'DELETE FROM log.event_00',
      'UPDATE log.head SET position = 0',
      'UPDATE vault.key SET state = 3',
    ])
      expect([sql, await attempt('mes_eraser', sql)]).toEqual([sql, '42501']);
    expect(await attempt('mes_projector', `SELECT log.purge('space-x', 'audit-x', 0)`)).toBe('42501');
    expect(await attempt('mes_owner', 'DELETE FROM log.event')).toBe('42501');
  });
});
