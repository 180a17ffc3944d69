import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BlobName } from '../../src/application/record/blob-store.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { BIOLOGY, careIn, idOf, idsIn, type Care } from '../support/patient-life.js';
import { digestsOf } from '../support/digests.js';
import type { Attached } from '../support/uploading.js';
import { blobsIn, factsAbout, patientOf, withPatients, type Patient } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';

/** More than two chunks of the encrypted form, none of them like another. */
const LONG: Attached = {
  bytes: Buffer.from(randomBytes(150_000).toString('base64')),
  mediaType: 'text/plain',
  fileName: 'signal.txt',
};
const SIZE = LONG.bytes.length;

describe('The bytes of a document', () => {
  let running: RunningSystem;
  let system: ReturnType<typeof withPatients>;
  let care: Care;
  let patient: Patient;
  beforeAll(async () => {
    running = await openSystem({}, '2026-03-02T08:00:00.000Z' as Instant);
    [system, care] = [withPatients(running), careIn(running)];
    patient = await patientOf(system, 'alice');
    await care.consent(patient.space, 'dr-petit');
    await care.consent(patient.space, 'lab-biologist');
  });
  afterAll(() => running.close());

  describe('are given in the part that is asked for', () => {
    let document: string;
    beforeAll(async () => {
      document = await care.deposited(patient.space, { as: 'lab-biologist' }, BIOLOGY, LONG);
    });
    const ranged = (range: string) => care.download(patient.space, document, { as: 'dr-petit', headers: { range } });

    it.each([
      ['the first byte', 'bytes=0-0', 0, 1],
      ['a beginning', 'bytes=0-99999', 0, 100_000],
      ['the middle, across chunks', 'bytes=65530-131080', 65_530, 131_081],
      ['all from a place on', `bytes=${SIZE - 10}-`, SIZE - 10, SIZE],
      ['the last ones', 'bytes=-70000', SIZE - 70_000, SIZE],
      ['an end behind the end', 'bytes=5-99999999', 5, SIZE],
    ])('%s', async (_, range, start, end) => {
      const { status, headers, bytes } = await ranged(range);
      expect(status).toBe(206);
      expect(headers).toMatchObject({
        'content-range': `bytes ${start}-${end - 1}/${SIZE}`,
        'content-length': String(end - start),
        'accept-ranges': 'bytes',
      });
      expect(bytes.equals(LONG.bytes.subarray(start, end))).toBe(true);
    });

    it.each([
      ['without a range', {}],
      ['several ranges', { range: 'bytes=0-1,5-6' }],
      ['another unit', { range: 'pages=1-2' }],
      ['a range from back to front', { range: 'bytes=9-3' }],
      ['a suffix longer than the document', { range: 'bytes=-99999999' }],
    ])('the whole: %s', async (_, headers) => {
      const whole = await care.download(patient.space, document, { as: 'alice', headers });
      expect(whole).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-store' },
      });
      expect(whole.bytes.equals(LONG.bytes)).toBe(true);
      const { body } = await care.entry(patient.space, document, { as: 'alice' });
      const digest = (name: string) => createHash(name).update(whole.bytes).digest('hex');
      expect(body).toMatchObject({ size: SIZE, hash: digest('sha1'), sha256: digest('sha256') });
    });

    it.each(['bytes=-0', `bytes=${SIZE}-`, `bytes=${SIZE + 5}-${SIZE + 9}`])('nothing, and the refusal says so: %s', async (range) => {
      const { status, bytes } = await ranged(range);
      expect({ status, said: JSON.parse(bytes.toString()) as unknown }).toMatchObject({
        status: 416,
        said: { code: 'record/no-such-range' },
      });
    });
  });

  it('taken back because they were of another patient nobody reads any more; that they were there, the history tells', async () => {
    const { space, id } = patient;
    const before = await running.inside(blobsIn);
    const document = await care.deposited(space, { as: 'lab-biologist' });
    await care.done('PUT', `/spaces/${space}/attending-doctor`, { as: 'insurer-agent' }, { professional: idOf('dr-martin') });
    const readers = ['alice', 'dr-petit', 'lab-biologist', 'dr-martin'] as const;
    for (const as of readers) expect(await care.download(space, document, { as })).toMatchObject({ status: 200 });
    const path = `/spaces/${space}/documents/${document}/unpublication`;
    const foreign = await care.send('PUT', path, { as: 'dr-petit' }, { reason: 'WRONG_PATIENT' });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'record/nothing-here' } });

    await care.done('PUT', path, { as: 'lab-biologist' }, { reason: 'WRONG_PATIENT' });
    for (const as of readers) {
      const now = await running.app.inject({
        method: 'GET',
        url: `/api/v1/spaces/${space}/documents/${document}/content`,
        headers: { authorization: `Bearer ${await running.token(as)}` },
      });
      expect(now.statusCode).toBe(404);
      expect(await care.entry(space, document, { as })).toMatchObject({ status: 404, body: { code: 'record/nothing-here' } });
      expect(idsIn(await care.list(space, { as }, '?all=true'))).not.toContain(document);
    }
    const facts = await running.inside((platform) => factsAbout(platform, patient));
    const deposit = facts.find(({ event }) => event.type === 'DocumentDeposited' && event.document === document);
    await running.inside(async ({ vault, blobs }) => {
      expect(await vault.keyFor(id, `document:${document}`)).toMatchObject({ state: 'destroyed' });
      expect(await blobs.get(String(deposit?.event.blob) as BlobName)).toBeNull();
    });
    expect(await running.inside(blobsIn)).toBe(before);
    expect(facts.filter(({ event }) => event.type === 'DocumentDescribed' && event.document === document)).toEqual([]);
    expect(await running.rows('SELECT * FROM read.document WHERE document_id = $1', [document])).toEqual([]);

    const told = (await care.history(space, { as: 'alice' })).filter(({ by }) => by === 'professional');
    expect(told.filter(({ kind }) => kind === 'DocumentDeposited')).toHaveLength(2);
    expect(told.findLast(({ kind }) => kind === 'DocumentDeposited')).toMatchObject({ who: { id: idOf('lab-biologist') }, documents: [] });
    const back = told.find(({ kind }) => kind === 'DocumentUnpublished');
    expect(back).toMatchObject({ who: { id: idOf('lab-biologist') }, documents: [] });
    expect(back?.fr).toContain('il concernait une autre personne');

    const live = await digestsOf(running);
    await running.system.readModels.rebuild(undefined);
    expect(await digestsOf(running)).toEqual(live);
    expect(await care.entry(space, document, { as: 'alice' })).toMatchObject({ status: 404 });
    const again = await care.deposit(space, { as: 'lab-biologist' });
    expect(again).toMatchObject({ status: 201 });
    expect(again.body.document).not.toBe(document);
  });
});
