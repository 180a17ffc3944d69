import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AuditEvent } from '../../../src/domain/audit/destruction.js';
import { instantOf, parisDay } from '../../../src/domain/shared/time.js';
import { Log, pinoFor } from '../../../src/infrastructure/log.js';
import { startEmbeddedPostgres } from '../../../src/infrastructure/postgres/embedded/launcher.js';
import { migrate } from '../../../src/infrastructure/postgres/migrate.js';
import { settingsFrom } from '../../../src/infrastructure/settings/settings.js';
import { knownFacts } from '../../../src/infrastructure/system/known-facts.js';
import { startSystem } from '../../../src/infrastructure/system/start-system.js';
import { allOf } from '../event-store/samples.js';
import { baseBackup, restore } from '../../support/backup-drill.js';
import { connected } from '../../support/database.js';
import { endingFacts, spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld } from '../../support/erasure-world.js';
import { caughtUp } from '../../support/read-side.js';

const SETTINGS = { shared_buffers: '32MB' };

describe('A backup of yesterday', () => {
  it('does not bring back who was destroyed since: he is destroyed again before any door opens, and the log says so', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'mes-restore-'));
    await chmod(stateDir, 0o711);
    let server = await startEmbeddedPostgres({ stateDir, settings: SETTINGS });
    const { dataDirectory } = server;
    try {
      await migrate(server.url);
      const rows = (sql: string, values: unknown[] = []) =>
        connected(server.url, async (client) => (await client.query<Record<string, unknown>>(sql, values)).rows);
      const world = await erasureWorld({
        // Each start has its own port.
        get url() {
          return server.url;
        },
        rows,
        drop: async () => undefined,
      });
      world.side.projector.start();
      const [gone, stays] = [await world.space(), await world.space()];
      await world.close(gone);
      const { revision } = await world.log.journal.read(`space-${gone.id}`);
      await world.write(`space-${gone.id}`, revision, endingFacts.ErasureRequested, spaceFacts.DestructionRequested);
      const today = parisDay(instantOf(Date.now()));
      await caughtUp(world.side);

      await baseBackup(server, join(stateDir, 'backup'));
      const { logServer } = world.house;
      const logged = await logServer?.records();
      const eraser = await world.eraser();
      await eraser.destruction.request(gone.id, 'ERASURE', world.archivedUntil);
      await world.toTheEnd(eraser, gone.id);
      expect(await world.log.vault.living([gone.id, stays.id], ['trace'])).toEqual(new Set([stays.id]));

      await world.side.projector.stop();
      await world.seal.sealer.stop();
      await world.house.stopAll();
      await server.stop();
      await restore(join(stateDir, 'backup'), dataDirectory);
      // The log of the same moment: what was written since may lie under keys that this backup does not have.
      await logServer?.forge(() => logged ?? []);
      server = await startEmbeddedPostgres({ stateDir, settings: SETTINGS });
      expect(await rows('SELECT 1 FROM vault.key WHERE owner = $1 AND state = 3', [gone.id])).toEqual([]);
      expect(await rows('SELECT 1 FROM registry.person WHERE space = $1', [gone.id])).toHaveLength(1);

      const settings = settingsFrom(
        {
          ...world.house.environment,
          NODE_ENV: 'test',
          DATABASE_URL: server.url,
          STATE_DIR: world.house.folder,
          DELETION_LEDGER: world.ledgerPath,
          BLOB_DIR: join(world.folder, 'blobs'),
          LOG_LEVEL: 'silent',
        },
        false,
      );
      for (const expected of [1, 1]) {
        const system = await startSystem(settings, { roles: [] }, new Log(pinoFor('silent')));
        const process = await world.house.process(knownFacts);
        expect(await process.vault.living([gone.id, stays.id], ['trace'])).toEqual(new Set([stays.id]));
        expect(await process.registry.byHandle(gone.handle)).toBeNull();
        expect(await process.registry.byHandle(stays.handle)).toMatchObject({ id: stays.id });
        expect(await rows('SELECT 1 FROM read.document WHERE space_id = $1', [gone.id])).toEqual([]);
        const whatStands = 'SELECT scope, asked_on::text AS day FROM erasure.destruction WHERE space = $1 ORDER BY scope';
        expect(await rows(whatStands, [gone.id])).toEqual([
          { scope: 'SPACE', day: today },
          { scope: 'TRACE', day: null },
        ]);
        const traces = `SELECT step, ground, not_before FROM erasure.destruction WHERE space = $1 AND scope = 'TRACE'`;
        expect(await rows(traces, [gone.id])).toEqual([
          { step: 'COLLECT', ground: 'ERASURE', not_before: new Date(Date.parse(world.archivedUntil) + 1) },
        ]);
        const audits = new Set((await allOf(process.store, 0n, ['audit'])).map(({ stream }) => stream));
        const told = await Promise.all([...audits].map((stream) => process.journal.read<AuditEvent>(stream)));
        const restored = told.flatMap(({ facts }) => facts.filter(({ event }) => event.type === 'StoreRestored'));
        expect(restored.map(({ event }) => event)).toEqual(
          Array.from({ length: expected }, () => ({ type: 'StoreRestored', v: 1, destroyedAgain: 1 })),
        );
        await system.stop();
      }

      await world.end();
    } finally {
      await server.stop();
      await rm(dirname(dataDirectory), { recursive: true, force: true });
      await rm(stateDir, { recursive: true, force: true });
    }
  });
});
