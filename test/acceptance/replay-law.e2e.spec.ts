import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { epochOf, instantOf, parisDay, type Instant } from '../../src/domain/shared/time.js';
import { parseVerifierKey } from '../../src/infrastructure/seal/note/signed-note.js';
import { bundleOf, verifyBundle } from '../../src/infrastructure/seal/proof-bundle.js';
import { allOf } from '../infrastructure/event-store/samples.js';
import { eventually } from '../support/read-side.js';
import { SHIPPED_MATRIX } from '../../src/infrastructure/codes/shipped.js';
import { BIOLOGY, careIn, idOf, type Care } from '../support/patient-life.js';
import { patientOf, withPatients, type Patient } from '../support/patients.js';
import { sameInstallation } from '../support/same-installation.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const PROGRAM = join(process.cwd(), 'dist/program/mes.mjs');
const OFFICER = { as: 'compliance', headers: { 'x-purpose': 'contrôle' } } as const;
/** Nurses may not read it under the first version. */
const CELL = '1.2.250.1.71.1.2.7;60;11;83901-9;';
const run = promisify(execFile);

/** What a line of JSON holds; what of it counts is expected where it is used. */
type Answered = Readonly<Record<string, unknown>>;
interface Stretch {
  readonly from: string;
  readonly until: string;
  readonly outcome: string;
  readonly receipt: { readonly reason: string; readonly matrix: number | null };
}
interface Reader {
  readonly reader: { readonly id: string | null; readonly mode: string };
  readonly intervals: readonly Stretch[];
}
interface Sight extends Pick<Reader, 'reader'> {
  readonly documents: readonly Pick<Reader, 'intervals'>[];
}

describe('A controller who asks about a day before the last change of the matrix', () => {
  let running: RunningSystem;
  let care: Care;
  let patient: Patient;
  let document: string;
  let before: Instant;
  let after: Instant;
  let path: string;

  const mesPlain = async (...line: readonly string[]): Promise<string> => {
    const env = { ...process.env, ...sameInstallation(running), NODE_ENV: 'test', LOG_LEVEL: 'silent', SIMULATED_CLOCK: '1' };
    return (await run(process.execPath, [PROGRAM, ...line], { env })).stdout;
  };
  const mes = (...line: readonly string[]): Promise<string> => mesPlain(...line, '--purpose', 'plainte 12');
  const json = async (...line: readonly string[]): Promise<readonly Answered[]> =>
    (await mes(...line, '--json'))
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one) as Answered);

  beforeAll(async () => {
    running = await openSystem({}, '2027-03-01T08:00:00.000Z' as Instant);
    const { system } = running;
    care = careIn(running);
    patient = await patientOf(withPatients(running), 'alice');
    await care.consent(patient.space, 'dr-petit', { kind: 'FACILITY', id: '990000028' });
    await care.consent(patient.space, 'nurse-leroy');
    document = await care.deposited(patient.space, { as: 'dr-petit' }, { ...BIOLOGY, typeCode: '83901-9', title: 'Bilan psychologique' });
    expect(await care.entry(patient.space, document, { as: 'nurse-leroy' })).toMatchObject({ status: 404 });
    before = system.clock.now();
    path = join(running.stateDir, 'matrix.csv');
    await writeFile(path, (await readFile(SHIPPED_MATRIX, 'utf8')).replace(`${CELL}0\n`, `${CELL}1\n`));
    const from = instantOf(epochOf(before) + 3_600_000);
    await mesPlain('reference', 'import', '--matrix', path, '--reason', 'arrêté', '--from', from);
    await system.simulatedClock?.advanceTo(instantOf(epochOf(before) + 86_400_000));
    expect(await care.entry(patient.space, document, { as: 'nurse-leroy' })).toMatchObject({ status: 200 });
    await system.waitUntilCaughtUp();
    after = system.clock.now();
  }, 120_000);
  afterAll(() => running.close());

  const nurseIn = (answer: { readers: readonly Reader[] }) =>
    answer.readers.find(({ reader }) => reader.id === idOf('nurse-leroy') && reader.mode === 'normal');

  it('is answered by the version that was in force then, beside the rules of today, and reads who did (A32)', async () => {
    const asked = async (when: string) =>
      (await care.ask(`/spaces/${patient.space}/documents/${document}/possible-readers?${when}`, OFFICER)).body;
    const then = await asked(`day=${parisDay(before)}`);
    expect(then.law.matrix).toMatchObject([{ version: 1 }, { version: 2 }]);
    expect(then.law.caveat.en).toContain('the rules of the decision in the version of today');
    const reasons = (nurseIn(then)?.intervals ?? []).map(({ outcome, receipt: { reason, matrix } }) => [outcome, reason, matrix]);
    expect(reasons).toEqual([
      ['DENY', 'no-such-document', null],
      ['DENY', 'matrix', 1],
      ['ALLOW', 'CARE_TEAM', 2],
    ]);
    expect(then.did).toMatchObject([{ lane: 'REFUSED', receipt: { reason: 'matrix', matrix: 1 } }]);
    const now = await asked(`asOf=${after}`);
    expect(now.law.matrix).toMatchObject([{ version: 2 }]);
    expect(nurseIn(now)?.intervals).toMatchObject([{ outcome: 'ALLOW', receipt: { matrix: 2 } }]);
    const { body } = await care.ask(`/spaces/${patient.space}/history?from=2027-03-01T00:00:00Z&until=${before}&lane=REFUSED`, OFFICER);
    expect(body.lines).toMatchObject([{ receipt: { matrix: 1, reason: 'matrix' } }]);
  });

  it('is told the same of that day from both sides: what the nurse could see of the space, and who could see each document of it', async () => {
    const day = parisDay(before);
    const body = { professional: idOf('nurse-leroy') };
    const sights = (await care.send('POST', `/spaces/${patient.space}/replay/possible-sights?day=${day}`, OFFICER, body)).body;
    const who = (await care.ask(`/spaces/${patient.space}/documents/${document}/possible-readers?day=${day}`, OFFICER)).body;
    const { from, until, law } = who;
    expect(sights).toMatchObject({ from, until, law });
    const hers = (who.readers as readonly Reader[]).filter(({ reader }) => reader.id === body.professional);
    const outcomes = hers.flatMap(({ reader, intervals }) => {
      const seen = (sights.readers as readonly Sight[]).find((one) => isDeepStrictEqual(one.reader, reader))?.documents ?? [];
      expect(seen).toMatchObject([{ document: { document } }]);
      return intervals.map((one) => {
        // Who could see names her from the fact on that does; what she could see is told of the whole day.
        const same = seen[0]?.intervals.find((other) => other.from <= one.from && one.until <= other.until);
        expect({ outcome: same?.outcome, receipt: same?.receipt }).toEqual({ outcome: one.outcome, receipt: one.receipt });
        return one.outcome;
      });
    });
    expect(outcomes).toEqual(expect.arrayContaining(['DENY', 'ALLOW']));
    const said = await mes('what-could-see', patient.space, body.professional, day);
    expect(said).toMatch(new RegExp(`${document} 83901-9  2027-\\S+ – 2027-\\S+  oui `));
  });

  it('reads all accesses of March, each with the version that decided it, every line of them proven in the sealed log (A32)', async () => {
    await running.system.waitUntilCaughtUp();
    const march = 'from=2027-03-01T00:00:00Z&until=2027-04-01T00:00:00Z';
    const { body } = await care.ask(`/compliance/spaces/${patient.space}/accesses?${march}&first=100`, OFFICER);
    const accesses = body.accesses as readonly { who: { id: string }; kind: string; receipt: { matrix: number | null } | null }[];
    const ofTheNurse = accesses
      .filter(({ who }) => who.id === idOf('nurse-leroy'))
      .map(({ kind, receipt }) => [kind, receipt?.matrix ?? null]);
    expect(ofTheNurse).toEqual(
      expect.arrayContaining([
        ['LOOK', 2],
        ['REFUSED', 1],
      ]),
    );
    const { seal } = running.system;
    await eventually(async () => expect(await seal.status()).toMatchObject({ behind: '0', trouble: null }));
    expect(await seal.check({}, { keys: [], progress: () => undefined })).toMatchObject({ count: 0 });
    const verifiers = (await seal.status()).keys.map(parseVerifierKey);
    // Looks lie in the stream of the space, refusals in that of who was refused.
    const lines = await running.inside(({ store }) => allOf(store, 0n, ['passage', 'actor']));
    expect(lines.length).toBeGreaterThan(1);
    for (const { stream, rev } of lines) {
      const bundle = bundleOf(await seal.prove(stream, rev));
      expect(verifyBundle(bundle, verifiers).size).toBeGreaterThan(bundle.index);
    }
  }, 60_000);

  it('is told which decisions another version would have changed: of a space, of a professional, of everybody', async () => {
    const period = ['--from', '2027-03-01T00:00:00Z', '--until', after] as const;
    for (const scope of [['--space', patient.space], ['--professional', idOf('nurse-leroy')], []]) {
      const lines = await json('what-if', '--matrix', '2', ...period, ...scope);
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatchObject({ space: patient.space, document, recorded: { outcome: 'DENY' }, otherwise: { outcome: 'ALLOW' } });
      expect(lines[1]).toMatchObject({ allowedNow: 1, deniedNow: 0, notReproduced: 0 });
    }
    const [change, counts] = await json('what-if', '--matrix', SHIPPED_MATRIX, '--from', before, '--until', instantOf(epochOf(after) + 1));
    expect(change).toMatchObject({ recorded: { outcome: 'ALLOW' }, otherwise: { outcome: 'DENY', receipt: { reason: 'matrix' } } });
    expect(counts).toMatchObject({ allowedNow: 0, deniedNow: 1 });
  });

  it('asks the same on the command line', async () => {
    const who = await mes('who-could-see', patient.space, document, before);
    expect(who).toContain('Matrice 1 (en vigueur depuis');
    expect(who).toContain('non (5d, sa profession ne donne pas accès à ce type de document)');
    const what = await mes('what-could-see', patient.space, idOf('nurse-leroy'), before);
    expect(what).toContain(`${document} 83901-9  non (5d`);
    const steps = await mes('replay', 'step', patient.space);
    expect(steps).toContain(`• Document ${document} : ajouté`);
    expect(steps).not.toContain('Bilan psychologique');
    expect(await json('replay', 'step', patient.space, '--most', '3')).toHaveLength(3);
    expect(await mes('diff', patient.space, '2027-03-01T07:00:00Z', before)).toContain('Espace : ajouté');
    expect(await mes('diff', patient.space, before, before)).toBe('aucun changement\n');
    for (const name of ['overview', 'history', 'documents', 'dossier', 'rights', 'notices']) {
      const [answer] = await json('as-of', patient.space, before, '--what', name, '--true');
      expect(JSON.stringify(answer)).not.toContain('Bilan psychologique');
    }
  }, 120_000);
});
