import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { epochOf, instantOf } from '../../src/domain/shared/time.js';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import { openCheckpoint } from '../../src/infrastructure/seal/note/checkpoint.js';
import { parseVerifierKey } from '../../src/infrastructure/seal/note/signed-note.js';
import { verifyInclusion } from '../../src/infrastructure/seal/tree/verify.js';
import { filesIn } from '../support/opened-package.js';
import { commandLineOn } from '../support/command-line.js';
import { doorsOf } from '../support/doors.js';
import { eventually } from '../support/read-side.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const WHY = { 'x-purpose': 'contrôle 2026-12' } as const;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('An export to an authority', () => {
  let running: RunningSystem;
  let doors: ReturnType<typeof doorsOf>;
  let identity: string;
  let recipient: string;

  const asked = (more: object = {}) => ({
    mode: 'pseudonymised',
    scope: 'all',
    recipient,
    legalBasis: 'Loi 78-17, article 19',
    reason: 'contrôle',
    ...more,
  });
  const request = async (as: 'compliance' | 'auditor', more: object = {}) => doors.rest('POST', '/exports', { as, body: asked(more) });
  const status = async (id: string, as: 'compliance' | 'auditor' = 'compliance') =>
    (await doors.rest('GET', `/exports/${id}`, { as, headers: WHY })).body;
  const approve = (id: string, as: 'compliance' | 'compliance-2' | 'compliance-3') =>
    doors.rest('POST', `/exports/${id}/approvals`, { as });
  const becomes = (id: string, wanted: string) =>
    eventually(async () => expect(await status(id)).toMatchObject({ status: wanted }), 60_000);
  const bytesOf = async (id: string, file: string, headers: Record<string, string> = {}, as: 'compliance' | 'auditor' = 'compliance') => {
    const authorization = `Bearer ${await running.token(as)}`;
    const answer = await running.app.inject({
      method: 'GET',
      url: `/api/v1/exports/${id}/${file}`,
      headers: { authorization, ...headers },
    });
    return { status: answer.statusCode, bytes: answer.rawPayload, headers: answer.headers };
  };

  beforeAll(async () => {
    identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
    running = await openSystem({ SEAL_EVERY: '10' });
    doors = doorsOf(running);
    await running.system.waitUntilCaughtUp();
  });
  afterAll(async () => running.close());

  it('is asked for, approved by two, made, named in the log, and opens for its recipient alone', async () => {
    const { body, status: code } = await request('compliance');
    expect(code).toBe(202);
    const id = body.export as string;
    expect((await approve(id, 'compliance-2')).status).toBe(200);
    await eventually(async () =>
      expect(await status(id)).toMatchObject({ status: 'REQUESTED', approvedBy: [expect.stringContaining('compliance-2')] }),
    );
    expect((await bytesOf(id, 'package')).status).toBe(409);
    expect(await approve(id, 'compliance-2')).toMatchObject({ status: 409, body: { code: 'audit/already-approved' } });
    expect((await approve(id, 'compliance-3')).status).toBe(200);
    await becomes(id, 'GENERATED');

    const { result } = await status(id);
    const fetched = await bytesOf(id, 'package');
    expect([fetched.status, sha256(fetched.bytes), fetched.bytes.length]).toEqual([200, result.archive, result.size]);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const tar = await decrypter.decrypt(new Uint8Array(fetched.bytes));
    expect(sha256(tar)).toBe(result.sha256);
    const files = await filesIn(tar);
    expect([...files.keys()][0]).toBe(`${result.name}/bag-info.txt`);
    const demand = JSON.parse(files.get(`${result.name}/data/demande.json`)?.toString() ?? '{}');
    expect(demand).toMatchObject({ id, counts: { events: result.counts.events }, approvedBy: [expect.any(String), expect.any(String)] });
    const heads = JSON.parse(files.get(`${result.name}/data/preuves/tetes.note`)?.toString() ?? '{}') as { index: number };
    expect(heads.index).toBeLessThan(demand.log.size);
    const ends = files.get(`${result.name}/data/preuves/tetes-preuves.ndjson`)!.toString().trim().split('\n');
    const own = ends.map((line) => JSON.parse(line)).find(({ stream }) => stream === `export-${id}`);
    // Asked for, approved twice, started: the root takes in the export's own beginning.
    expect(own).toMatchObject({ rev: 3, count: 4 });
    for (const line of files.get(`${result.name}/manifest-sha512.txt`)!.toString().trim().split('\n')) {
      const [digest, path] = line.split('  ');
      expect(
        createHash('sha512')
          .update(files.get(`${result.name}/${path}`)!)
          .digest('hex'),
      ).toBe(digest);
    }
    const part = await bytesOf(id, 'package', { range: 'bytes=10-19' });
    expect([part.status, part.bytes]).toEqual([206, fetched.bytes.subarray(10, 20)]);

    await eventually(async () => expect((await bytesOf(id, 'files/proof')).status).toBe(200), 30_000);
    const proof = (await bytesOf(id, 'files/proof')).bytes.toString();
    const event = JSON.parse((await bytesOf(id, 'files/event')).bytes.toString());
    const [head = '', note = ''] = [proof.slice(0, proof.indexOf('\n\n')), proof.slice(proof.indexOf('\n\n') + 2)];
    const [format, index = '', ...hashes] = head.split('\n');
    expect(format).toBe('c2sp.org/tlog-proof@v1');
    const keys = (await running.system.seal.status()).keys.map(parseVerifierKey);
    const { size, root } = openCheckpoint(note, keys);
    const jcs = JSON.stringify({ c: event.c, h: event.h });
    const leaf = createHash('sha256').update(`\0${jcs}`).digest();
    expect(
      verifyInclusion({ leaf, index: Number(index.slice(6)), size, root, proof: hashes.map((hash) => Buffer.from(hash, 'base64')) }),
    ).toBe(true);
    expect(size).toBeGreaterThan(demand.log.size);
  });

  it('leaves nothing in clear and nothing for others on disk', async () => {
    const root = join(running.stateDir, 'exports');
    const names = await readdir(root, { recursive: true });
    expect(names.filter((name) => name.endsWith('.tar.age')).length).toBeGreaterThan(0);
    for (const name of names) {
      const found = await stat(join(root, name));
      expect(found.mode & 0o077).toBe(0);
      if (found.isFile()) expect(name).toMatch(/\.(tar\.age|tar\.age\.sha256|tlog-proof|event\.json)$/);
    }
  });

  it('that opens whole events is not approved by who asked for it, and is never of everybody', async () => {
    expect(await request('compliance', { mode: 'nominative' })).toMatchObject({ status: 400, body: { code: 'audit/export-too-wide' } });
    const period = { from: '2020-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z' };
    const { body } = await request('compliance', { mode: 'nominative', scope: 'period', period });
    expect(await approve(body.export, 'compliance')).toMatchObject({ status: 403, body: { code: 'audit/own-export' } });
  });

  it('of chosen events opens exactly these, and is refused where one of them is not sealed', async () => {
    const of = (mode: string, ...events: number[]) => request('compliance', { mode, scope: 'events', events });
    const refused = (code: string) => ({ status: 400, body: { code } });
    expect(await of('nominative', 0, 9_000_000_000)).toMatchObject(refused('audit/export-events-unknown'));
    expect(await of('authority', 0)).toMatchObject(refused('audit/export-events-mode'));
    expect(await of('nominative', 1, 0)).toMatchObject(refused('audit/export-events-order'));
    const { body } = await of('nominative', 0, 2);
    await approve(body.export, 'compliance-2');
    await approve(body.export, 'compliance-3');
    await becomes(body.export, 'GENERATED');
    expect(await status(body.export)).toMatchObject({ scope: 'events', result: { counts: { events: 2, missing: 0 } } });
  });

  it('is kept for thirty days or until somebody removes it; then its package lies nowhere, and whoever asks for it is told so', async () => {
    const [first, second] = [await request('compliance'), await request('compliance')].map(({ body }) => body.export as string) as [
      string,
      string,
    ];
    for (const id of [first, second]) {
      await approve(id, 'compliance-2');
      await approve(id, 'compliance-3');
      await becomes(id, 'GENERATED');
    }
    const folders = () => readdir(running.settings.exportDir);
    const packagesOf = async (id: string) =>
      (await readdir(join(running.settings.exportDir, id), { recursive: true })).filter((name) => name.endsWith('.age')).length;
    expect((await doors.rest('PUT', `/exports/${first}/cancellation`, { as: 'compliance' })).status).toBe(200);
    await becomes(first, 'REMOVED');
    await eventually(async () => expect(await folders()).not.toContain(first));
    expect(await packagesOf(second)).toBe(1);
    const { keptUntil } = await status(second);
    await running.system.simulatedClock!.advanceTo(instantOf(epochOf(keptUntil) - 60_000));
    await running.system.fireDue();
    expect(await packagesOf(second)).toBe(1);
    await running.system.simulatedClock!.advanceTo(keptUntil);
    await running.system.fireDue();
    await becomes(second, 'REMOVED');
    await eventually(async () => expect(await folders()).not.toContain(second));
    expect((await bytesOf(second, 'package')).status).toBe(410);
    expect(await status(second)).toMatchObject({ result: { counts: { missing: 0 } } });
  });

  it('is refused, or called off, and is then over', async () => {
    const { body } = await request('compliance');
    const refusal = { as: 'compliance-2', body: { reason: 'trop large' } } as const;
    expect((await doors.rest('PUT', `/exports/${body.export}/refusal`, refusal)).status).toBe(200);
    expect(await approve(body.export, 'compliance-2')).toMatchObject({ status: 409, body: { code: 'audit/export-over' } });
    const other = await request('compliance');
    const before = running.system.clock.now();
    await running.system.simulatedClock!.advanceTo(instantOf(epochOf(before) + 60_000));
    expect((await doors.rest('PUT', `/exports/${other.body.export}/cancellation`, { as: 'compliance' })).status).toBe(200);
    await becomes(other.body.export, 'CANCELLED');
    const look = ['export', 'status', other.body.export, '--purpose', 'contrôle'];
    const { json } = commandLineOn(running);
    expect(await json(...look)).toMatchObject([{ status: 'CANCELLED' }]);
    expect(await json(...look, '--as-of', before)).toMatchObject([{ status: 'REQUESTED' }]);
  });

  it('is asked for by an auditor only while compliance keeps his account open, and he sees his own alone', async () => {
    expect(await request('auditor')).toMatchObject({ status: 403, body: { code: 'audit/auditor-ended' } });
    const account = { issuer: LOCAL_ISSUER, sub: 'auditor' };
    const until = '2099-01-01T00:00:00Z';
    expect((await doors.rest('POST', '/auditors', { as: 'compliance', body: { ...account, authority: 'CNIL', until } })).status).toBe(200);
    const { body } = await request('auditor');
    await eventually(async () =>
      expect((await doors.rest('GET', '/exports', { as: 'auditor', headers: WHY })).body.exports).toMatchObject([{ export: body.export }]),
    );
    const others = (await doors.rest('GET', '/exports', { as: 'compliance', headers: WHY })).body.exports as { export: string }[];
    const strange = others.find((one) => one.export !== body.export)!.export;
    expect(await doors.rest('GET', `/exports/${strange}`, { as: 'auditor' })).toMatchObject({
      status: 404,
      body: { code: 'audit/no-such-export' },
    });
    expect((await doors.rest('POST', '/auditors/endings', { as: 'compliance', body: account })).status).toBe(200);
    expect(await doors.rest('GET', '/exports', { as: 'auditor', headers: WHY })).toMatchObject({
      status: 403,
      body: { code: 'audit/auditor-ended' },
    });
  });

  it('is the same over GraphQL, and expires after a day without approval', async () => {
    const asking = `mutation($input: ExportInput!) { requestExport(input: $input) { export position } }`;
    const { body } = await doors.graphql(asking, { input: asked() }, { as: 'compliance' });
    const id = body.data.requestExport.export as string;
    const question = `query($export: ID!) { export(export: $export) { status approvedBy progress { done total } result { size } } }`;
    await eventually(async () =>
      expect((await doors.graphql(question, { export: id }, { as: 'compliance', headers: WHY })).body).toMatchObject({
        data: { export: { status: 'REQUESTED' } },
      }),
    );
    await running.system.simulatedClock?.advanceTo(instantOf(epochOf(running.system.clock.now()) + 25 * 3_600_000));
    await running.system.fireDue();
    await becomes(id, 'EXPIRED');
  });
});
