import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StreamName } from '../../src/domain/shared/fact.js';
import type { ExportOrder } from '../../src/infrastructure/export/request.js';
import { rootsOnDemand, sealDeskOf, sealing } from '../../src/infrastructure/system/sealed-log.js';
import { Dice } from '../attacks/dice.js';
import { allOf } from '../infrastructure/event-store/samples.js';
import { runConformance, type ConformanceReport } from '../support/conformance.js';
import { exportInClear, linesIn } from '../support/exporting.js';
import { ownerOf, type Owner } from '../support/harming.js';
import { careIn } from '../support/patient-life.js';
import { patientOf, type Patient } from '../support/patients.js';
import { eventually } from '../support/read-side.js';
import { openWorld, type World } from '../support/world.js';
import { Bench, reportIn, type Answer, type Finding } from './kit/verdicts.js';

const PROOFS = 'data/preuves/tetes-preuves.ndjson';
const MODES = ['pseudonymised', 'authority', 'nominative'] as const;
const dice = new Dice(20_270_301);

/** One way to take lines of who looked out of the log. Gives the revision that is gone, and what both verifiers must find in an export of the space. */
type Harm = (owner: Owner, looks: Looks) => Promise<Harmed>;
interface Harmed {
  readonly gone: number;
  readonly found: Partial<Finding>;
}
interface Looks {
  /** Passages of somebody who was looked at often; of somebody who was once. */
  readonly many: StreamName;
  readonly last: number;
  readonly one: StreamName;
}
const gap = (stream: StreamName, gone: number): Harmed => ({ gone, found: { code: 'stream/gap', stream, rev: gone } });
const taken =
  (which: (last: number) => number): Harm =>
  async (owner, { many, last }) => {
    const rev = which(last);
    await owner.take(many, rev);
    return gap(many, rev);
  };

const HARMS: Readonly<Record<string, Harm>> = {
  'the first passage': taken(() => 0),
  'a passage in the middle': taken((last) => 1 + dice.below(last - 1)),
  'another passage in the middle': taken((last) => 1 + dice.below(last - 1)),
  'the last passage': taken((last) => last),
  'the only passage of a stream': async (owner, { one }) => {
    await owner.take(one, 0);
    return gap(one, 0);
  },
  'a passage, and the later ones renumbered': async (owner, { many, last }) => {
    const rev = 1 + dice.below(last - 1);
    await owner.take(many, rev);
    await owner.moveUp(many, rev);
    return { gone: rev, found: { code: 'event/leaf', stream: many, rev } };
  },
  'a passage, the later ones renumbered, and the seal lowered': async (owner, { many, last }) => {
    const rev = dice.below(last);
    await owner.take(many, rev);
    await owner.moveUp(many, rev);
    await owner.lowerSeal(many, last - 1);
    return { gone: rev, found: { code: 'stream/head', file: PROOFS, stream: many, rev: last } };
  },
  'the last passage, and the seal lowered': async (owner, { many, last }) => {
    await owner.take(many, last);
    await owner.lowerSeal(many, last - 1);
    return { gone: last, found: { code: 'stream/head', file: PROOFS, stream: many, rev: last } };
  },
  'the only passage of a stream, and the stream from the seal': async (owner, { one }) => {
    await owner.take(one, 0);
    await owner.lowerSeal(one, null);
    return { gone: 0, found: { code: 'heads/proof', file: PROOFS, stream: one, rev: 0 } };
  },
  'the last passage, and the rows of the map of heads': async (owner, { many, last }) => {
    await owner.take(many, last);
    await owner.lowerSeal(many, last - 1);
    await owner.db.query(`UPDATE seal.map_row SET content = set_byte(content, 40, get_byte(content, 40) # 1)`);
    return { gone: last, found: { code: 'heads/proof', stream: many, rev: last - 1 } };
  },
};

describe('A package made of a log from which somebody took passages', () => {
  const bench = new Bench();
  const jobs = new Map<string, number>();
  const expected = new Map<string, Harmed>();
  let world: World;
  let node: Answer[];
  let python: Answer[];
  let policy: string;
  let often: Patient;
  let once: Patient;

  const packed = async (name: string, more: Partial<ExportOrder>): Promise<void> => {
    const { folder } = await exportInClear(world.platform, more);
    await cp(folder, bench.path(name), { recursive: true });
    await rm(folder, { recursive: true });
    jobs.set(name, bench.job(`@/${name}`, '--policy', policy));
  };
  const level = () =>
    eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));
  const reportOf = (name: string) => {
    const job = jobs.get(name)!;
    expect(python[job]).toEqual(node[job]);
    return reportIn(node[job]!);
  };
  const readMeOf = (name: string) => readFile(join(bench.path(name), 'data/LISEZMOI.txt'), 'utf8');

  /** Two people: one whose documents are read again and again, and one who was looked at once. */
  async function lives(): Promise<void> {
    const care = careIn(world);
    often = await patientOf(world, 'alice');
    once = await patientOf(world, 'bruno');
    for (const { space } of [often, once]) await care.consent(space, 'dr-petit');
    const papers: string[] = [];
    for (let n = 0; n < 3; n += 1) papers.push(await care.deposited(often.space, { as: 'dr-petit' }));
    for (const paper of papers) {
      await care.entry(often.space, paper, { as: 'dr-petit' });
      await care.download(often.space, paper, { as: 'dr-petit' });
    }
    await care.list(once.space, { as: 'dr-petit' });
  }

  beforeAll(async () => {
    world = await openWorld({ SEAL_EVERY: '10', SEAL_ORIGIN: 'log.example/essai' });
    const worker = sealing(world.platform);
    await worker.start();
    await lives();
    await level();
    expect(await rootsOnDemand(world.platform).covering(0n, new AbortController().signal)).toBe(true);
    await level();
    const { keys } = await sealDeskOf(world.platform).status();
    policy = bench.file('policy', `${keys.map((key) => `log ${key}\n`).join('')}quorum none\n`);
    for (const mode of MODES) await packed(`whole-${mode}`, { mode, scope: { kind: 'space', space: often.id } });
    for (const mode of MODES) await packed(`whole-log-${mode}`, { mode });
    await worker.stop();
    const owner = await ownerOf(world);
    const { store } = world.platform;
    const last = (await store.read(`passage-${often.id}`)).length - 1;
    if (last < 3) throw new Error('there are too few passages to have a middle');
    const looks: Looks = { many: `passage-${often.id}`, one: `passage-${once.id}`, last };
    for (const [place, harm] of Object.values(HARMS).entries()) {
      const harmed = await harm(owner, looks);
      const space = harmed.found.stream === looks.one ? once.id : often.id;
      expected.set(`harm-${place}`, harmed);
      await packed(`harm-${place}`, { mode: dice.of([...MODES]), scope: { kind: 'space', space } });
      await packed(`harm-${place}-log`, { mode: 'authority' });
      await owner.restore();
    }
    const roots = (await allOf(store, 0n, ['audit'])).filter(({ stream }) => stream.endsWith('-sealer'));
    for (const stream of new Set(roots.map((root) => root.stream)))
      await owner.take(stream, ...roots.filter((root) => root.stream === stream).map(({ rev }) => rev));
    await packed('rootless', { mode: 'nominative', scope: { kind: 'space', space: often.id } });
    await owner.close();
    node = bench.node();
    python = await bench.python();
  });
  afterAll(async () => {
    await world.close();
    bench.close();
  });

  it.each(MODES)('holds in both verifiers where nobody took anything, and shows the ends of all streams: %s', (mode) => {
    const { findings, proven } = reportOf(`whole-${mode}`);
    expect(findings).toEqual([]);
    expect(proven).toMatchObject({ streams: 'whole', heads: 'sealed', behindHeads: 0 });
  });

  it('names up to which leaf the ends are sealed, in its first page and in both verdicts', async () => {
    const { findings, proven, checkpoint } = reportOf('whole-log-authority') as ReturnType<typeof reportOf> & {
      checkpoint: { size: number };
    };
    expect(findings).toEqual([]);
    const { headsUpTo, behindHeads } = proven as { headsUpTo: number; behindHeads: number };
    expect(behindHeads).toBe(checkpoint.size - headsUpTo);
    expect(behindHeads).toBeGreaterThan(0);
    expect(await readMeOf('whole-log-authority')).toContain(`lorsque le journal avait\n${headsUpTo} feuilles`);
  });

  it.each(Object.keys(HARMS).map((name, place) => [name, `harm-${place}`] as const))('shows what is missing: %s', (_, name) => {
    expect(reportOf(name).findings).toContainEqual(expect.objectContaining(expected.get(name)!.found));
    expect(node[jobs.get(name)!]!.code).toBe(1);
  });

  it.each(Object.keys(HARMS).map((name, place) => [name, `harm-${place}`] as const))('of the whole log shows it too: %s', (_, name) => {
    const { gone, found } = expected.get(name)!;
    const missing = expect.objectContaining({ code: 'stream/gap', stream: found.stream, rev: gone });
    expect(reportOf(`${name}-log`).findings).toContainEqual(missing);
  });

  it('says that nothing shows the ends of streams, where the fact of the root is gone from the log', async () => {
    const { findings, proven } = reportOf('rootless');
    expect(findings).toEqual([]);
    expect(proven).toMatchObject({ heads: 'none', headsUpTo: null });
    expect(await readMeOf('rootless')).toContain('COMPLÉTUDE : aucune racine scellée');
  });

  const INS = { system: 'urn:oid:1.2.250.1.213.1.4.10' };
  const patientsIn = async (name: string): Promise<readonly unknown[]> => {
    const events = (await linesIn(bench.path(name), 'fhir')) as readonly {
      entity?: readonly { what?: { type?: string; identifier?: unknown } }[];
    }[];
    return events.flatMap(({ entity = [] }) => entity.flatMap(({ what }) => (what?.type === 'Patient' ? [what.identifier] : [])));
  };

  it.each(['authority', 'nominative'])('names the patient in FHIR by INS where identities are shown: %s', async (mode) => {
    const patients = await patientsIn(`whole-${mode}`);
    expect(patients.length).toBeGreaterThan(3);
    expect(patients.filter((one) => JSON.stringify(one) !== JSON.stringify({ ...INS, value: often.ins }))).toEqual([]);
    const all = new Set((await patientsIn(`whole-log-${mode}`)).map((one) => (one as { value: string }).value));
    expect(all).toEqual(new Set([often.ins, once.ins]));
  });

  it.each(['whole-pseudonymised', 'whole-log-pseudonymised'])('and nowhere under pseudonyms: %s', async (name) => {
    expect((await patientsIn(name)).length).toBeGreaterThan(3);
    const names = (await readdir(bench.path(name), { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    for (const { parentPath, name: file } of names) {
      const text = await readFile(join(parentPath, file), 'latin1');
      for (const { ins } of [often, once]) expect(text.includes(ins.slice(0, 13))).toBe(false);
      expect(text.includes(`"system":"${INS.system}"`)).toBe(false);
    }
  });

  it('tells its events in FHIR without a finding of any validator', () => {
    const { code, out } = runConformance(join(bench.path('whole-log-nominative'), 'data/fhir'), '--json');
    const report = JSON.parse(out) as ConformanceReport;
    expect(report.findings).toEqual([]);
    expect(code).toBe(0);
    expect(report.types).toEqual({ AuditEvent: expect.any(Number), Provenance: expect.any(Number) });
  });
});
