import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause } from '../../../src/application/shared/pause.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { appendSealable, fill, ORIGIN, sealed, sealOn, type Seal } from '../../support/sealing.js';
import { storeOn } from '../event-store/postgres.js';

const CHILD = join(process.cwd(), 'test/support/sealer-child.mjs');
const run = promisify(execFile);

describe('A sealer that stood still for longer than its lease, with events in its hands', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let other: Seal;
  beforeEach(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    other = sealOn(database.url, store, { term: 400 });
    await fill(store, 12);
  });
  afterEach(async () => {
    await other.close();
    await store.close();
    await database.drop();
  });

  it('holds nothing for broken that another one sealed meanwhile, and seals when its turn comes', async () => {
    const said: string[] = [];
    const folder = await mkdtemp(join(tmpdir(), 'mes-stalling-'));
    const child = spawn(process.execPath, [CHILD, database.url, ORIGIN, '07'.repeat(32), join(folder, 'head'), 'stalling'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => void said.push(chunk.toString()));
    try {
      const state = async (): Promise<string> => (await run('ps', ['-o', 'stat=', '-p', String(child.pid)])).stdout;
      await eventually(async () => expect(await state()).toMatch(/^T/));
      other.sealer.start();
      await sealed(other, store);
      child.kill('SIGCONT');
      await pause(1_000);
      expect((await other.tree.head()).trouble).toBeNull();
      await other.sealer.stop();
      await appendSealable(store, 'space-later', -1, 3);
      await sealed(other, store);
      expect((await other.tree.head()).trouble).toBeNull();
      expect(said.join('')).not.toMatch(/stopped/);
    } finally {
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true });
    }
  });
});
