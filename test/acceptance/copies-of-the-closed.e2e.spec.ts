import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { BIOLOGY, careIn, OWN_BIOLOGY, type Care } from '../support/patient-life.js';
import { factsAbout, patientOf, withPatients, type Patient } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const ALICE = { as: 'alice' } as const;
const DOCTOR = { as: 'dr-petit' } as const;
interface Copy {
  readonly copy: string;
  readonly status: string;
  readonly documents: number;
  readonly why: string | null;
}

describe('Copies of a space that was closed while they lay ready', () => {
  let running: RunningSystem;
  let care: Care;
  let patient: Patient;
  let path: string;
  beforeAll(async () => {
    running = await openSystem({}, '2026-03-02T08:00:00.000Z' as Instant);
    care = careIn(running);
    patient = await patientOf(withPatients(running), 'alice');
    path = `/spaces/${patient.space}`;
    await care.consent(patient.space, 'dr-petit');
  }, 120_000);
  afterAll(() => running.close());

  const copiesNow = async (): Promise<readonly Copy[]> => (await care.ask(`${path}/copies`, ALICE)).body as readonly Copy[];
  const made = async (): Promise<string> => {
    await care.done('POST', `${path}/copies`, ALICE);
    await running.system.waitUntilCaughtUp();
    const [{ copy, status } = { copy: '', status: 'none' }] = await copiesNow();
    if (status !== 'READY') throw new Error(`the copy is ${status}`);
    return copy;
  };
  const takenBack = (document: string) =>
    care.done('PUT', `${path}/documents/${document}/unpublication`, DOCTOR, { reason: 'WRONG_PATIENT' });
  const fetched = async (copy: string): Promise<number> => (await care.ask(`${path}/copies/${copy}/content`, ALICE)).status;
  const endedIn = async (): Promise<readonly unknown[]> =>
    running.inside(async (platform) =>
      (await factsAbout(platform, patient)).flatMap(({ event }) => (event.type === 'CopyEnded' ? [[event.copy, event.why]] : [])),
    );

  it('hold nothing that was taken back meanwhile: those in which it is have ended, the others are as they were', async () => {
    await care.deposited(patient.space, ALICE, OWN_BIOLOGY);
    const own = await made();
    const hidden = await care.deposited(patient.space, DOCTOR, { ...BIOLOGY, confidentiality: ['INVISIBLE_PATIENT'] });
    await running.system.waitUntilCaughtUp();
    await care.done('PUT', `${path}/documents/${hidden}/announcement`, DOCTOR);
    await running.system.waitUntilCaughtUp();
    const veiled = await made();
    const misfiled = await care.deposited(patient.space, DOCTOR, { ...BIOLOGY, title: 'Résultats de quelqu’un d’autre' });
    await running.system.waitUntilCaughtUp();
    const all = await made();
    expect((await copiesNow()).map(({ documents }) => documents)).toEqual([3, 2, 1]);

    await care.done('PUT', `${path}/closure`, ALICE);
    await running.system.waitUntilCaughtUp();
    for (const document of [misfiled, hidden]) await takenBack(document);
    await running.system.waitUntilCaughtUp();
    await care.done('PUT', `${path}/reopening`, ALICE);
    await running.system.waitUntilCaughtUp();

    expect([await fetched(all), await fetched(veiled), await fetched(own)]).toEqual([410, 410, 200]);
    const gone = { status: 'ENDED', why: 'DOCUMENT_WITHDRAWN' };
    expect(await copiesNow()).toMatchObject([gone, gone, { copy: own, status: 'READY', why: null }]);
    // Their keys and bytes go by these.
    expect((await endedIn()).toSorted()).toEqual([all, veiled].map((copy) => [copy, 'DOCUMENT_WITHDRAWN']).toSorted());
  }, 120_000);
});
