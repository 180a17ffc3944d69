import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../../../src/application/shared/pause.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { openCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { EMPTY_EDGE, grow, rootOf } from '../../../src/infrastructure/seal/tree/growth.js';
import { Dice } from '../../attacks/dice.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { naiveRoot } from '../../support/naive-merkle.js';
import { eventually } from '../../support/read-side.js';
import { appendSealable, leafByHand, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { storeOn } from '../event-store/postgres.js';
import { allOf } from '../event-store/samples.js';

/** Twenty by default; CRASH_CYCLES=200 for a long night. */
const CYCLES = Number(process.env['CRASH_CYCLES'] ?? 20);
/** Against what hangs: some ten times what a death takes on an idle machine. */
const LIMIT_MS = 300_000 + CYCLES * 15_000;
const CHILD = join(process.cwd(), 'test/support/sealer-child.mjs');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('A sealer that is killed in the middle of its work', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let seal: Seal;
  /** Of one machine: a head that was in the database only when its sealer was killed is larger than the one that lies here. */
  let headFile: string;
  let folder: string;
  const said: string[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    folder = await mkdtemp(join(tmpdir(), 'mes-crashing-'));
    headFile = join(folder, 'head');
    seal = sealOn(database.url, store, { term: 400, headFile });
  });
  afterAll(async () => {
    await seal.close();
    await store.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [CHILD, database.url, ORIGIN, '07'.repeat(32), headFile], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr?.on('data', (chunk: Buffer) => void said.push(chunk.toString()));
    await once(child.stdout ?? child, 'data');
    return child;
  };
  const killed = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  const keptSize = async (): Promise<number> => {
    const text = await readFile(headFile, 'utf8').catch(() => null);
    return text === null ? 0 : openCheckpoint(text, [signer]).size;
  };
  const size = async (): Promise<number> => (await seal.tree.head()).size;

  it(
    `${CYCLES} times, while events come in, signs one root for each size, and that of the log in the end`,
    async () => {
      const dice = new Dice(20_261_122);
      const published = new Map<number, string>();
      const contradictions: unknown[] = [];
      const behind: number[] = [];
      let going = true;
      const writing = (async () => {
        for (; going; await pause(5)) await appendSealable(store, `space-${randomUUID()}`, -1, 1 + dice.below(40));
      })();
      const watching = (async () => {
        for (; going; await pause(1)) {
          const signed = await seal.tree.signed();
          if (signed === null) continue;
          const before = published.get(signed.size);
          if (before !== undefined && before !== hex(signed.root)) contradictions.push(signed.size);
          published.set(signed.size, hex(signed.root));
        }
      })();
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const from = await size();
        // Two at once in every third cycle: the second must not sign beside the first.
        const children = await Promise.all(cycle % 3 === 0 ? [start(), start()] : [start()]);
        await eventually(async () => expect(await size()).toBeGreaterThan(from), 20_000);
        await pause(dice.below(60));
        await Promise.all(children.map((child) => killed(child)));
        behind.push((await size()) - (await keptSize()));
      }
      going = false;
      await Promise.all([writing, watching]);

      seal.sealer.start();
      await sealed(seal, store);
      expect(contradictions).toEqual([]);
      expect(behind.filter((leaves) => leaves < 0)).toEqual([]);
      expect(behind.some((leaves) => leaves > 0)).toBe(true);
      expect(said.filter((line) => /stopped|not kept/.test(line))).toEqual([]);
      const events = await allOf(store, 0n);
      const leaves = events.map(leafByHand);
      expect(await seal.tree.signed()).toMatchObject({ size: events.length, root: Buffer.from(naiveRoot(leaves)) });
      expect(await new Monitor(store, seal.tree, [signer]).check()).toMatchObject({ count: 0, size: events.length });

      const rows = await database.rows('SELECT size::integer, root FROM seal.checkpoint ORDER BY size');
      let edge = EMPTY_EDGE;
      const wrong = rows.filter((row) => {
        edge = grow(edge, Buffer.concat(leaves.slice(edge.size, Number(row['size'])))).edge;
        return hex(rootOf(edge)) !== hex(row['root'] as Buffer);
      });
      expect(wrong).toEqual([]);
      await seal.sealer.stop();
      expect(await keptSize()).toBe(events.length);
      const kept = new Map(rows.map((row) => [Number(row['size']), hex(row['root'] as Buffer)]));
      expect([...published].filter(([at, root]) => kept.get(at) !== root)).toEqual([]);
      expect(rows.length).toBeGreaterThan(CYCLES);
    },
    LIMIT_MS,
  );
});
