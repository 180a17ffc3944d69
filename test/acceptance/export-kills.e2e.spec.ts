import 'reflect-metadata';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from '../../src/application/shared/pause.js';
import type { CopyEvent } from '../../src/domain/portability/copy-vocabulary.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import { Dice } from '../attacks/dice.js';
import { Exports, sha256 } from '../support/crash/exports.js';
import { Installation } from '../support/crash/installation.js';
import { logOfRun } from '../support/crash/kurrent-log.js';
import { lyingIn, readable, type Lying } from '../support/crash/leftovers.js';
import { depositing } from '../support/crash/load.js';
import { behind } from '../support/crash/reckoning.js';
import { professional } from '../support/patient-life.js';
import { eventually } from '../support/read-side.js';
import { unzipped } from '../support/unzip.js';
import type { Invited } from '../support/world.js';

/** EXPORT_KILLS=50 is the long drill; CRASH_SEED repeats a run as far as when each dies. */
const KILLS = Number(process.env['EXPORT_KILLS'] ?? 5);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const COPIES = Math.ceil(KILLS / 2);
/** At most so many copies lie ready for one account. */
const COPIES_OF_A_SPACE = 3;
const CONSENTS = 2_000;
const PER_APPEND = 200;
const DOCUMENTS = 6;
const LATEST_MS = 60;
/** Which of the moments is that of a package half written. */
const HALF = 1;
const EACH = 30_000;
/** Each consent is told, one after the other: where the log is a server of its own, that takes a while on a busy machine. */
const BEGINNING = 300_000;

const timesIn = (facts: readonly Tagged[], type: string): number => facts.filter((fact) => fact.type === type).length;

describe('Whoever makes packages for others, killed again and again while he does', () => {
  const dice = new Dice(SEED);
  /** What lay there after deaths, by what it was. */
  const met = { spools: 0, halves: 0, drafts: 0 };
  let installation: Installation;
  let exports: Exports;
  let spaces: readonly { readonly handle: string; readonly id: string }[];
  let temporary: string;

  /** So many facts that a package takes its time. */
  async function written({ address }: Invited): Promise<void> {
    const { journal, clock } = installation.platform;
    const who = { role: 'system', name: 'import' } as const;
    const grantee = { kind: 'PROFESSIONAL', id: professional('dr-petit').id };
    const consent = () => ({
      type: 'AccessConsentRecorded',
      v: 1,
      consent: randomUUID(),
      grantee,
      basis: 'CARE_TEAM',
      scope: ['CONSULT'],
      means: 'ORAL',
    });
    for (let expected = -1; expected < CONSENTS - 1; expected += PER_APPEND) {
      const meta = { who, cause: 'drill', corr: 'drill', command: { id: randomUUID(), digest: '' } };
      const facts = Array.from({ length: PER_APPEND }, () => ({ ...consent(), until: '2090-01-01T00:00:00.000Z' }));
      await journal.append({ stream: `access-${address.id}`, expected, facts, at: clock.now(), meta });
    }
  }

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'mes-of-children-'));
    installation = await Installation.start({ ...(await logOfRun()), environment: { TMPDIR: temporary } });
    const client = installation.client();
    const [first, ...others] = await installation.invited(1);
    if (first === undefined || others.length > 0) throw new Error('somebody else was invited');
    await written(first);
    await installation.ready();
    await eventually(async () => expect(await behind(installation)).toBe(0), BEGINNING - 60_000);
    // Somebody has signed by now: the policy names his key.
    exports = await Exports.of(installation);
    const handles = await installation.patients(client, Math.ceil(COPIES / COPIES_OF_A_SPACE));
    for (const handle of handles) for (let n = 0; n < DOCUMENTS; n += 1) await client.does(depositing(handle));
    const found = await Promise.all(handles.map((handle) => installation.platform.registry.byHandle(handle)));
    spaces = handles.map((handle, n) => ({ handle, id: found[n]?.id ?? '' }));
  }, BEGINNING);
  afterAll(async () => {
    // Where the beginning failed, its processes must not outlive it.
    await exports?.close();
    await installation?.close();
    await rm(temporary, { recursive: true });
  }, 60_000);

  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await pause(1);
  };
  /** Some files are there for milliseconds only: who was seen with one stands still until it was looked at once more. */
  const caught = async (holds: () => Promise<boolean>): Promise<boolean> => {
    if (!(await holds())) return false;
    installation.worker.freeze();
    const isHeld = await holds();
    if (!isHeld) installation.worker.thaw();
    return isHeld;
  };
  const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder, { recursive: true }).catch(() => []);
  /** A moment in the life of an attempt: from the first file of the spool to the fact that names the package. */
  const MOMENTS: readonly ((id: string) => Promise<boolean>)[] = [
    async (id) => (await namesIn(exports.folderOf(id))).some((name) => /spool-\w+\/\d+$/.test(name)),
    async (id) => (await lyingIn(exports.folderOf(id))).some(({ path, bytes }) => path.endsWith('.partial') && bytes.length > 0),
    async (id) => (await namesIn(exports.folderOf(id))).some((name) => name.endsWith('.tar.age')),
    async (id) => timesIn(await exports.facts(id), 'ExportStarted') > 0,
    async (id) => (await exports.result(id)) !== null,
  ];

  const noted = (files: readonly Lying[]): void => {
    const names = files.filter(({ bytes }) => bytes.length > 0).map(({ path }) => path);
    met.spools += names.filter((path) => path.includes('spool-')).length;
    met.halves += names.filter((path) => path.endsWith('.partial')).length;
    met.drafts += names.filter((path) => path.includes('/drafts/')).length;
  };

  it(
    `makes each of ${KILLS} exports once, whole and verified, and shows nothing of a half one`,
    async () => {
      for (let cycle = 0; cycle < KILLS; cycle += 1) {
        const id = await exports.approved();
        const moment = MOMENTS[cycle % MOMENTS.length] ?? (async () => true);
        const isHalf = cycle % MOMENTS.length === HALF;
        await until(async () => (isHalf ? await caught(() => moment(id)) : await moment(id)) || (await exports.result(id)) !== null);
        if (!isHalf) await pause(dice.below(LATEST_MS));
        const before = await exports.result(id);
        await installation.worker.kill();
        const lying = await lyingIn(exports.folderOf(id));
        noted(lying);
        expect(readable(lying.filter(({ path }) => !path.endsWith('.event.json')))).toEqual([]);
        const shown = await exports.allGiven(id);
        const after = await exports.result(id);
        if (after === null) expect(shown).toEqual([null, null, null, null]);
        else if (shown[0] !== null) expect(sha256(shown[0] ?? Buffer.alloc(0))).toBe(after.archive);

        await eventually(async () => expect(await exports.given(id, 'files/proof')).not.toBeNull(), EACH);
        const facts = await exports.facts(id);
        const result = await exports.result(id);
        // What was durable when it died is not begun anew.
        if (before !== null) expect(result).toEqual(before);
        const counted = ['ExportRequested', 'ExportApproved', 'ExportGenerated', 'ExportFailed'].map((type) => timesIn(facts, type));
        expect(counted).toEqual([1, 2, 1, 0]);
        expect(timesIn(facts, 'ExportStarted')).toBeLessThanOrEqual(before === null ? 2 : 1);
        const opened = await exports.opened(id);
        expect(opened).toMatchObject({
          whole: { code: 0 },
          receipt: { code: 0 },
          archive: result?.archive,
          tar: result?.sha256,
          readable: 1,
        });
        expect(await readdir(exports.folderOf(id))).toEqual([result?.attempt]);
        expect(await namesIn(join(exports.folderOf(id), result?.attempt ?? ''))).toHaveLength(4);
      }
      expect(met.spools).toBeGreaterThan(0);
      expect(met.halves).toBeGreaterThan(0);
      expect(await installation.rows(`SELECT DISTINCT step FROM process.export_job`)).toEqual([{ step: 'DONE' }]);
    },
    30_000 + KILLS * EACH,
  );

  const copyFacts = async (space: string, copy: string): Promise<readonly CopyEvent[]> => {
    const { facts } = await installation.platform.journal.read<CopyEvent>(`record-${space}`);
    return facts.map(({ event }) => event).filter((event) => 'copy' in event && event.copy === copy);
  };

  it(
    `makes each of ${COPIES} copies of a space once, whole, and shows nothing of a half one`,
    async () => {
      const { door } = exports;
      const { blobDir } = installation.platform.settings;
      for (let cycle = 0; cycle < COPIES; cycle += 1) {
        const { handle, id } = spaces[Math.floor(cycle / COPIES_OF_A_SPACE)] ?? { handle: '', id: '' };
        const path = `/spaces/${handle}/copies`;
        await installation.worker.ready();
        await door.done('POST', path, 'alice');
        const [newest] = await door.done<readonly { readonly copy: string; readonly sha256: string }[]>('GET', path, 'alice');
        const copy = newest?.copy ?? '';
        const isDone = async () => timesIn(await copyFacts(id, copy), 'CopyReady') > 0;
        const drafting = async () => (await lyingIn(join(blobDir, 'drafts'))).some(({ bytes }) => bytes.length > 0);
        let looks = 0;
        await until(async () => (cycle % 2 === 0 && (await caught(drafting))) || ((looks += 1) % 50 === 0 && (await isDone())));
        if (cycle % 2 === 1) await pause(dice.below(LATEST_MS));
        await installation.worker.kill();
        const lying = await lyingIn(blobDir);
        noted(lying);
        expect(readable(lying)).toEqual([]);
        const shown = await door.ask('GET', `${path}/${copy}/content`, 'alice');
        if (!(await isDone())) expect(shown.status).not.toBe(200);

        await eventually(async () => expect((await door.ask('GET', `${path}/${copy}/content`, 'alice')).status).toBe(200), EACH);
        const { bytes } = await door.ask('GET', `${path}/${copy}/content`, 'alice');
        const facts = await copyFacts(id, copy);
        expect(facts.map(({ type }) => type)).toEqual(['CopyRequested', 'CopyReady']);
        expect(readable([{ path, bytes }])).toEqual([path]);
        expect(facts[1]).toMatchObject({ sha256: sha256(bytes), size: bytes.length });
        const files = unzipped(bytes);
        const manifest = files.get('manifest-sha512.txt')?.toString().trimEnd().split('\n') ?? [];
        expect(manifest).toHaveLength(files.size - 1);
        for (const line of manifest) {
          const [digest = '', name = ''] = line.split('  ');
          expect(
            createHash('sha512')
              .update(files.get(name) ?? '')
              .digest('hex'),
          ).toBe(digest);
        }
        const receipts = [...files.keys()].filter((name) => name.endsWith('.tlog-proof'));
        expect(receipts.length).toBeGreaterThan(DOCUMENTS);
        const name = dice.of(receipts);
        const event = files.get(name.replace('.tlog-proof', '.event.json')) ?? Buffer.alloc(0);
        expect(await exports.holds(files.get(name) ?? Buffer.alloc(0), event)).toBe(0);
      }
      expect(met.drafts).toBeGreaterThan(0);
      expect(await installation.rows('SELECT copy FROM process.copy')).toEqual([]);
    },
    30_000 + COPIES * EACH,
  );

  it('leaves nothing in temporary folders, and never falls by itself', async () => {
    expect((await lyingIn(temporary)).map(({ path }) => basename(path))).toEqual([]);
    expect(installation.worker.fallen).toEqual([]);
    process.stdout.write(`export drill: seed ${SEED}, ${KILLS} + ${COPIES} deaths, ${JSON.stringify(met)} files lay there\n`);
  });
});
