import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { signCheckpoint } from '../../src/infrastructure/seal/note/checkpoint.js';
import { signerOf, signNote, verifierKey } from '../../src/infrastructure/seal/note/signed-note.js';
import { EMPTY_ROOT } from '../../src/infrastructure/seal/tree/hash.js';
import { leavesOf } from '../support/planted-tree.js';
import { requestOf, runWitness, shownLog, WitnessProgram } from '../support/witness-program.js';

const one = signerOf('log.example/one', Buffer.alloc(32, 1));
const two = signerOf('log.example/two', Buffer.alloc(32, 2));
const renewed = signerOf('log.example/one', Buffer.alloc(32, 3));
const stranger = signerOf('log.example/three', Buffer.alloc(32, 4));
const leaves = leavesOf(40);
const log = shownLog(one, leaves);
const forked = shownLog(one, [...leaves.slice(0, 10), ...leavesOf(80).slice(50)]);

/** By the text of the specification, with nothing of ours. */
function cosignatureHolds(vkey: string, note: string, line: string): boolean {
  // The key itself may hold a plus: everything behind the second one.
  const encoded = vkey.split('+').slice(2).join('+');
  const [, , signature = ''] = line.trimEnd().split(' ');
  const [raw, bytes] = [Buffer.from(encoded, 'base64').subarray(1), Buffer.from(signature, 'base64')];
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const message = `cosignature/v1\ntime ${bytes.readBigUInt64BE(4)}\n${text}`;
  const key = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(message), key, bytes.subarray(12));
}

describe('A witness that somebody else runs', () => {
  let witness: WitnessProgram;
  beforeEach(async () => {
    witness = await (await WitnessProgram.make('witness.example/w1', [one, renewed, two])).start();
  });
  afterEach(() => witness.close());

  it('cosigns the first head it is shown of a log, and says when', async () => {
    const { status, text } = await witness.submit(await log.request(0, 7));
    expect(status).toBe(200);
    expect(text).toMatch(/^— witness\.example\/w1 [A-Za-z0-9+/]+=*\n$/);
    expect(cosignatureHolds(witness.key, log.checkpoint(7), text)).toBe(true);
    expect(cosignatureHolds(witness.key, log.checkpoint(8), text)).toBe(false);
    const stamped = Number(Buffer.from(text.split(' ')[2] ?? '', 'base64').readBigUInt64BE(4));
    expect(Math.abs(stamped - Date.now() / 1000)).toBeLessThan(60);
  });

  it('cosigns what continues the head it knows, over any number of steps, and the same head again', async () => {
    const steps = [0, 1, 2, 3, 8, 8, 13, 31, 32, 40];
    for (const [n, to] of steps.slice(1).entries()) expect((await witness.submit(await log.request(steps[n] ?? 0, to))).status).toBe(200);
    expect(await witness.head('log.example/one')).toMatchObject({ size: 40 });
  });

  it('serves what it cosigned last, with the signature of the log and its own', async () => {
    expect(await witness.head('log.example/one')).toBeNull();
    const { text } = await witness.submit(await log.request(0, 7));
    expect((await witness.head('log.example/one'))?.note).toBe(`${log.checkpoint(7)}${text}`);
  });

  it('names the size it knows when it is asked from another (409, text/x.tlog.size)', async () => {
    expect(await witness.submit(await log.request(3, 7))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '0\n' });
    await witness.submit(await log.request(0, 7));
    expect(await witness.submit(await log.request(0, 9))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '7\n' });
    expect((await witness.head('log.example/one'))?.size).toBe(7);
  });

  it('keeps apart the logs it knows', async () => {
    expect((await witness.submit(await log.request(0, 7))).status).toBe(200);
    expect((await witness.submit(await shownLog(two, leaves.slice(20)).request(0, 12))).status).toBe(200);
    expect([await witness.head('log.example/one'), await witness.head('log.example/two')]).toMatchObject([{ size: 7 }, { size: 12 }]);
  });

  it('takes the head of a log that signs with a new key beside the old one', async () => {
    await witness.submit(await log.request(0, 7));
    const head = { origin: one.name, size: 9, root: Buffer.from(log.checkpoint(9).split('\n')[2] ?? '', 'base64') };
    const both = requestOf(7, await log.proof(7, 9), signCheckpoint(head, [renewed, one]));
    expect((await witness.submit(both)).status).toBe(200);
    expect((await witness.head('log.example/one'))?.note.match(/^— log\.example\/one /gm)).toHaveLength(2);
  });

  describe('refuses', () => {
    beforeEach(async () => void (await witness.submit(await log.request(0, 12))));
    afterEach(async () => expect((await witness.head('log.example/one'))?.size).toBe(12));
    const proofTo20 = () => log.proof(12, 20);

    it('a log it does not know (404)', async () => {
      expect((await witness.submit(await shownLog(stranger, leaves).request(0, 3))).status).toBe(404);
    });

    it('a head that no key of the log signed, or that bears a signature in its name that does not hold (403)', async () => {
      const text = `${log.checkpoint(20).split('\n\n')[0] ?? ''}\n`;
      const others = signNote(text, [signerOf('log.example/one', Buffer.alloc(32, 9))]);
      expect((await witness.submit(requestOf(12, await proofTo20(), others))).status).toBe(403);
      const [, wrong = ''] = log.checkpoint(19).split('\n\n');
      expect((await witness.submit(requestOf(12, await proofTo20(), `${text}\n${wrong}`))).status).toBe(403);
      expect((await witness.submit(requestOf(12, await proofTo20(), `${signNote(text, [renewed])}${wrong}`))).status).toBe(403);
    });

    it('an old size above that of the checkpoint (400)', async () => {
      expect((await witness.submit(requestOf(21, [], log.checkpoint(20)))).status).toBe(400);
    });

    it('a history that does not contain the one it knows, and keeps both heads as evidence (422)', async () => {
      expect((await witness.submit(await forked.request(12, 20))).status).toBe(422);
      const [name = ''] = await witness.evidence();
      const kept = await readFile(join(witness.folder, 'evidence', name), 'utf8');
      expect(kept).toContain(log.checkpoint(12));
      expect(kept).toContain(forked.checkpoint(20));
    });

    it('another root at the same size, from whatever old size it is asked (422, 409)', async () => {
      expect((await witness.submit(requestOf(12, [], forked.checkpoint(12)))).status).toBe(422);
      expect((await witness.submit(requestOf(0, [], forked.checkpoint(12)))).status).toBe(409);
      expect(await witness.evidence()).toHaveLength(1);
    });

    it('a proof with a hash altered, left out, or added (422)', async () => {
      const proof = [...(await proofTo20())];
      const altered = [...proof.slice(1), randomBytes(32).toString('base64')];
      for (const wrong of [altered, proof.slice(1), [...proof, proof[0] ?? ''], []])
        expect((await witness.submit(requestOf(12, wrong, log.checkpoint(20)))).status).toBe(422);
      expect((await witness.submit(requestOf(12, [proof[0] ?? ''], log.checkpoint(12)))).status).toBe(422);
    });

    it('an empty log with a root, and a proof from nothing (422)', async () => {
      const other = shownLog(two, leaves);
      const empty = (root: Uint8Array): string => signCheckpoint({ origin: two.name, size: 0, root }, [two]);
      expect((await witness.submit(requestOf(0, [], empty(randomBytes(32))))).status).toBe(422);
      expect((await witness.submit(requestOf(0, await log.proof(12, 20), other.checkpoint(20)))).status).toBe(422);
      expect((await witness.submit(requestOf(0, [], empty(EMPTY_ROOT)))).status).toBe(200);
    });

    it('what is not of the form (400), too long (413), or sent another way (404, 405)', async () => {
      const good = await log.request(12, 20);
      const bodies = [
        '',
        'old 12\n',
        good.replace('old 12', 'old 012'),
        good.replace('old 12', 'old  12'),
        good.replace('old 12', 'old -1'),
        good.replace('old 12', 'old 99999999999999999999'),
        good.replace(/\n/g, '\r\n'),
        requestOf(12, ['not a hash'], log.checkpoint(20)),
        requestOf(
          12,
          Array.from({ length: 64 }, () => randomBytes(32).toString('base64')),
          log.checkpoint(20),
        ),
        requestOf(12, await proofTo20(), log.checkpoint(20).replace('\n20\n', '\n020\n')),
        requestOf(12, await proofTo20(), log.checkpoint(20).slice(0, -1)),
      ];
      for (const body of bodies) expect({ body, status: (await witness.submit(body)).status }).toEqual({ body, status: 400 });
      expect((await witness.submit(Buffer.concat([Buffer.from(good), Buffer.of(0xff, 0x0a)]))).status).toBe(400);
      expect((await witness.submit('x'.repeat(70_000))).status).toBe(413);
      expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
      expect((await fetch(`${witness.url}/../key`)).status).toBe(404);
    });
  });

  it('decides on requests for one log one after the other: of many from the same size one is granted', async () => {
    const requests = await Promise.all(Array.from({ length: 20 }, (_, n) => log.request(0, 10 + n)));
    const statuses = (await Promise.all(requests.map((body) => witness.submit(body)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  });

  it('killed between requests goes on from what it cosigned', async () => {
    let known = 0;
    for (const to of [4, 9, 17, 33, 40]) {
      expect((await witness.submit(await log.request(known, to))).status).toBe(200);
      known = to;
      await witness.kill();
      await witness.start();
      expect((await witness.head('log.example/one'))?.size).toBe(to);
      expect((await witness.submit(await forked.request(0, 40))).status).toBe(409);
    }
  });

  it('killed at any moment of a request never goes back behind what it had answered', async () => {
    let answered = 0;
    const many = shownLog(one, leavesOf(200));
    for (let round = 0; round < 12; round += 1) {
      await witness.submit(await many.request(answered, answered + 3));
      answered += 3;
      const body = await many.request(answered, answered + 5);
      const pending = fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body }).then(
        ({ status }) => status === 200,
        () => false,
      );
      if (round % 3 === 0) await half(witness.url, body);
      else await new Promise((resolve) => setTimeout(resolve, round));
      await witness.kill();
      const granted = await pending;
      await witness.start();
      const size = (await witness.head('log.example/one'))?.size ?? 0;
      expect(granted ? [answered + 5] : [answered, answered + 5]).toContain(size);
      answered = size;
    }
  });

  it('lets one process serve a folder, and forgets the mark of one that was killed', async () => {
    const second = runWitness('serve', '--folder', witness.folder, '--port', '0');
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining('already serves')]);
    await witness.kill();
    await witness.start();
  });

  it('does not go on with a head that it did not write', async () => {
    await witness.submit(await log.request(0, 12));
    await witness.kill();
    const [name = ''] = await readdir(join(witness.folder, 'heads'));
    await writeFile(join(witness.folder, 'heads', name), log.checkpoint(9));
    const started = runWitness('serve', '--folder', witness.folder, '--port', '0');
    expect([started.status, started.stderr]).toEqual([1, expect.stringContaining('not what this witness wrote')]);
  });
});

describe('The command line of the witness', () => {
  it('makes a key that nobody else can read, and never a second one over it', async () => {
    const witness = await WitnessProgram.make('witness.example/w1', []);
    try {
      const before = await readFile(join(witness.folder, 'key'));
      expect((await stat(join(witness.folder, 'key'))).mode & 0o777).toBe(0o600);
      expect(runWitness('init', '--folder', witness.folder, '--name', 'other').status).toBe(1);
      expect(await readFile(join(witness.folder, 'key'))).toEqual(before);
      await chmod(join(witness.folder, 'key'), 0o644);
      expect(runWitness('show', '--folder', witness.folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('chmod 600') });
    } finally {
      await witness.close();
    }
  });

  it('trusts logs by their keys alone, and shows how it stands', async () => {
    const witness = await WitnessProgram.make('witness.example/w1', []);
    try {
      expect(runWitness('serve', '--folder', witness.folder)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('no log is trusted'),
      });
      expect(runWitness('trust', '--folder', witness.folder, witness.key).status).toBe(1);
      expect(runWitness('trust', '--folder', witness.folder, verifierKey(one)).status).toBe(0);
      const { stdout } = runWitness('show', '--folder', witness.folder);
      expect(stdout).toContain(witness.key);
      expect(stdout).toContain('log.example/one');
    } finally {
      await witness.close();
    }
  });

  it('explains itself, and says 2 to what it does not understand', () => {
    expect(runWitness('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('add-checkpoint') });
    for (const words of [[], ['serve'], ['dance', '--folder', '/tmp'], ['serve', '--folder', '/tmp', '--fast']])
      expect(runWitness(...words).status).toBe(2);
  });
});

/** Sends a request up to its middle, and stays on the line. */
async function half(url: string, body: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const head = `POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  await new Promise<void>((resolve) => socket.write(head + body.slice(0, body.length / 2), () => resolve()));
}
