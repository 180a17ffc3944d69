import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

// A package of docs/reference/export-format.md of any size, written without holding it: the load of the offline verifier.

const ORIGIN = 'bench.invalid/journal';
const LINES = 50_000;
const STREAM_LENGTH = 40;
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** Root over leaves that come one by one (RFC 6962). */
class Edge {
  size = 0;
  roots = [];
  add(leaf) {
    let hash = leaf;
    for (let n = this.size; n % 2 === 1; n = (n - 1) / 2) hash = sha256('\x01', this.roots.pop(), hash);
    this.roots.push(hash);
    this.size += 1;
  }
  root() {
    return this.roots.reduceRight((right, left) => sha256('\x01', left, right));
  }
}

/** A file that is written piece by piece, with its digest. */
async function writing(folder, path, manifest, pieces) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  const file = createWriteStream(join(folder, path));
  const digest = createHash('sha512');
  for await (const piece of pieces) {
    digest.update(piece);
    if (!file.write(piece)) await new Promise((resolve) => file.once('drain', resolve));
  }
  await new Promise((resolve, reject) => file.end((error) => (error ? reject(error) : resolve())));
  manifest.push(`${digest.digest('hex')}  ${path}\n`);
}

/** What a line of the mode for authorities shows of a look at a record; members in canonical order. */
const opened = (n) =>
  `"d":{"document":"${n}","kind":"DOCUMENT"},"h":HEADER,"index":${n},"m":{"cause":"c-${n}","command":{"digest":"0123456789012345678901","id":"m-${n}"},"corr":"r-${n}","ground":{"facts":[{"rev":3,"stream":"access"}],"matrix":"2026-01","mode":"normal","outcome":"ALLOW","reason":"CONSENT","rule":"CARE_TEAM"},"purpose":"SOINS","who":{"assurance":"substantial","id":"899700000000","idSystem":"1.2.250.1.71.4.2.1","kind":"professional","name":"ESSAI","profession":{"code":"10","system":"1.2.250.1.213.1.6.1.107"}}},"t":"AccessGranted","tv":1}\n`;

function headerOf(n, stream) {
  const rev = n % STREAM_LENGTH;
  return `{"at":"2026-01-05T09:00:00.000Z","by":"professional","id":"${randomUUID()}","key":"${randomUUID()}","rev":${rev},"stream":"${stream}","tv":1,"type":"PassageFact","v":1}`;
}

/** Writes a package of so many events, a multiple of four, into a folder; gives the path of the policy. */
export async function writeOfflinePackage(folder, events) {
  const manifest = [];
  const edge = new Edge();
  const leaves = Buffer.alloc(events * 32);
  const streams = Array.from({ length: events / STREAM_LENGTH }, () => `passage-${randomUUID()}`).sort();
  const lines = function* (from, to) {
    for (let n = from; n < to; n += 1) {
      const header = headerOf(n, streams[Math.floor(n / STREAM_LENGTH)]);
      const c = sha256(`${n}`).toString('base64url');
      const leaf = sha256(`\0{"c":"${c}","h":${header}}`);
      leaf.copy(leaves, n * 32);
      edge.add(leaf);
      yield `{"c":"${c}",${opened(n).replace('HEADER', header)}`;
    }
  };
  for (let from = 0; from < events; from += LINES) {
    const name = String(from / LINES + 1).padStart(6, '0');
    await writing(folder, `data/evenements/evenements-${name}.ndjson`, manifest, lines(from, Math.min(events, from + LINES)));
  }
  const root = edge.root().toString('base64');
  const one = (path, text) => writing(folder, path, manifest, [text]);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = Buffer.concat([Buffer.of(1), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)]);
  const id = sha256(`${ORIGIN}\n`, key).subarray(0, 4);
  const text = `${ORIGIN}\n${events}\n${root}\n`;
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64');
  const counts = `{"byCategory":{"passage":${events}},"byDay":{"2026-01-05":${events}},"byRole":{"professional":${events}},"byType":{"AccessGranted":${events}},"events":${events},"suppressed":[]}\n`;
  await one('data/preuves/checkpoint', `${text}\n— ${ORIGIN} ${signature}\n`);
  await one('data/preuves/feuilles.bin', leaves);
  await one('data/tetes-de-flux.ndjson', streams.map((stream) => `{"count":40,"rev":39,"stream":"${stream}"}\n`).join(''));
  await one('data/stats.json', counts);
  await one('data/fhir/manifest.json', '{"error":[],"output":[]}\n');
  await one(
    'data/demande.json',
    `{"counts":{"events":${events},"opened":${events},"streams":${streams.length}},"id":"bench","log":{"origin":"${ORIGIN}","root":"${root}","size":${events}},"mode":"authority","period":null,"scope":{"kind":"all"},"truncated":false}\n`,
  );
  await tagFiles(folder, manifest);
  await writeFile(join(folder, '..', 'policy.txt'), `log ${ORIGIN}+${id.toString('hex')}+${key.toString('base64')}\nquorum none\n`);
  return join(folder, '..', 'policy.txt');
}

async function tagFiles(folder, manifest) {
  let bytes = 0;
  for (const line of manifest) bytes += (await stat(join(folder, line.slice(130, -1)))).size;
  const tags = [];
  await writing(folder, 'manifest-sha512.txt', tags, [manifest.join('')]);
  await writing(folder, 'bagit.txt', tags, ['BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n']);
  await writing(folder, 'bag-info.txt', tags, [
    `External-Identifier: bench\nPayload-Oxum: ${bytes}.${manifest.length}\nX-Mode: authority\n`,
  ]);
  await writeFile(join(folder, 'tagmanifest-sha512.txt'), tags.join(''));
}
