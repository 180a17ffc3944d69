import 'reflect-metadata';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { System } from '../../src/infrastructure/cli/system.js';
import { run } from '../../src/infrastructure/cli/program.js';
import { openCheckpoint, signCheckpoint } from '../../src/infrastructure/seal/note/checkpoint.js';
import { parseVerifierKey, signerOf } from '../../src/infrastructure/seal/note/signed-note.js';
import { hashesIn } from '../../src/infrastructure/seal/tree/tile.js';
import { sealDeskOf, sealing } from '../../src/infrastructure/system/sealed-log.js';
import { doorsOf } from '../support/doors.js';
import { flip } from '../support/lying-log.js';
import { naiveRoot } from '../support/naive-merkle.js';
import { eventually } from '../support/read-side.js';
import { leafByHand } from '../support/sealing.js';
import { silenceGuards } from '../support/tampering.js';
import { openWorld, type Invited, type World } from '../support/world.js';
import { allOf } from '../infrastructure/event-store/samples.js';

const WITNESS = 'witness.example/w1+98ac42ef+BCvzlIRUVULjVTnxTw78J93wypktJhKgkIfwZjJhyiIA';

describe('The sealed log of a running system', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let worker: ReturnType<typeof sealing>;
  let invited: Invited;
  let folder: string;
  let key: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-seal-'));
    world = await openWorld({ SEAL_EVERY: '10', SEAL_ORIGIN: 'log.example/essai' });
    doors = doorsOf(world);
    expect(await doors.rest('GET', '/seal/checkpoint')).toMatchObject({ status: 404 });
    worker = sealing(world.platform);
    await worker.start();
    invited = await world.invite();
    await allSealed();
    [key = ''] = (await sealDeskOf(world.platform).status()).keys;
  });
  afterAll(async () => {
    await worker.stop();
    await world.close();
    await rm(folder, { recursive: true });
  });

  const allSealed = (): Promise<void> =>
    eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));

  /** The command line on the parts of this system. */
  const mes = async (...argv: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const system = { seal: sealDeskOf(world.platform), stop: async () => undefined } as unknown as System;
    const code = await run(argv, {
      runtime: {
        environment: { NODE_ENV: 'test', STATE_DIR: world.stateDir, DATABASE_URL: world.settings.databaseUrl ?? '' },
        root: false,
        start: async () => system,
        generate: async () => [],
      },
      out: { write: (text) => out.push(text) },
      err: { write: (text) => err.push(text) },
      interrupted: new Promise(() => undefined),
    });
    return { code, out: out.join(''), err: err.join('') };
  };
  const asOwner = async (...statements: readonly string[]): Promise<void> => {
    const db = new Client({ connectionString: world.settings.databaseUrl ?? '' });
    await db.connect();
    await silenceGuards(db);
    for (const statement of statements) await db.query(statement);
    await db.end();
  };

  it('shows its signed head to everybody', async () => {
    const { status, headers, body } = await doors.rest('GET', '/seal/checkpoint');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    const { origin, size } = openCheckpoint(body as string, [parseVerifierKey(key)]);
    expect({ origin, size }).toEqual({ origin: 'log.example/essai', size: (await allOf(world.platform.store, 0n)).length });
  });

  it('hands out tiles from which an outsider computes the signed root, and which hold the leaves of the events', async () => {
    const { size, root } = openCheckpoint((await doors.rest('GET', '/seal/checkpoint')).body as string, [parseVerifierKey(key)]);
    const answer = await world.app.inject({
      url: `/api/v1/seal/tile/0/000.p/${size}`,
      headers: { authorization: `Bearer ${await world.token('alice')}` },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    const leaves = hashesIn(answer.rawPayload);
    expect(Buffer.from(naiveRoot(leaves))).toEqual(Buffer.from(root));
    expect(leaves.map((leaf) => Buffer.from(leaf))).toEqual((await allOf(world.platform.store, 0n)).slice(0, size).map(leafByHand));
  });

  it('hands tiles to nobody without a token', async () => {
    expect(await doors.rest('GET', '/seal/tile/0/000.p/1')).toMatchObject({ status: 401 });
  });

  it.each([
    '0/000',
    '0/000.p/255',
    '0/001.p/1',
    '1/000.p/1',
    '0/0',
    'entries/000',
    '64/000',
    '0/000.p/0',
    'x',
    '',
    '0/000.p/1/',
    '..%2f0/000.p/1',
  ])('has nothing at %j', async (path) => {
    expect(await doors.rest('GET', `/seal/tile/${path}`, { as: 'alice' })).toMatchObject({
      status: 404,
      body: { code: 'seal/nothing-here' },
    });
  });

  it('stands among the figures and the checks of the house', async () => {
    const { body } = await doors.raw('GET', '/metrics');
    expect(body).toMatch(/^seal_size [1-9]\d*$/m);
    expect(body).toMatch(/^seal_lag_positions \d+$/m);
    expect(body).toMatch(/^seal_stopped 0$/m);
    expect(body).toMatch(/^seal_published_size [1-9]\d*$/m);
    expect(body).toMatch(/^seal_published_without_quorum 0$/m);
    expect(await doors.raw('GET', '/health/ready')).toMatchObject({ status: 200, body: { checks: { sealing: 'ok' } } });
  });

  it('mes seal status says how it stands', async () => {
    const { code, out } = await mes('seal', 'status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      origin: 'log.example/essai',
      behind: '0',
      trouble: null,
      keys: [key],
      holder: { id: expect.any(String) },
    });
    expect((await mes('seal', 'status')).out).toContain(key);
  });

  it('mes seal releases compares keys with lines of a day, and wants a day', async () => {
    const { code, out } = await mes('seal', 'releases', '--day', '2999-01-01', '--json');
    expect([code, JSON.parse(out)]).toEqual([0, { day: '2999-01-01', rings: 0, behind: 0, unexplained: [] }]);
    expect(await mes('seal', 'releases', '--day', 'today')).toMatchObject({ code: 2 });
  });

  describe('mes prove', () => {
    const stream = (): string => `space-${invited.address.id}`;

    it('proves an event by its stream and revision, and an outsider verifies it with the key alone', async () => {
      const made = await mes('prove', stream(), '1');
      expect(made.code).toBe(0);
      const file = join(folder, 'proof.json');
      await writeFile(file, made.out);
      const verified = await mes('prove', '--verify', file, '--key', key, '--json');
      expect(verified).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(verified.out)).toMatchObject({ holds: true, header: { stream: stream(), rev: 1 } });
    });

    it('proves the same event by its id', async () => {
      const bundle = JSON.parse((await mes('prove', stream(), '1')).out) as { header: { id: string } };
      expect(JSON.parse((await mes('prove', bundle.header.id)).out)).toMatchObject({ header: bundle.header });
    });

    it('writes the two files of a tlog-proof, and verifies them under a key or a policy', async () => {
      const name = join(folder, 'line');
      expect((await mes('prove', stream(), '1', '--tlog-proof', name)).code).toBe(0);
      expect((await readFile(`${name}.tlog-proof`, 'utf8')).split('\n').slice(0, 2)).toEqual([
        'c2sp.org/tlog-proof@v1',
        expect.stringMatching(/^index \d+$/),
      ]);
      const policy = join(folder, 'policy.txt');
      await writeFile(policy, `log ${key}\nquorum none\n`);
      const files = ['--verify', `${name}.tlog-proof`, '--event', `${name}.event.json`];
      for (const trusted of [
        ['--key', key],
        ['--policy', policy],
      ]) {
        const verified = await mes('prove', ...files, ...trusted, '--json');
        expect(JSON.parse(verified.out)).toMatchObject({ holds: true, header: { stream: stream(), rev: 1 } });
      }
      await writeFile(policy, `log ${key}\nwitness W ${WITNESS}\nquorum W\n`);
      expect(await mes('prove', ...files, '--policy', policy)).toMatchObject({ code: 1, err: expect.stringContaining('quorum') });
      expect(await mes('prove', stream(), '1', '--tlog-proof', name)).toMatchObject({ code: 1 });
      expect(await mes('prove', ...files)).toMatchObject({ code: 2 });
      const event = await readFile(`${name}.event.json`, 'utf8');
      await writeFile(`${name}.event.json`, event.replace('"rev":1', '"rev":2'));
      expect(await mes('prove', ...files, '--key', key)).toMatchObject({
        code: 1,
        err: 'mes: the event is not in the log that was signed\n',
      });
    });

    it('refuses a proof that was altered, and one by another key', async () => {
      const file = join(folder, 'forged.json');
      await writeFile(file, (await readFile(join(folder, 'proof.json'), 'utf8')).replace('"rev": 1', '"rev": 2'));
      expect(await mes('prove', '--verify', file, '--key', key)).toMatchObject({
        code: 1,
        err: 'mes: the event is not in the log that was signed\n',
      });
      const other = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
      expect(await mes('prove', '--verify', file, '--key', other)).toMatchObject({ code: 1 });
    });

    it('proves nothing that is not there', async () => {
      expect(await mes('prove', stream(), '999')).toMatchObject({ code: 1, err: 'mes: there is no such event\n' });
      expect(await mes('prove', '00000000-0000-8000-8000-000000000000')).toMatchObject({ code: 1, err: 'mes: there is no such event\n' });
    });
  });

  describe('mes seal check', () => {
    it('finds nothing in a log that nobody touched, and keeps that', async () => {
      expect(JSON.parse((await mes('seal', 'check', '--json')).out)).toMatchObject({ count: 0, findings: [] });
      expect(JSON.parse((await mes('seal', 'status', '--json')).out)).toMatchObject({ checked: { findings: 0, from: 0 } });
    });

    it('takes the key of whoever asks, and believes no other', async () => {
      expect(await mes('seal', 'check', '--key', key)).toMatchObject({ code: 0 });
      const other = 'log.example/essai+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
      expect(await mes('seal', 'check', '--key', other)).toMatchObject({ code: 1 });
    });

    it('ends with 1 and names leaf, stream and revision of what was altered', async () => {
      await allSealed();
      const stream = `space-${invited.address.id}` as const;
      await flip(world, stream, 0);
      const { code, out, err } = await mes('seal', 'check', '--json');
      expect(code).toBe(1);
      const index = (await allOf(world.platform.store, 0n)).findIndex((event) => event.stream === stream);
      expect(JSON.parse(out)).toMatchObject({ count: 1, findings: [{ kind: 'altered', index, stream, rev: 0 }] });
      expect(err).toContain('1 findings: the log is not what was sealed');
      expect((await mes('seal', 'check')).out).toMatch(new RegExp(`${index}  altered +${stream}`));
      expect(await mes('prove', stream, '0')).toMatchObject({ code: 1, err: expect.stringContaining('is not the one that was sealed') });
      await flip(world, stream, 0);
      expect((await mes('seal', 'check')).code).toBe(0);
    });
  });

  it('shows a sealer that stopped, and goes on answering', async () => {
    await asOwner(`UPDATE seal.head SET trouble = 'as if'`);
    await eventually(async () => {
      const { status, body } = await doors.raw('GET', '/health/ready');
      expect({ status, checks: body.checks }).toMatchObject({ status: 200, checks: { sealing: 'failed', database: 'ok' } });
    });
    expect((await doors.raw('GET', '/metrics')).body).toMatch(/^seal_stopped 1$/m);
    expect(await mes('seal', 'status')).toMatchObject({ code: 1 });
    await asOwner('UPDATE seal.head SET trouble = NULL');
  });

  it('stops, and says so everywhere, where the head beside the keys is over more than the seal has', async () => {
    const [keyFile, headFile] = ['seal-keys.json', 'seal-keys.json.head'].map((name) => join(world.stateDir, name)) as [string, string];
    await worker.stop();
    const { size, behind } = await sealDeskOf(world.platform).status();
    expect(behind).toBe('0');
    const kept = await readFile(headFile, 'utf8');
    expect(openCheckpoint(kept, [parseVerifierKey(key)])).toMatchObject({ origin: 'log.example/essai', size });
    const { keys } = JSON.parse(await readFile(keyFile, 'utf8')) as { keys: Readonly<Record<string, string>> };
    const signer = signerOf('log.example/essai', Buffer.from(keys['1'] ?? '', 'base64'));
    await writeFile(headFile, signCheckpoint({ origin: 'log.example/essai', size: size + 5, root: Buffer.alloc(32, 1) }, [signer]));
    const reason = `the head kept beside SEAL_KEY_FILE is over ${size + 5} leaves, and the seal has ${size}`;
    const check = await mes('seal', 'check', '--json');
    expect(check.code).toBe(1);
    expect(JSON.parse(check.out)).toMatchObject({ count: 1, findings: [{ kind: 'seal', detail: expect.stringContaining(reason) }] });
    await worker.start();
    await eventually(async () => expect(await mes('seal', 'status')).toMatchObject({ code: 1, err: expect.stringContaining(reason) }));
    expect((await doors.raw('GET', '/metrics')).body).toMatch(/^seal_stopped 1$/m);
    await eventually(async () => expect((await doors.raw('GET', '/health/ready')).body).toMatchObject({ checks: { sealing: 'failed' } }));
    await worker.stop();
    await writeFile(headFile, kept);
    await worker.start();
    await world.invite();
    await allSealed();
    expect(await mes('seal', 'check')).toMatchObject({ code: 0, out: expect.not.stringContaining('not compared') });
  });

  it('signs with a new key beside the old one after a rotation and a start', async () => {
    const { out } = await mes('seal', 'rotate', '--json');
    const { keys } = JSON.parse(out) as { keys: string[] };
    expect(keys).toEqual([expect.not.stringMatching(key.replaceAll('+', '\\+')), key]);
    await worker.stop();
    await worker.start();
    await world.invite();
    await allSealed();
    const note = (await doors.rest('GET', '/seal/checkpoint')).body as string;
    for (const verifier of keys) expect(openCheckpoint(note, [parseVerifierKey(verifier)]).size).toBeGreaterThan(0);
    expect((await sealDeskOf(world.platform).status()).keys.toSorted()).toEqual(keys.toSorted());
  });
  const signedBy = async (keys: readonly string[]): Promise<void> => {
    await worker.start();
    await world.invite();
    await allSealed();
    const note = (await doors.rest('GET', '/seal/checkpoint')).body as string;
    for (const verifier of keys) expect(openCheckpoint(note, [parseVerifierKey(verifier)]).size).toBeGreaterThan(0);
  };
  const rotated = async (...argv: string[]): Promise<string[]> =>
    (JSON.parse((await mes('seal', 'rotate', ...argv, '--json')).out) as { keys: string[] }).keys;

  it('goes on after two rotations without a start in between: what formerly signed is still known', async () => {
    await worker.stop();
    await rotated();
    const keys = await rotated();
    expect(await mes('seal', 'check')).toMatchObject({ code: 0 });
    await signedBy(keys);
  });

  it('does not sign under new keys where the old ones are lost, until somebody says which they were', async () => {
    await worker.stop();
    const { keys } = await sealDeskOf(world.platform).status();
    const path = join(world.stateDir, 'seal-keys.json');
    await rm(path);
    await expect(worker.start()).rejects.toThrow('the log is sealed under its keys: put it back');
    for (const command of ['check', 'rotate'])
      expect(await mes('seal', command)).toMatchObject({ code: 1, err: expect.stringContaining(`${path} is not there`) });
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await mes('seal', 'rotate', '--lost', WITNESS)).toMatchObject({ code: 1 });
    await signedBy(await rotated('--lost', ...keys));
  });
});
