#!/usr/bin/env node
// A witness of transparency logs (C2SP tlog-witness v1, Ed25519 cosignatures): it remembers the last head of each log that it was shown, cosigns a new one
// only when that is the old one continued, and so makes it impossible that two people are shown two histories. One file, nothing but Node: read it whole.

import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';

const HELP = `A witness of transparency logs (C2SP tlog-witness).

  mes-witness init  --folder <folder> --name <name>       make the key; prints the verifier key to hand out
  mes-witness trust --folder <folder> <log verifier key>  cosign the heads of this log; a log may have several keys
  mes-witness show  --folder <folder>                     print the verifier key, the logs, and the last head of each
  mes-witness serve --folder <folder> [--port 8484] [--host 127.0.0.1]

The name is an address of yours without https://, such as witness.example/w1. The folder holds everything:

  key         the secret key, readable by you alone: whoever has it can speak for you
  logs        verifier keys of the logs, one a line
  heads/      the last head of each log, with your cosignature: never restore an older copy of it
  evidence/   heads that a log signed and that contradict what it had shown before: keep them, and tell others

Requests: POST /add-checkpoint · GET /<SHA-256 of the origin, hexadecimal>/checkpoint. Put a proxy with TLS in front of it.
Exit codes: 0 done · 1 it failed · 2 the command line is wrong.
`;

const LOG_KEY = 0x01;
const WITNESS_KEY = 0x04;
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const NAME = /^[^\s+\p{White_Space}]+$/u;
const NUMBER = /^(?:0|[1-9]\d{0,15})$/;
// eslint-disable-next-line no-control-regex -- these are the characters that a note forbids
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const SIGNATURE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;
const MOST_BYTES = 64 * 1024;
const MOST_PROOF_LINES = 63;
const MOST_SIGNATURES = 64;
/** Two roots of one size prove a lie; a proof that fails may be anybody's, and must not fill the folder. */
const MOST_EVIDENCE = 1000;
const MOST_SUSPICIONS = 500;

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const EMPTY_ROOT = sha256('');

/** What the one who runs this did wrong; its message is for him. */
class Unusable extends Error {}
/** What is answered to a request that is not granted. */
class Refusal extends Error {
  constructor(status, message, type = 'text/plain; charset=utf-8') {
    super(message);
    this.status = status;
    this.type = type;
  }
}

// --- Keys and notes (C2SP signed-note, tlog-cosignature)

const bytesOf = (text) => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
};
const keyId = (name, type, raw) => sha256(`${name}\n`, Buffer.of(type), raw).subarray(0, 4).toString('hex');

/** A verifier key of this type: name, id, key; null when the text is none. */
function readVerifierKey(text, type) {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = bytesOf(encoded);
  if (!NAME.test(name) || bytes?.length !== 33 || bytes[0] !== type || keyId(name, type, bytes.subarray(1)) !== id) return null;
  return { name, id, key: createPublicKey({ key: Buffer.concat([SPKI, bytes.subarray(1)]), format: 'der', type: 'spki' }) };
}

/** Text and signatures of a note; throws a refusal when it is none. */
function readNote(note) {
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n') || CONTROL.test(note)) throw new Refusal(400, 'the checkpoint is no signed note');
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new Refusal(400, 'the checkpoint has too many signatures');
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = SIGNATURE.exec(line) ?? [];
    const bytes = bytesOf(encoded);
    if (!NAME.test(name) || bytes === null || bytes.length <= 4) throw new Refusal(400, 'a signature line is not of its form');
    return { name, id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4), line };
  });
  return { text: note.slice(0, blank + 1), signatures };
}

/** Origin, size and root that a note says. */
function readCheckpoint(text) {
  const [origin, size, encoded] = text.split('\n');
  const root = bytesOf(encoded ?? '');
  if (!origin || !NUMBER.test(size ?? '') || !Number.isSafeInteger(Number(size)) || root?.length !== 32)
    throw new Refusal(400, 'the note is no checkpoint');
  return { origin, size: Number(size), root };
}

const cosigned = (text, time) => Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);

// --- The tree (RFC 6962; RFC 9162 section 2.1.4.2)

function isConsistent({ from, fromRoot, to, toRoot, proof }) {
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (proof.length === 0) return false;
  let node = BigInt(from - 1);
  let last = BigInt(to - 1);
  for (; node & 1n; last >>= 1n) node >>= 1n;
  const path = node === 0n ? [fromRoot, ...proof] : [...proof];
  let before = path[0];
  let after = path[0];
  for (const sibling of path.slice(1)) {
    if (last === 0n) return false;
    if (node & 1n || node === last) {
      before = sha256(Buffer.of(1), sibling, before);
      after = sha256(Buffer.of(1), sibling, after);
      for (; node !== 0n && !(node & 1n); last >>= 1n) node >>= 1n;
    } else after = sha256(Buffer.of(1), after, sibling);
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && before.equals(fromRoot) && after.equals(toRoot);
}

// --- Files

const codeOf = (error) => error?.code;

function syncFolder(folder) {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whole or not at all, and on the disk when this returns. */
function writeDurably(folder, name, content, mode = 0o644) {
  const [temporary, path] = [`${folder}/.${name}.new`, `${folder}/${name}`];
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx', mode);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
  syncFolder(folder);
}

function readKey(folder) {
  const path = `${folder}/key`;
  if (!existsSync(path)) throw new Unusable('there is no key in this folder: init makes one');
  if (statSync(path).mode & 0o077)
    throw new Unusable('the key file can be read by others: chmod 600 it, and think of who may have read it');
  const [name, seed] = readFileSync(path, 'utf8').split('\n');
  const bytes = bytesOf(seed ?? '');
  if (!NAME.test(name) || bytes?.length !== 32) throw new Unusable('the key file is not of its form');
  return witnessKey(name, bytes);
}

function witnessKey(name, seed) {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const key = createPublicKey(secret);
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  const id = keyId(name, WITNESS_KEY, raw);
  return { name, id, key, secret, text: `${name}+${id}+${Buffer.concat([Buffer.of(WITNESS_KEY), raw]).toString('base64')}` };
}

/** The logs of the folder, by origin: a log is known by the name of its keys. */
function readLogs(folder) {
  const path = `${folder}/logs`;
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const logs = new Map();
  for (const line of lines.map((one) => one.trim()).filter((one) => one !== '' && !one.startsWith('#'))) {
    const key = readVerifierKey(line, LOG_KEY);
    if (key === null) throw new Unusable('a line of the file logs is no Ed25519 verifier key');
    logs.set(key.name, [...(logs.get(key.name) ?? []), key]);
  }
  return logs;
}

// --- The witness

class Witness {
  constructor(folder) {
    this.folder = folder;
    this.key = readKey(folder);
    this.logs = readLogs(folder);
    this.heads = `${folder}/heads`;
    this.evidence = `${folder}/evidence`;
    for (const part of [this.heads, this.evidence]) mkdirSync(part, { recursive: true });
    syncFolder(folder);
    this.last = new Map([...this.logs.keys()].map((origin) => [origin, this.readHead(origin)]));
  }

  fileOf(origin) {
    return sha256(origin).toString('hex');
  }

  /** The head that was cosigned last; null before the first. One that does not bear our cosignature is not taken for it. */
  readHead(origin) {
    const path = `${this.heads}/${this.fileOf(origin)}`;
    if (!existsSync(path)) return null;
    const note = readFileSync(path, 'utf8');
    const { text, signatures } = readNote(note);
    const ours = signatures.find(({ name, id }) => name === this.key.name && id === this.key.id);
    const time = ours?.bytes.length === 72 ? ours.bytes.readBigUInt64BE() : 0n;
    const checkpoint = readCheckpoint(text);
    const holds = ours !== undefined && verify(null, cosigned(text, time), this.key.key, ours.bytes.subarray(8));
    if (!holds || checkpoint.origin !== origin) throw new Unusable('a file in heads/ is not what this witness wrote: do not go on with it');
    return { ...checkpoint, time: Number(time), note };
  }

  /** The cosignature lines; throws a refusal. From the first check to the last byte on the disk nothing else runs. */
  add(body) {
    const { old, proof, note } = readRequest(body);
    const { text, signatures } = readNote(note);
    const checkpoint = readCheckpoint(text);
    const keys = this.logs.get(checkpoint.origin);
    if (keys === undefined) throw new Refusal(404, 'this witness does not know the log');
    const signed = signedBy(text, signatures, keys);
    if (old > checkpoint.size) throw new Refusal(400, 'the old size is above that of the checkpoint');
    const last = this.last.get(checkpoint.origin) ?? null;
    this.checkAgainst(last, { old, proof, checkpoint, note });
    return this.cosign(text, checkpoint, signed, last?.time ?? 0);
  }

  checkAgainst(last, { old, proof, checkpoint, note }) {
    const known = last?.size ?? 0;
    const contradicts = last !== null && checkpoint.size === known && !checkpoint.root.equals(last.root);
    if (contradicts) this.keepEvidence(last, note, MOST_EVIDENCE);
    if (old !== known) throw new Refusal(409, `${known}\n`, 'text/x.tlog.size');
    if (checkpoint.size === 0 && !checkpoint.root.equals(EMPTY_ROOT)) throw new Refusal(422, 'an empty log has another root');
    if (old === 0 && proof.length > 0) throw new Refusal(422, 'nothing is to be proved from an empty log');
    if (contradicts) throw new Refusal(422, 'a log of this size has had another root');
    const claim = { from: old, fromRoot: last?.root, to: checkpoint.size, toRoot: checkpoint.root, proof };
    if (old > 0 && !isConsistent(claim)) {
      this.keepEvidence(last, note, MOST_SUSPICIONS);
      throw new Refusal(422, 'the log does not begin with what it was');
    }
  }

  cosign(text, checkpoint, signed, before) {
    const time = Math.max(Math.floor(Date.now() / 1000), before);
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(time));
    const signature = sign(null, cosigned(text, time), this.key.secret);
    const line = `— ${this.key.name} ${Buffer.concat([Buffer.from(this.key.id, 'hex'), stamp, signature]).toString('base64')}\n`;
    const note = `${text}\n${signed.map(({ line: theirs }) => `${theirs}\n`).join('')}${line}`;
    this.persist(checkpoint.origin, note);
    this.last.set(checkpoint.origin, { ...checkpoint, time, note });
    return line;
  }

  /** Whether the new head is on the disk is not known after a failure: whoever starts again reads what is there. */
  persist(origin, note) {
    try {
      writeDurably(this.heads, this.fileOf(origin), note);
    } catch (error) {
      process.stderr.write(`the head could not be written (${codeOf(error)}): stopping\n`);
      process.exit(1);
    }
  }

  /** Two heads of one log that cannot both be true, as far as there is room; whoever sends the same again adds nothing. */
  keepEvidence(last, note, most) {
    const name = `${sha256(note).toString('hex').slice(0, 32)}.txt`;
    if (existsSync(`${this.evidence}/${name}`) || readdirSync(this.evidence).length >= most) return;
    writeDurably(this.evidence, name, `${last.note}\n${note}`);
  }
}

function readRequest(body) {
  const blank = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(blank, 0)).split('\n');
  const [, old] = /^old (\S+)$/.exec(first) ?? [];
  if (blank < 0 || !NUMBER.test(old ?? '') || !Number.isSafeInteger(Number(old))) throw new Refusal(400, 'the request has no old size');
  if (lines.length > MOST_PROOF_LINES) throw new Refusal(400, 'the proof is too long');
  const proof = lines.map(bytesOf);
  if (!proof.every((hash) => hash?.length === 32)) throw new Refusal(400, 'a line of the proof is no hash');
  return { old: Number(old), proof, note: body.slice(blank + 2) };
}

/** The signatures by keys of the log; one of them that does not hold refuses the whole. */
function signedBy(text, signatures, keys) {
  const theirs = signatures.flatMap((signature) => {
    const known = keys.find(({ name, id }) => name === signature.name && id === signature.id);
    return known === undefined ? [] : [{ ...signature, known }];
  });
  const holds = ({ bytes, known }) => bytes.length === 64 && verify(null, Buffer.from(text), known.key, bytes);
  if (theirs.length === 0 || !theirs.every(holds)) throw new Refusal(403, 'no key of the log signed the checkpoint');
  return theirs;
}

// --- HTTP

async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Refusal(413, 'the request is too long');
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
}

async function answer(witness, request) {
  const { method, url } = request;
  if (url === '/add-checkpoint') {
    if (method !== 'POST') throw new Refusal(405, 'POST only');
    return witness.add(await bodyOf(request));
  }
  const [, hash] = /^\/([0-9a-f]{64})\/checkpoint$/.exec(url) ?? [];
  const [, head] = [...witness.last].find(([origin]) => witness.fileOf(origin) === hash) ?? [];
  if (method !== 'GET' || !head) throw new Refusal(404, 'nothing is here');
  return head.note;
}

const refusalOf = (error) => {
  if (error instanceof Refusal) return error;
  if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return new Refusal(400, 'the request is no UTF-8');
  process.stderr.write(`failed: ${error.stack}\n`);
  return new Refusal(500, 'the witness failed');
};

function handle(witness, request, response) {
  const told = (status, text, type) => {
    const close = status === 413 ? { connection: 'close' } : {};
    response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff', ...close });
    response.end(text);
    process.stdout.write(`${new Date().toISOString()} ${request.method} ${request.url.slice(0, 100)} ${status}\n`);
  };
  answer(witness, request).then(
    (text) => told(200, text, 'text/plain; charset=utf-8'),
    (error) => {
      const { status, message, type } = refusalOf(error);
      told(status, message.endsWith('\n') ? message : `${message}\n`, type);
    },
  );
}

// --- Commands

/** One process for a folder: two would not know what the other cosigned. Left behind by one that was killed, the mark of a dead process counts for nothing. */
function lock(folder) {
  const path = `${folder}/lock`;
  for (;;)
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
      process.on('exit', () => rmSync(path, { force: true }));
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const pid = Number(readFileSync(path, 'utf8'));
      if (pid !== process.pid && isAlive(pid))
        throw new Unusable(`process ${pid} already serves this folder (if it does not, remove the file lock)`);
      rmSync(path, { force: true });
    }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

const commands = {
  init({ folder, name }) {
    if (!NAME.test(name ?? '')) throw new Unusable('--name is needed: without blanks and plus signs');
    if (existsSync(`${folder}/key`)) throw new Unusable('there is a key in this folder already');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const seed = randomBytes(32);
    writeDurably(folder, 'key', `${name}\n${seed.toString('base64')}\n`, 0o600);
    process.stdout.write(`${witnessKey(name, seed).text}\n`);
  },

  trust({ folder, rest: [text] }) {
    if (readVerifierKey(text ?? '', LOG_KEY) === null) throw new Unusable('this is no Ed25519 verifier key of a log');
    readKey(folder);
    appendFileSync(`${folder}/logs`, `${text}\n`);
    process.stdout.write('the log is trusted from the next start of the witness on\n');
  },

  show({ folder }) {
    const witness = new Witness(folder);
    process.stdout.write(`${witness.key.text}\n`);
    for (const [origin, head] of witness.last) {
      const said =
        head === null ? 'nothing cosigned yet' : `${head.size} ${head.root.toString('base64')} ${new Date(head.time * 1000).toISOString()}`;
      process.stdout.write(`${origin} /${witness.fileOf(origin)}/checkpoint ${said}\n`);
    }
  },

  serve({ folder, port = '8484', host = '127.0.0.1' }) {
    if (!NUMBER.test(port) || Number(port) > 65_535) throw new Unusable('--port is a number up to 65535');
    lock(folder);
    const witness = new Witness(folder);
    if (witness.logs.size === 0) throw new Unusable('no log is trusted yet: trust names one');
    const limits = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 60_000, maxHeaderSize: 8_192 };
    const server = createServer(limits, (request, response) => handle(witness, request, response));
    server.maxConnections = 256;
    server.on('error', (error) => {
      process.stderr.write(`cannot listen: ${codeOf(error)}\n`);
      process.exit(1);
    });
    server.listen(Number(port), host, () => process.stdout.write(`listening on http://${host}:${server.address().port}\n`));
    for (const signal of ['SIGTERM', 'SIGINT'])
      process.on(signal, () => {
        server.close(() => process.exit(0));
        server.closeIdleConnections();
      });
  },
};

function argumentsOf([command, ...words]) {
  const options = { command, rest: [] };
  for (let n = 0; n < words.length; n += 1) {
    const [, name] = /^--(folder|name|port|host)$/.exec(words[n]) ?? [];
    if (name !== undefined && words[n + 1] !== undefined) options[name] = words[(n += 1)];
    else if (words[n].startsWith('--')) return null;
    else options.rest.push(words[n]);
  }
  return Object.hasOwn(commands, command ?? '') && options.folder !== undefined ? options : null;
}

if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) process.stdout.write(HELP);
else {
  const options = argumentsOf(process.argv.slice(2));
  try {
    if (options === null) {
      process.stderr.write(HELP);
      process.exitCode = 2;
    } else commands[options.command](options);
  } catch (error) {
    if (!(error instanceof Unusable) && !(error instanceof Refusal) && codeOf(error) === undefined) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
