import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { epochOf, instantOf, type Instant } from '../../src/domain/shared/time.js';
import { openCheckpoint } from '../../src/infrastructure/seal/note/checkpoint.js';
import { parseVerifierKey } from '../../src/infrastructure/seal/note/signed-note.js';
import { verifyTlogProof } from '../../src/infrastructure/seal/tlog-proof.js';
import { aLetter, BIOLOGY, careIn, OWN_BIOLOGY, type Asking, type Care } from '../support/patient-life.js';
import { blobsIn, patientOf, withPatients, type Patient } from '../support/patients.js';
import { openSystem, type RunningSystem } from '../support/system.js';
import { unzipped } from '../support/unzip.js';

const DAY = 86_400_000;
const ALICE = { as: 'alice' } as const;
interface Copy {
  readonly copy: string;
  readonly status: string;
  readonly until: string;
  readonly size: number;
  readonly sha256: string;
  readonly documents: number;
  readonly lines: number;
  readonly why: string | null;
}

describe('A copy of the data of a space', () => {
  let running: RunningSystem;
  let system: ReturnType<typeof withPatients>;
  let care: Care;
  let patient: Patient;
  let letter: ReturnType<typeof aLetter>;
  beforeAll(async () => {
    running = await openSystem({}, '2026-03-02T08:00:00.000Z' as Instant);
    [system, care, letter] = [withPatients(running), careIn(running), aLetter()];
    patient = await patientOf(system, 'alice');
    await care.consent(patient.space, 'dr-petit');
    await care.deposited(patient.space, { as: 'dr-petit' }, BIOLOGY, letter);
    await care.deposited(patient.space, { as: 'dr-petit' }, { ...BIOLOGY, confidentiality: ['MASQUE_PS'] });
    await care.deposited(patient.space, { as: 'dr-petit' }, { ...BIOLOGY, title: 'Pas encore', confidentiality: ['INVISIBLE_PATIENT'] });
  }, 120_000);
  afterAll(() => running.close());

  const pathOf = (of = patient) => `/spaces/${of.space}/copies`;
  const copiesOf = async (asking: Asking = ALICE, of = patient): Promise<readonly Copy[]> => {
    const { status, body } = await care.ask(pathOf(of), asking);
    if (status !== 200) throw new Error(`the copies were answered ${status} ${body.code}`);
    return body as readonly Copy[];
  };
  const newest = async (asking: Asking = ALICE, of = patient): Promise<Copy> => {
    const [first] = await copiesOf(asking, of);
    if (first === undefined) throw new Error('there is no copy');
    return first;
  };
  const made = async (asking: Asking = ALICE, of = patient): Promise<Copy> => {
    await care.done('POST', pathOf(of), asking);
    await running.system.waitUntilCaughtUp();
    return newest(asking, of);
  };
  const fetched = async (copy: string, asking: Asking = ALICE, headers = {}, of = patient) => {
    const answer = await running.app.inject({
      method: 'GET',
      url: `/api/v1${pathOf(of)}/${copy}/content`,
      headers: { authorization: `Bearer ${asking.token ?? (await running.token(asking.as ?? 'alice'))}`, ...headers },
    });
    return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
  };
  const filesOf = async (asking: Asking = ALICE, of = patient) => {
    const { copy } = await made(asking, of);
    const { status, bytes } = await fetched(copy, asking, {}, of);
    expect(status).toBe(200);
    return { files: unzipped(bytes), bytes, copy };
  };
  const textsIn = async (folder: string): Promise<string> => {
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), 'utf8'));
    return (await Promise.all(files)).join('\n');
  };

  describe('that its holder asked for', () => {
    let files: ReadonlyMap<string, Buffer>;
    let bytes: Buffer;
    let copy: string;
    beforeAll(async () => {
      ({ files, bytes, copy } = await filesOf());
    }, 120_000);
    const text = (path: string): string => files.get(path)?.toString('utf8') ?? '';

    it('says where it stands: ready, until when, how large it is', async () => {
      const { status, until, size, sha256, documents, lines } = await newest();
      expect({ status, until, documents }).toEqual({ status: 'READY', until: '2026-03-09T23:00:00.000Z', documents: 2 });
      expect([size, sha256]).toEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')]);
      expect(lines).toBeGreaterThan(5);
    });

    it('holds every document that he may see as it was deposited, with its entry, and nothing of one that he may not know of', () => {
      const documents = [...files.keys()].filter((path) => path.startsWith('documents/'));
      expect(documents.sort()).toEqual(
        ['0001', '0002'].flatMap((n) => [`documents/${n}-resultats-de-biologie.json`, `documents/${n}-resultats-de-biologie.pdf`]),
      );
      expect([...files.values()].some((content) => content.equals(letter.bytes))).toBe(true);
      for (const content of files.values()) expect(content.includes('Pas encore')).toBe(false);
    });

    it('names every file with its digest, as sha512sum reads it', () => {
      const lines = text('manifest-sha512.txt').trimEnd().split('\n');
      expect(lines).toEqual(
        [...files]
          .filter(([path]) => path !== 'manifest-sha512.txt')
          .map(([path, content]) => `${createHash('sha512').update(content).digest('hex')}  ${path}`),
      );
    });

    it('holds the history up to the wish for it, for people and for software, with the receipt of each decision', async () => {
      const lines = JSON.parse(text('historique.json')) as {
        numero: number;
        id: string;
        kind: string;
        fr: string;
        receipt: object | null;
      }[];
      const shown = await care.history(patient.space, ALICE);
      const from = shown.findIndex(({ kind }) => kind === 'CopyRequested');
      expect(lines.map(({ kind, fr }) => [kind, fr])).toEqual(
        shown
          .slice(0, from + 1)
          .reverse()
          .map(({ kind, fr }) => [kind, fr]),
      );
      expect(text('historique.csv').trimEnd().split('\r\n')).toHaveLength(lines.length + 1);
      expect(lines.some(({ receipt }) => receipt !== null)).toBe(true);
    });

    it('holds a receipt of each of its lines that holds with nothing but the public key of the log', async () => {
      const lines = JSON.parse(text('historique.json')) as { numero: number }[];
      const { keys } = await running.system.seal.status();
      const verifiers = keys.map(parseVerifierKey);
      for (const { numero } of lines) {
        const { index, head } = verifyTlogProof(text(`recus/${numero}.tlog-proof`), text(`recus/${numero}.event.json`), (note) =>
          openCheckpoint(note, verifiers),
        );
        expect(index).toBeLessThan(head.size);
      }
      expect(text('recus/sans-recu.csv')).toBe('"numero";"raison"\r\n');
    });

    it('says how to open and verify it, what its fields mean, and who has access', () => {
      expect(text('LISEZMOI.txt')).toContain('sha512sum -c manifest-sha512.txt');
      expect(text('dictionnaire.txt')).toContain('confidentiality');
      expect(JSON.parse(text('profil.json'))).toMatchObject({ overview: { status: 'ACTIVE' }, rights: { rights: [{ kind: 'CONSENT' }] } });
    });

    it('is given in the part that is asked for', async () => {
      const part = await fetched(copy, ALICE, { range: 'bytes=100-199' });
      expect(part).toMatchObject({ status: 206, headers: { 'content-type': 'application/zip', 'cache-control': 'private, no-store' } });
      expect(part.bytes.equals(bytes.subarray(100, 200))).toBe(true);
      expect((await fetched(copy, ALICE, { range: `bytes=${bytes.length}-` })).status).toBe(416);
    });

    it('leaves its lines: who asked, that it was ready, and each time that it was fetched', async () => {
      const said = (await care.history(patient.space, ALICE)).map(({ fr }) => fr);
      expect(said).toEqual(
        expect.arrayContaining([
          'Vous avez demandé une copie des données de votre espace.',
          'La copie des données demandée est prête. Elle peut être téléchargée jusqu’au lundi 9 mars 2026 (inclus).',
          'Vous avez téléchargé une copie des données de votre espace.',
        ]),
      );
    });

    it('is told in the notice centre, and by an e-mail without a word on health', async () => {
      const { body } = await care.ask(`/spaces/${patient.space}/notices`, ALICE);
      expect((body.notices as { kind: string }[]).map(({ kind }) => kind)).toContain('COPY_READY');
      const mails = await textsIn(join(running.stateDir, 'outbox'));
      expect(mails.replaceAll('=\r\n', '')).toMatch(/copie/);
      expect(mails).not.toMatch(/biologie|Pas encore/);
    });

    it('lies encrypted in the store, under a key of its own', async () => {
      const lying = await textsIn(running.settings.blobDir);
      expect(lying).not.toContain('manifest-sha512');
    });
  });

  it('is for the account that asked for it, and nobody else', async () => {
    const { copy } = await newest();
    const stranger = await fetched(copy, { as: 'bruno' });
    expect([stranger.status, (JSON.parse(stranger.bytes.toString()) as { code: string }).code]).toEqual([404, 'access/nothing-here']);
    expect((await fetched(copy, { as: 'dr-petit' })).status).toBe(403);
    expect((await fetched('7f8b7a34-0c1d-8b52-9d53-0d1a2b3c4d5e')).status).toBe(404);
  });

  it('of a minor does not tell his representative what is hidden from representatives, nor is his own copy for them', async () => {
    const child = await patientOf(system, 'bruno', '2012-06-14');
    await care.done('POST', `/spaces/${child.space}/legal-representatives`, { as: 'agent-3422' }, { representative: patient.space });
    await care.consent(child.space, 'dr-petit');
    await care.deposited(child.space, { as: 'dr-petit' }, { ...BIOLOGY, title: 'Pour tous' });
    const secret = { ...BIOLOGY, title: 'Secret', confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] };
    await care.deposited(child.space, { as: 'dr-petit' }, secret);
    const own = await filesOf({ as: 'bruno' }, child);
    const theirs = await filesOf(ALICE, child);
    const titled = (files: ReadonlyMap<string, Buffer>) => [...files.keys()].filter((path) => /^documents\/.*\.pdf$/.test(path));
    expect(titled(own.files)).toEqual(['documents/0001-secret.pdf', 'documents/0002-pour-tous.pdf']);
    expect(titled(theirs.files)).toEqual(['documents/0001-pour-tous.pdf']);
    for (const content of theirs.files.values()) expect(content.includes('Secret')).toBe(false);
    // Of what lies under the secret of a minor nobody gets a receipt, and his representatives get them of looks and refusals alone.
    expect(own.files.get('recus/sans-recu.csv')?.toString()).toContain('history/line-under-veil');
    expect(theirs.files.get('recus/sans-recu.csv')?.toString()).toContain('history/no-receipt-here');
    expect((await fetched(own.copy, ALICE, {}, child)).status).toBe(404);
  }, 120_000);

  it('ends when a document in it is deleted: its bytes are gone', async () => {
    const own = await care.deposited(patient.space, ALICE, OWN_BIOLOGY);
    const { copy } = await made();
    const lying = await running.inside((platform) => blobsIn(platform));
    await care.done('POST', `/spaces/${patient.space}/document-deletions`, ALICE, { documents: [own] });
    await running.system.waitUntilCaughtUp();
    expect((await copiesOf()).find((one) => one.copy === copy)).toMatchObject({ status: 'ENDED', why: 'DOCUMENT_WITHDRAWN' });
    expect((await fetched(copy)).status).toBe(410);
    expect(await running.inside((platform) => blobsIn(platform))).toBe(lying - 2);
  }, 120_000);

  it('ends after its days: it can be fetched no more, and its bytes are gone', async () => {
    const { copy } = await made();
    const living = (await copiesOf()).filter(({ status }) => status === 'READY').length;
    const lying = await running.inside((platform) => blobsIn(platform));
    const { clock, simulatedClock } = running.system;
    await simulatedClock?.advanceTo(instantOf(epochOf(clock.now()) + 9 * DAY));
    expect((await fetched(copy)).status).toBe(410);
    await running.system.fireDue();
    await running.system.waitUntilCaughtUp();
    // Theirs of the minor ended as well.
    expect(await running.inside((platform) => blobsIn(platform))).toBe(lying - living - 2);
    expect(await newest()).toMatchObject({ status: 'ENDED', why: 'EXPIRED' });
  }, 120_000);
});
