import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importJWK, SignJWT } from 'jose';
import { aLetter, BIOLOGY, careIn, facility, idOf, idsIn, OWN_BIOLOGY, type Care } from '../support/patient-life.js';
import { doorsOf } from '../support/doors.js';
import type { Attached } from '../support/uploading.js';
import { blobsIn, factsAbout, patientOf, refusalsAbout } from '../support/patients.js';
import { png } from '../support/sample-files.js';
import { openWorld, type World } from '../support/world.js';

const ISSUER = 'https://space.test';
const LABORATORY = facility('990000036');
const REFUSED_DELETION = { status: 403, body: { code: 'record/not-yours-to-delete' } };
const text = (bytes: number): Attached => ({ bytes: Buffer.alloc(bytes, 'a'), mediaType: 'text/plain', fileName: 'note.txt' });
const PROGRAM: Attached = {
  bytes: Buffer.concat([Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1'), Buffer.alloc(2_000)]),
  mediaType: 'application/pdf',
  fileName: 'resultats.pdf',
};

describe('Deposits', () => {
  let world: World;
  let care: Care;
  beforeAll(async () => {
    world = await openWorld({ FACILITY_ISSUER: ISSUER });
    care = careIn(world);
  });
  afterAll(() => world.close());

  /** A receipt, its position in clear: what stands in the answer is sealed anew each time. */
  const saidOf = <T extends { readonly position: string | null }>({ position, ...rest }: T) => ({
    ...rest,
    position: position === null ? null : String(world.log.secrets.positionOf(position)),
  });

  it('A24 a file of the holder has 5 000 000 bytes at most, and is what its name says; else nothing of it is kept', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    const [kept, before] = [await blobsIn(world.platform), await factsAbout(world.platform, patient)];
    const bringing = (file: Attached) => care.deposit(space, { as: 'alice' }, OWN_BIOLOGY, file);
    expect(await bringing(text(5_000_001))).toMatchObject({ status: 413, body: { code: 'record/too-large' } });
    expect(await bringing(PROGRAM)).toMatchObject({ status: 415, body: { code: 'record/type-not-accepted' } });
    const picture = { bytes: png(), mediaType: 'application/pdf', fileName: 'scan.pdf' };
    expect(await bringing(picture)).toMatchObject({ status: 415, body: { code: 'record/type-mismatch' } });
    expect(await bringing({ ...aLetter(), fileName: 'lettre.exe' })).toMatchObject({ status: 415, body: { code: 'record/type-mismatch' } });
    expect(await blobsIn(world.platform)).toBe(kept);
    expect(await factsAbout(world.platform, patient)).toHaveLength(before.length);

    expect(await bringing(text(5_000_000))).toMatchObject({ status: 201, body: { size: 5_000_000 } });
    expect(await care.list(space, { as: 'alice' })).toMatchObject({ body: { total: 1, documents: [{ size: 5_000_000 }] } });
  });

  it('A25 the holder deletes nothing that a professional deposited, and at most ten of his own at once', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    await care.consent(space, 'dr-petit');
    const report = await care.deposited(space, { as: 'dr-petit' });
    const own: string[] = [];
    for (let i = 0; i < 11; i++) own.push(await care.deposited(space, { as: 'alice' }, OWN_BIOLOGY));
    const deleting = (documents: readonly string[]) =>
      care.send('POST', `/spaces/${space}/document-deletions`, { as: 'alice' }, { documents });

    expect(await deleting([report])).toMatchObject(REFUSED_DELETION);
    expect(await deleting([...own.slice(0, 3), report])).toMatchObject(REFUSED_DELETION);
    expect(await deleting(own)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/documents' }] } });
    const byGraphql =
      'mutation ($space: ID!, $documents: [ID!]!) { deleteDocuments(space: $space, input: { documents: $documents }) { position } }';
    const refused = await care.graphql(byGraphql, { space, documents: [report] }, { as: 'alice' });
    expect(refused.body).toMatchObject({ errors: [{ extensions: { problem: 'record/not-yours-to-delete' } }] });
    expect(await care.list(space, { as: 'alice' })).toMatchObject({ body: { total: 12 } });

    expect(await deleting(own.slice(0, 10))).toMatchObject({ status: 200 });
    expect(idsIn(await care.list(space, { as: 'alice' }))).toEqual([own[10], report]);
    expect((await factsAbout(world.platform, patient)).filter(({ event: { type } }) => type === 'DocumentDeleted')).toHaveLength(10);
  });

  /** What an entry may leave out, as much software says that it does: by null. */
  const NOTHING_SAID = Object.fromEntries(
    (
      'uniqueId classCode formatCode comments languageCode creationTime serviceStart serviceStop events healthcareFacilityType practiceSetting authors ' +
      'legalAuthenticator references confidentiality replaces submission'
    )
      .split(' ')
      .map((name) => [name, null]),
  );
  const ENTRIES =
    'query ($space: ID!, $after: String) { documents(space: $space, after: $after) { documents { title uniqueId languageCode serviceStart references ' +
    'events { code } authors { kind } legalAuthenticator { kind } confidentiality } } }';

  it('what is null in an entry is what was left out: it takes nothing of a space from anybody’s sight', async () => {
    const { space } = await patientOf(world, 'alice');
    await care.deposited(space, { as: 'alice' }, { ...NOTHING_SAID, ...OWN_BIOLOGY });
    const byGraphql =
      'mutation ($space: ID!, $input: DepositWithContentInput!) { depositDocument(space: $space, input: $input) { document position } }';
    const content = aLetter().bytes.toString('base64');
    const input = { ...NOTHING_SAID, ...OWN_BIOLOGY, mediaType: 'application/pdf', fileName: null, content };
    const { depositDocument } = (await care.graphql(byGraphql, { space, input }, { as: 'alice' })).body.data;
    expect(depositDocument).toEqual({ document: expect.any(String), position: expect.any(String) });
    const entry = {
      title: OWN_BIOLOGY.title,
      uniqueId: expect.stringMatching(/^urn:uuid:/),
      languageCode: 'fr-FR',
      serviceStart: expect.any(String),
      references: [],
      events: [],
      authors: [{ kind: 'HOLDER' }],
      legalAuthenticator: { kind: 'HOLDER' },
      confidentiality: ['N'],
    };
    const { body } = await care.graphql(ENTRIES, { space, after: depositDocument.position }, { as: 'alice' });
    expect(body).toEqual({ data: { documents: { documents: [entry, entry] } } });
  });

  it.each(['events', 'authors'])('a list in the place of one of the %s is refused', async (name) => {
    const { space } = await patientOf(world, 'alice');
    const refused = await care.deposit(space, { as: 'alice' }, { ...OWN_BIOLOGY, [name]: [[]] }, aLetter());
    expect(refused).toMatchObject({ status: 400, body: { code: 'request/invalid', errors: [{ pointer: `/${name}` }] } });
    expect(await care.list(space, { as: 'alice' })).toMatchObject({ body: { total: 0 } });
  });

  it('A34 a space that is closed, opposed or not open yet takes nothing, and says so; nothing is stored', async () => {
    const closed = await patientOf(world, 'alice');
    await care.consent(closed.space, 'dr-petit');
    await care.done('PUT', `/spaces/${closed.space}/closure`, { as: 'alice' });
    const invited = await world.invite();
    const opposed = await world.invite();
    await care.done('POST', '/oppositions', {}, opposed.letter);
    const kept = await blobsIn(world.platform);
    for (const [space, id] of [
      [closed.space, closed.id],
      [invited.address.handle, invited.address.id],
      [opposed.address.handle, opposed.address.id],
    ] as const) {
      const before = (await factsAbout(world.platform, { id })).filter(({ event: { type } }) => type !== 'AccessDenied');
      for (const as of ['dr-petit', 'insurer-agent', 'lab-software'] as const)
        expect(await care.deposit(space, { as })).toMatchObject({ status: 409, body: { code: 'access/space-not-open' } });
      expect((await factsAbout(world.platform, { id })).filter(({ event: { type } }) => type !== 'AccessDenied')).toEqual(before);
      const receipts = (await refusalsAbout(world.platform, { id })).map(({ meta: { ground } }) => ground?.reason);
      expect(receipts).toEqual(['not-open', 'not-open', 'not-open']);
    }
    expect(await blobsIn(world.platform)).toBe(kept);
    expect(await care.deposit(randomUUID(), { as: 'dr-petit' })).toMatchObject({ status: 404, body: { code: 'access/nothing-here' } });
  });

  it('of three documents that come together one is refused: each has its own answer, in order, and the others stay', async () => {
    const { space } = await patientOf(world, 'alice');
    await care.consent(space, 'dr-petit');
    const entryOf = ({ mediaType, fileName }: Attached, title: string) => ({ ...BIOLOGY, title, mediaType, fileName });
    const files = [aLetter(), PROGRAM, aLetter()];
    const entries = files.map((file, index) => entryOf(file, `Page ${index + 1}`));
    const key = { as: 'dr-petit', headers: { 'idempotency-key': randomUUID() } } as const;
    const { status, body } = await care.submit(`/spaces/${space}/document-batches`, key, { entries }, files);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: [{ refused: null }, { document: null, refused: 'record/type-not-accepted' }, { refused: null }],
    });
    const answers = body as { document: string; position: string | null; refused: string | null }[];
    const [first, , third] = answers;
    const { documents } = (await care.list(space, { as: 'alice' })).body as { documents: { document: string; title: string }[] };
    expect(new Map(documents.map(({ document, title }) => [document, title]))).toEqual(
      new Map([
        [first?.document, 'Page 1'],
        [third?.document, 'Page 3'],
      ]),
    );
    for (const [document, file] of [
      [first?.document, files[0]],
      [third?.document, files[2]],
    ] as const)
      expect((await care.download(space, document ?? '', { as: 'dr-petit' })).bytes.equals(file?.bytes ?? Buffer.of())).toBe(true);
    const again = await care.submit(`/spaces/${space}/document-batches`, key, { entries }, files);
    expect((again.body as typeof answers).map(saidOf)).toEqual(answers.map(saidOf));
    expect(await care.list(space, { as: 'alice' })).toMatchObject({ body: { total: 2 } });
  });

  it('a file behind the one of the entry is not lost in silence: the form is refused, and nothing of it is kept', async () => {
    const patient = await patientOf(world, 'alice');
    const kept = await blobsIn(world.platform);
    const malformed = { status: 400, body: { code: 'request/multipart-malformed' } };
    const path = `/spaces/${patient.space}/documents`;
    expect(await care.submit(path, { as: 'alice' }, OWN_BIOLOGY, [aLetter(), aLetter()])).toMatchObject(malformed);
    expect(await care.list(patient.space, { as: 'alice' })).toMatchObject({ body: { total: 0 } });
    expect(await blobsIn(world.platform)).toBe(kept);
  });

  it.each([
    ['fewer', 1],
    ['more', 3],
  ])('with %s files than entries those that came before are answered, and the last is refused', async (_, count) => {
    const { space } = await patientOf(world, 'alice');
    await care.consent(space, 'dr-petit');
    const entries = ['Page 1', 'Page 2'].map((title) => ({ ...BIOLOGY, title, mediaType: aLetter().mediaType }));
    const files = Array.from({ length: count }, () => aLetter());
    const said = await care.submit(`/spaces/${space}/document-batches`, { as: 'dr-petit' }, { entries }, files);
    expect(said).toMatchObject({ status: 200, body: [{ refused: null }, { document: null, refused: 'request/multipart-malformed' }] });
    expect(await care.list(space, { as: 'alice' })).toMatchObject({ body: { total: 1, documents: [{ title: 'Page 1' }] } });
  });

  it('the software of a place proves itself by a signature, deposits under the consent given to its place, and reads nothing', async () => {
    const patient = await patientOf(world, 'alice');
    const { space } = patient;
    const token = await tokenOfSoftware();
    expect(await care.deposit(space, { token })).toMatchObject({ status: 403, body: { code: 'access/no-consent' } });
    const consenting = (scope: readonly string[]) =>
      care.send(
        'POST',
        `/spaces/${space}/consents`,
        { token },
        { grantee: LABORATORY, basis: 'CARE_TEAM', scope, means: 'WRITTEN', informed: true },
      );
    expect(await consenting(['CONSULT', 'FEED'])).toMatchObject({ status: 403, body: { code: 'access/software-only-feeds' } });
    expect(await consenting(['FEED'])).toMatchObject({ status: 200 });
    const report = await care.deposited(space, { token });

    const refused = { status: 403, body: { code: 'access/not-allowed' } };
    for (const path of ['/documents', `/documents/${report}`, '/history', '', '/notices'])
      expect(await care.ask(`/spaces/${space}${path}`, { token })).toMatchObject(refused);
    expect(await care.download(space, report, { token })).toMatchObject({ status: 403 });
    const author = { authors: [{ kind: 'DEVICE', institution: { id: LABORATORY.id } }], depositor: 'FACILITY' };
    expect(await care.entry(space, report, { as: 'alice' })).toMatchObject({ status: 200, body: author });
    const deposit = (await factsAbout(world.platform, patient)).find(({ event: { type } }) => type === 'DocumentDeposited');
    expect(deposit?.meta).toMatchObject({
      who: { role: 'facility' },
      ground: { outcome: 'ALLOW', reason: 'CONSENT', facts: [{ stream: 'access' }] },
    });

    await care.done('POST', `/spaces/${space}/consent-withdrawals`, { as: 'alice' }, { grantee: LABORATORY });
    expect(await care.deposit(space, { token })).toMatchObject({ status: 403, body: { code: 'access/no-consent' } });
  });

  it('the same deposit again, one after the other or at once, is one document with one receipt; other bytes are refused', async () => {
    const { space } = await patientOf(world, 'alice');
    await care.consent(space, 'dr-petit');
    const kept = await blobsIn(world.platform);
    const key = { as: 'dr-petit', headers: { 'idempotency-key': randomUUID() } } as const;
    const file = aLetter();
    const first = await care.deposit(space, key, BIOLOGY, file);
    expect(first).toMatchObject({ status: 201, body: { size: file.bytes.length } });
    const again = await Promise.all([1, 2, 3].map(() => care.deposit(space, key, BIOLOGY, file)));
    for (const { status, body } of again) expect([status, saidOf(body)]).toEqual([201, saidOf(first.body)]);
    const reused = { status: 422, body: { code: 'request/key-used-for-something-else' } };
    expect(await care.deposit(space, key, BIOLOGY, aLetter())).toMatchObject(reused);
    expect(await care.deposit(space, key, { ...BIOLOGY, title: 'Autre titre' }, file)).toMatchObject(reused);

    expect(await care.list(space, { as: 'alice' })).toMatchObject({ body: { total: 1, documents: [{ document: first.body.document }] } });
    expect(await blobsIn(world.platform)).toBe(kept + 1);
    const together = { as: 'dr-martin', headers: { 'idempotency-key': randomUUID() } } as const;
    await care.consent(space, 'dr-martin');
    const answers = await Promise.all([1, 2, 3, 4].map(() => care.deposit(space, together, BIOLOGY, file)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(saidOf(body)))).size).toBe(1);
    expect(await blobsIn(world.platform)).toBe(kept + 2);
    expect(await care.list(space, { as: 'alice' })).toMatchObject({ body: { total: 2 } });
    const [one] = (await care.history(space, { as: 'alice' })).filter(({ kind }) => kind === 'DocumentDeposited');
    expect(one).toMatchObject({ who: { id: idOf('dr-petit') }, receipt: { reason: 'CARE_TEAM', matrix: 1 } });
    expect((await care.download(space, first.body.document as string, { as: 'alice' })).bytes.equals(file.bytes)).toBe(true);
  });

  async function tokenOfSoftware(): Promise<string> {
    const jwk = JSON.parse(await readFile(join(world.stateDir, 'demo-facility-client.jwk'), 'utf8')) as object;
    const now = Math.floor(Date.now() / 1_000);
    const assertion = await new SignJWT({ iat: now, exp: now + 60, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('lab-software')
      .setSubject('lab-software')
      .setAudience(`${ISSUER}/api/v1/oauth/token`)
      .sign(await importJWK({ ...jwk, alg: 'ES256' }, 'ES256'));
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const said = await doorsOf(world).rest('POST', '/oauth/token', { body: form.toString(), headers });
    expect(said.body).toMatchObject({ token_type: 'Bearer' });
    return said.body.access_token as string;
  }
});
