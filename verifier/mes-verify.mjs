#!/usr/bin/env node
// @ts-check
/**
 * mes-verify: checks an export of the national health space, offline, trusting nothing but a policy file.
 * One file, Node 20 or later, no package, no network, no import from the project that made the export.
 *
 *   node mes-verify.mjs <folder> --policy <file>          (node mes-verify.mjs --help says the rest)
 *
 * WHAT A GOOD RESULT DOES NOT PROVE
 *   - that an event is true, or was written by whom it names: only that it lay in the sealed log, byte for byte, when the log was signed;
 *   - that what a line shows opened (t, tv, m, d) is what was written, unless its key is in the package (mode nominative) or its type is public:
 *     ask for the keys of a random sample (--sample) and check those;
 *   - that no second history was shown to somebody else, unless the policy asks for witnesses or you have an earlier checkpoint (--since);
 *   - which events were removed (closed: purged): only that no more lines say so than certificates of destruction in the log account for;
 *   - that nothing is missing at the edges of a period, or in an export about one professional: only whole streams are counted against their heads;
 *   - that the request, the statistics and the FHIR view are those that were approved: they agree with the events here, and nobody signed them;
 *   - anything about the machine on which this program runs.
 *
 * Formats: BagIt 1.0 (RFC 8493), RFC 6962 / RFC 9162 hash trees, C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy, tlog-proof,
 * JCS (RFC 8785) with integers only, Ed25519 (RFC 8032), AES-256-GCM (NIST SP 800-38D).
 */
import { isUtf8 } from 'node:buffer';
import crypto from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {Record<string, any>} Json An object that was read from a file: every member is checked before it is used. */
/** @typedef {{ readonly line?: number, readonly index?: number, readonly stream?: string, readonly rev?: number, readonly cell?: string }} Place */
/** @typedef {Place & { readonly code: string, readonly file: string }} Finding */
/** @typedef {{ readonly origin: string, readonly size: number, readonly root: Buffer }} Checkpoint */
/** @typedef {{ readonly name: string, readonly id: string, readonly type: number, readonly key: crypto.KeyObject | null }} Key */
/** @typedef {{ readonly logs: readonly Key[], readonly witnesses: ReadonlyMap<string, Key>, readonly quorum: (signed: ReadonlySet<string>) => boolean }} Policy */

// ---------------------------------------------------------------------------------------------------------------- limits and names

const LONGEST_LINE = 1 << 20;
const LARGEST_JSON = 16 << 20;
const LARGEST_NOTE = 1 << 20;
const MOST_SIGNATURES = 128;
const MOST_FINDINGS = 10_000;
const DEEPEST = 64;
/** Streams whose state is held at a time: with more of them the events are walked through again, and memory stays flat. */
const WINDOW = 200_000;
/** An event may be up to two seconds earlier than the one before it in its stream: clocks of several machines. */
const CLOCKS_MS = 2_000;
const SMALL_CELL = 11;

const EVENTS = 'data/evenements';
const KEYS = 'data/cles';
const FHIR = 'data/fhir';
const REQUEST = 'data/demande.json';
const STATS = 'data/stats.json';
const HEADS = 'data/tetes-de-flux.ndjson';
const CHECKPOINT = 'data/preuves/checkpoint';
const EARLIER = 'data/preuves/checkpoint-precedent';
const CONSISTENCY = 'data/preuves/coherence.txt';
const LEAVES = 'data/preuves/feuilles.bin';
const INCLUSION = 'data/preuves/inclusion.ndjson';
const MAP_NOTE = 'data/preuves/tetes.note';
const MAP_PROOFS = 'data/preuves/tetes-preuves.ndjson';
const SINCE = '(since)';

/** The public fact under which alone events leave the log: it names number and digest of the leaf hashes of each stream, and no stream. */
const CERTIFICATE = 'SpaceDestroyed';

/** Types that are written in clear, each in its category: whoever has the plaintext can compute the digest of the body. */
const PUBLIC = new Map([
  ['MatrixVersionPublished', 'matrix'],
  ['ReferencingDecided', 'service'],
  ['CampaignDayCounted', 'campaign'],
  ['SpaceDestroyed', 'audit'],
  ['SealHeadPublished', 'audit'],
]);

/** Nothing can be checked: exit code 2. `what` names what is unusable. */
class Unusable extends Error {
  /** @param {string} what @param {string} sentence */
  constructor(what, sentence) {
    super(sentence);
    this.what = what;
  }
}

// ---------------------------------------------------------------------------------------------------------------- findings

/** Characters that a hostile name could carry into a terminal are shown as one question mark. @param {string} text */
const shown = (text) => text.replace(/[^A-Za-z0-9._/()-]+/g, '?').slice(0, 200);

class Findings {
  constructor() {
    /** @type {Finding[]} */
    this.list = [];
    /** @type {Record<string, number>} */
    this.byCode = {};
    this.total = 0;
  }
  /** @param {string} code @param {string} file @param {Place} [place] */
  add(code, file, place = {}) {
    this.total += 1;
    this.byCode[code] = (this.byCode[code] ?? 0) + 1;
    if (this.list.length >= MOST_FINDINGS) return;
    const { line, index, stream, rev, cell } = place;
    this.list.push({
      code,
      file: shown(file),
      ...(line === undefined ? {} : { line }),
      ...(index === undefined ? {} : { index }),
      ...(stream === undefined ? {} : { stream: shown(stream) }),
      ...(rev === undefined ? {} : { rev }),
      ...(cell === undefined ? {} : { cell: shown(cell) }),
    });
  }
  sorted() {
    /** @param {Finding} f */
    const key = (f) => [f.file, f.line ?? -1, f.index ?? -1, f.code, f.stream ?? '', f.rev ?? -1, f.cell ?? ''];
    return this.list
      .map((finding) => ({ finding, key: key(finding) }))
      .sort((one, other) => {
        const at = one.key.findIndex((part, place) => part !== other.key[place]);
        const [a, b] = [one.key[at] ?? 0, other.key[at] ?? 0];
        return at < 0 ? 0 : a < b ? -1 : 1;
      })
      .map(({ finding }) => finding);
  }
}

// ---------------------------------------------------------------------------------------------------------------- bytes and JSON

/** @type {(bytes: Uint8Array) => Buffer} */
const sha256 =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'buffer')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest();

/** The bytes of canonical base64 text; null for any other text. @param {unknown} text */
function base64(text) {
  if (typeof text !== 'string') return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
/** @param {unknown} text */
function base64url(text) {
  if (typeof text !== 'string') return null;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}
/** @param {unknown} text */
const hashOf = (text) => {
  const bytes = base64(text);
  return bytes?.length === 32 ? bytes : null;
};

class NotCanonical extends Error {}

const PLAIN = /^[ !#-[\]-~]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** @param {string} text */
function jcsText(text) {
  if (PLAIN.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw new NotCanonical();
  return JSON.stringify(text);
}

/**
 * RFC 8785 for objects, arrays, well-formed strings, safe integers, booleans and null.
 * @param {unknown} value @param {number} [depth] @returns {string}
 */
function jcs(value, depth = 0) {
  if (typeof value === 'string') return jcsText(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new NotCanonical();
    return String(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (depth >= DEEPEST || typeof value !== 'object') throw new NotCanonical();
  if (Array.isArray(value)) return `[${value.map((item) => jcs(item, depth + 1)).join(',')}]`;
  const object = /** @type {Json} */ (value);
  let out = '';
  for (const name of Object.keys(object).sort()) out += `${out === '' ? '{' : ','}${jcsText(name)}:${jcs(object[name], depth + 1)}`;
  return out === '' ? '{}' : `${out}}`;
}

/** What canonical JSON says; undefined for any other bytes. @param {Buffer} bytes @returns {unknown} */
function parseJcs(bytes) {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  try {
    const value = /** @type {unknown} */ (JSON.parse(text));
    return jcs(value) === text ? value : undefined;
  } catch (error) {
    if (error instanceof NotCanonical || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @param {unknown} value @returns {value is Json} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** @param {unknown} value @param {number} [least] @returns {value is number} */
const isCount = (value, least = 0) => Number.isSafeInteger(value) && /** @type {number} */ (value) >= least;

// ---------------------------------------------------------------------------------------------------------------- files

/** Buffers of files that are closed, for the next ones. @type {Buffer[]} */
const spare = [];

/** Lines of a file in memory that does not grow with it. */
class Lines {
  /** @param {string} path */
  constructor(path) {
    this.fd = openSync(path, 'r');
    this.buffer = spare.pop() ?? Buffer.allocUnsafe(LONGEST_LINE + 65_536);
    this.from = 0;
    this.to = 0;
    this.done = false;
    this.number = 0;
  }
  /** More bytes behind those that were not read yet. */
  fill() {
    if (this.from > 0) {
      this.buffer.copy(this.buffer, 0, this.from, this.to);
      this.to -= this.from;
      this.from = 0;
    }
    const read = readSync(this.fd, this.buffer, this.to, this.buffer.length - this.to, null);
    this.done = read === 0;
    this.to += read;
  }
  /**
   * The next line, valid until the one after it is asked for; null at the end. `bytes` is null for a line that is too long, or that no LF ends.
   * @returns {{ readonly bytes: Buffer | null, readonly line: number } | null}
   */
  next() {
    let tooLong = false;
    let seen = 0;
    for (;;) {
      const end = this.buffer.subarray(0, this.to).indexOf(0x0a, this.from + seen);
      if (end >= 0) {
        const bytes = tooLong || end - this.from > LONGEST_LINE ? null : this.buffer.subarray(this.from, end);
        this.from = end + 1;
        this.number += 1;
        return { bytes, line: this.number };
      }
      if (this.done) return this.rest(tooLong);
      seen = this.to - this.from;
      if (seen > LONGEST_LINE) {
        tooLong = true;
        this.from = this.to;
        seen = 0;
      }
      this.fill();
    }
  }
  /** @param {boolean} tooLong */
  rest(tooLong) {
    if (this.to === this.from && !tooLong) return null;
    this.from = this.to;
    this.number += 1;
    return { bytes: null, line: this.number };
  }
  close() {
    closeSync(this.fd);
    spare.push(this.buffer);
  }
}

/** Every line of a file. @param {string} path */
function* linesOf(path) {
  const lines = new Lines(path);
  try {
    for (let line = lines.next(); line !== null; line = lines.next()) yield line;
  } finally {
    lines.close();
  }
}

/** Leaf hashes where they lie, 32 bytes each. */
class LeafFile {
  /** @param {string} path */
  constructor(path) {
    this.fd = openSync(path, 'r');
    this.bytes = fstatSync(this.fd).size;
    this.buffer = Buffer.allocUnsafe(65_536);
    this.start = 0;
    this.length = 0;
  }
  /** Null behind the end; valid until the next call. @param {number} index */
  at(index) {
    const place = index * 32;
    if (place + 32 > this.bytes) return null;
    if (place < this.start || place + 32 > this.start + this.length) {
      this.start = place;
      this.length = readSync(this.fd, this.buffer, 0, this.buffer.length, place);
    }
    return this.buffer.subarray(place - this.start, place - this.start + 32);
  }
  close() {
    closeSync(this.fd);
  }
}

const piece = Buffer.allocUnsafe(1 << 18);

/** Digest of what an open file holds, which is closed. @param {string} algorithm @param {number} fd */
function digestOf(algorithm, fd) {
  const digest = crypto.createHash(algorithm);
  for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) digest.update(piece.subarray(0, read));
  closeSync(fd);
  return digest;
}
/** @param {string} path */
const sha512Of = (path) => digestOf('sha512', openSync(path, 'r')).digest('hex');

/** A whole file, if it is not larger than this. @param {string} path @param {number} most */
const contentOf = (path, most) => (statSync(path).size > most ? null : readFileSync(path));

/** @param {string} what @param {string} path @param {number} most */
function given(what, path, most) {
  try {
    const bytes = contentOf(path, most);
    if (bytes !== null) return bytes;
  } catch (error) {
    throw new Unusable(what, `${path} : illisible / cannot be read (${/** @type {Error} */ (error).message})`);
  }
  throw new Unusable(what, `${path} : trop grand / too large`);
}

// ---------------------------------------------------------------------------------------------------------------- hash tree (RFC 6962, RFC 9162)

const EMPTY_ROOT = sha256(Buffer.alloc(0));
const LEAF_PREFIX = Buffer.of(0);
const pair = Buffer.alloc(65, 1);

/** SHA-256 as a string of 32 characters, one for each byte: an eighth of the work that a Buffer for each hash makes. @type {(content: string | Uint8Array) => string} */
const sha256Text =
  typeof crypto.hash === 'function'
    ? (content) => crypto.hash('sha256', content, 'binary')
    : (content) => crypto.createHash('sha256').update(content).digest('binary');

/** @param {Uint8Array} left @param {Uint8Array} right */
function nodeOf(left, right) {
  pair.set(left, 1);
  pair.set(right, 33);
  return sha256(pair);
}
/** @param {string} content */
const leafOf = (content) => Buffer.from(sha256Text(`\0${content}`), 'latin1');
/** The leaf of an event: header as canonical text, digest of the body. @param {string} header @param {string} digest */
const eventLeaf = (header, digest) => leafOf(`{"c":"${digest}","h":${header}}`);

/** Root over leaves that come one by one, with as many hashes in memory as the tree has levels. */
class Range {
  constructor() {
    this.size = 0;
    /** Roots of complete trees from the largest down, each as 32 characters. @type {string[]} */
    this.roots = [];
  }
  /** @param {Buffer} leaf */
  add(leaf) {
    let hash = leaf.toString('latin1');
    for (let n = this.size; n % 2 === 1; n = (n - 1) / 2) hash = Range.join(/** @type {string} */ (this.roots.pop()), hash);
    this.roots.push(hash);
    this.size += 1;
  }
  root() {
    return this.roots.length === 0
      ? EMPTY_ROOT
      : Buffer.from(
          this.roots.reduceRight((right, left) => Range.join(left, right)),
          'latin1',
        );
  }
  /** @param {string} left @param {string} right */
  static join(left, right) {
    pair.write(left, 1, 'latin1');
    pair.write(right, 33, 'latin1');
    return sha256Text(pair);
  }
}

const half = (/** @type {number} */ n) => Math.floor(n / 2);

/**
 * RFC 9162 section 2.1.3.2. A leaf, a root and every hash have 32 bytes; a tree without leaves holds none.
 * @param {{ leaf: Buffer, index: number, size: number, root: Buffer, proof: readonly Buffer[] }} claim
 */
export function includes({ leaf, index, size, root, proof }) {
  if (!isCount(size, 1) || !isCount(index) || index >= size) return false;
  if ([leaf, root, ...proof].some((hash) => hash.length !== 32)) return false;
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeOf(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = nodeOf(hash, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && hash.equals(root);
}

/**
 * RFC 9162 section 2.1.4.2. From a tree without leaves nothing can be proved: refused.
 * @param {{ from: number, fromRoot: Buffer, to: number, toRoot: Buffer, proof: readonly Buffer[] }} claim
 */
export function extendsTree({ from, fromRoot, to, toRoot, proof }) {
  if (!isCount(from, 1) || !isCount(to, 1) || from > to) return false;
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if ([fromRoot, toRoot, ...proof].some((hash) => hash.length !== 32)) return false;
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  const path = fn === 0 ? [fromRoot, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined || proof.length === 0) return false;
  let [before, after] = [first, first];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [before, after] = [nodeOf(sibling, before), nodeOf(sibling, after)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else after = nodeOf(after, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && before.equals(fromRoot) && after.equals(toRoot);
}

/** Hashes of a proof as JSON has them; null for anything else. @param {unknown} list @param {number} [most] @returns {Buffer[] | null} */
function proofOf(list, most = 64) {
  if (!Array.isArray(list) || list.length > most) return null;
  const hashes = list.map(hashOf);
  return hashes.some((hash) => hash === null) ? null : /** @type {Buffer[]} */ (hashes);
}

// ---------------------------------------------------------------------------------------------------------------- map of stream heads (sparse Merkle tree)

const NOTHING = Buffer.alloc(32);
/** @param {Buffer} key @param {number} depth */
const bitAt = (key, depth) => (key.readUInt8(depth >> 3) >> (7 - (depth & 7))) & 1;

/** @param {{ key: Buffer, rev: number, count: number, leaf: Buffer }} record */
function recordNode({ key, rev, count, leaf }) {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(rev));
  numbers.writeBigUInt64BE(BigInt(count), 8);
  return sha256(Buffer.concat([LEAF_PREFIX, key, numbers, leaf]));
}

/** Root of the map in which the way of this key ends at this node, below these siblings. @param {Buffer} key @param {Buffer} end @param {readonly Buffer[]} siblings */
const mapRoot = (key, end, siblings) =>
  siblings.reduce((hash, sibling, n) => (bitAt(key, siblings.length - 1 - n) === 0 ? nodeOf(hash, sibling) : nodeOf(sibling, hash)), end);

/** The record of another key in which the way of a key may end; null for anything else. @param {unknown} other */
function recordOf(other) {
  if (!isObject(other) || !isCount(other.rev) || !isCount(other.count)) return null;
  const [key, leaf] = [hashOf(other.key), hashOf(other.leaf)];
  return key === null || leaf === null ? null : { key, rev: other.rev, count: other.count, leaf };
}

/** What a line of proof says is so under the root: the record of its stream, or that the map has none. @param {Json} line @param {Buffer} root */
function holdsInMap({ stream, rev, count, leaf, proof, other = null }, root) {
  const key = sha256(Buffer.from(stream));
  const siblings = proofOf(proof, 256);
  if (siblings === null) return false;
  if (rev !== null) {
    const last = hashOf(leaf);
    return last !== null && mapRoot(key, recordNode({ key, rev, count, leaf: last }), siblings).equals(root);
  }
  if (other === null) return mapRoot(key, NOTHING, siblings).equals(root);
  const record = recordOf(other);
  if (record === null || record.key.equals(key)) return false;
  const agrees = siblings.every((_, depth) => bitAt(record.key, depth) === bitAt(key, depth));
  return agrees && mapRoot(key, recordNode(record), siblings).equals(root);
}

/** The form of a line of proof: presence with revision, count and leaf, or absence. @param {Json} line */
const isMapLine = ({ rev, count, leaf, proof, other = null }) =>
  proofOf(proof, 256) !== null &&
  (rev === null
    ? count === 0 && leaf === null && (other === null || recordOf(other) !== null)
    : isCount(rev) && isCount(count, 1) && hashOf(leaf) !== null && other === null);

// ---------------------------------------------------------------------------------------------------------------- signed notes (C2SP)

const ED25519 = 0x01;
const COSIGNATURE = 0x04;
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const BLANKS = /[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/; // eslint-disable-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/; // eslint-disable-line no-control-regex

/** `name+id+base64(type ‖ key)`. A key of a type that is not known here never verifies anything. @param {string} vkey @returns {Key} */
function parseKey(vkey) {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) ?? [];
  const bytes = base64(encoded);
  const type = bytes?.[0];
  if (bytes === null || type === undefined || name === '' || BLANKS.test(name))
    throw new Unusable('policy', `clé illisible / not a key: ${shown(vkey)}`);
  if (type !== ED25519 && type !== COSIGNATURE) return { name, id, type, key: null };
  const wanted = sha256(Buffer.concat([Buffer.from(`${name}\n`), bytes]))
    .subarray(0, 4)
    .toString('hex');
  if (bytes.length !== 33 || wanted !== id) throw new Unusable('policy', `identifiant de clé faux / wrong key id: ${shown(vkey)}`);
  return { name, id, type, key: crypto.createPublicKey({ key: Buffer.concat([SPKI, bytes.subarray(1)]), format: 'der', type: 'spki' }) };
}

/** Reads a policy (C2SP tlog-policy). @param {Buffer} bytes @returns {Policy} */
function parsePolicy(bytes) {
  /** @param {string} sentence @returns {never} */
  const refuse = (sentence) => {
    throw new Unusable('policy', `politique / policy: ${sentence}`);
  };
  if (!isUtf8(bytes) || bytes.some((byte) => (byte < 0x20 && byte !== 0x09 && byte !== 0x0a) || byte === 0x7f))
    refuse('caractère interdit / forbidden character');
  /** @type {Key[]} */
  const logs = [];
  /** @type {Map<string, Key>} */
  const witnesses = new Map();
  /** @type {Map<string, (signed: ReadonlySet<string>) => boolean>} */
  const rules = new Map([['none', () => true]]);
  const used = new Set(['none']);
  const keys = { log: new Set(), witness: new Set() };
  /** @type {((signed: ReadonlySet<string>) => boolean) | null} */
  let quorum = null;

  /** @param {'log' | 'witness'} kind @param {string} vkey */
  const keyOf = (kind, vkey) => {
    const key = parseKey(vkey);
    if (key.type === (kind === 'log' ? COSIGNATURE : ED25519)) refuse(`clé d’un autre usage / key for another use: ${shown(vkey)}`);
    const material = vkey.slice(vkey.indexOf('+', key.name.length + 1) + 1);
    const raw = /** @type {Buffer} */ (base64(material)).subarray(1).toString('hex');
    if (keys[kind].has(raw)) refuse(`clé en double / duplicate key: ${shown(vkey)}`);
    keys[kind].add(raw);
    return key;
  };
  /** @param {string} name @param {(signed: ReadonlySet<string>) => boolean} rule */
  const define = (name, rule) => {
    if (rules.has(name)) refuse(`nom défini deux fois / defined twice: ${shown(name)}`);
    rules.set(name, rule);
  };
  /** @param {string} name @param {string} threshold @param {readonly string[]} members */
  const group = (name, threshold, members) => {
    const least =
      threshold === 'all' ? members.length : threshold === 'any' ? 1 : /^[1-9][0-9]{0,8}$/.test(threshold) ? Number(threshold) : 0;
    if (members.length === 0 || least < 1 || least > members.length) refuse(`seuil faux / wrong threshold: ${shown(name)}`);
    const parts = members.map((member) => {
      const rule = rules.get(member);
      if (rule === undefined || used.has(member))
        return refuse(`membre inconnu ou déjà employé / member unknown or used: ${shown(member)}`);
      used.add(member);
      return rule;
    });
    define(name, (signed) => parts.filter((rule) => rule(signed)).length >= least);
  };
  for (const line of bytes.toString('utf8').split('\n')) {
    const [verb = '', ...words] = line.split(/[ \t]+/).filter((word) => word !== '');
    const [first = '', second = ''] = words;
    if (verb === '' || verb.startsWith('#')) continue;
    if (verb === 'log' && (words.length === 1 || words.length === 2)) logs.push(keyOf('log', first));
    else if (verb === 'witness' && (words.length === 2 || words.length === 3)) {
      witnesses.set(first, keyOf('witness', second));
      define(first, (signed) => signed.has(first));
    } else if (verb === 'group' && words.length >= 3) group(first, second, words.slice(2));
    else if (verb === 'quorum' && words.length === 1 && quorum === null)
      quorum = rules.get(first) ?? refuse(`quorum inconnu / unknown: ${shown(first)}`);
    else refuse(`ligne illisible / line not understood: ${shown(line)}`);
  }
  if (logs.length === 0) refuse('aucun journal / no log');
  return { logs, witnesses, quorum: quorum ?? refuse('aucun quorum / no quorum') };
}

/** @typedef {{ readonly name: string, readonly id: string, readonly bytes: Buffer }} Signature */
/** @param {Buffer | null} bytes @returns {{ readonly text: string, readonly signatures: readonly Signature[] } | null} */
function parseNote(bytes) {
  if (bytes === null || !isUtf8(bytes)) return null;
  const note = bytes.toString('utf8');
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n') || CONTROL.test(note)) return null;
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return null;
  /** @type {Signature[]} */
  const signatures = [];
  for (const line of lines) {
    const [dash, name = '', encoded, ...more] = line.split(' ');
    const blob = base64(encoded);
    if (dash !== '—' || name === '' || BLANKS.test(name) || blob === null || blob.length < 5 || more.length > 0) return null;
    signatures.push({ name, id: blob.subarray(0, 4).toString('hex'), bytes: blob.subarray(4) });
  }
  return { text: note.slice(0, blank + 1), signatures };
}

/** Three lines, and further ones that are passed over (C2SP tlog-checkpoint). @param {string} text @returns {Checkpoint | null} */
function parseCheckpoint(text) {
  const [origin = '', size = '', root = '', ...more] = text.split('\n');
  const hash = hashOf(root);
  if (origin === '' || !/^(0|[1-9][0-9]*)$/.test(size) || !isCount(Number(size)) || hash === null || more.length === 0) return null;
  return { origin, size: Number(size), root: hash };
}

/** The time of a cosignature that holds; null for one that does not. @param {string} text @param {Key} witness @param {Buffer} blob */
function cosignedAt(text, { key }, blob) {
  if (key === null || blob.length !== 72) return null;
  const time = blob.readBigUInt64BE();
  const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
  return time < 1n << 63n && crypto.verify(null, message, key, blob.subarray(8)) ? String(time) : null;
}

/**
 * What a note is worth under the policy: `trusted` when a log of that name signed it and no signature by a known key is false.
 * @param {Buffer | null} bytes @param {Policy} policy
 */
function openCheckpoint(bytes, { logs, witnesses, quorum }) {
  const note = parseNote(bytes);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  if (note === null || checkpoint === null) return { checkpoint: null, trusted: false, quorum: false, witnesses: [] };
  let [signed, wrong] = [false, false];
  /** @type {Map<string, { readonly name: string, readonly time: string }>} */
  const cosigned = new Map();
  for (const { name, id, bytes: blob } of note.signatures) {
    /** @param {Key} key */
    const isBy = (key) => key.name === name && key.id === id && key.key !== null;
    for (const log of logs.filter(isBy)) {
      const holds =
        log.type === ED25519 && blob.length === 64 && log.key !== null && crypto.verify(null, Buffer.from(note.text), log.key, blob);
      wrong ||= !holds;
      signed ||= holds && name === checkpoint.origin;
    }
    for (const [alias, witness] of witnesses) {
      if (!isBy(witness)) continue;
      const time = witness.type === COSIGNATURE ? cosignedAt(note.text, witness, blob) : null;
      if (time === null) wrong = true;
      else cosigned.set(alias, { name: alias, time });
    }
  }
  const known = [...cosigned.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { checkpoint, trusted: signed && !wrong, quorum: !wrong && quorum(new Set(cosigned.keys())), witnesses: known };
}

// ---------------------------------------------------------------------------------------------------------------- events

const TYPE = /^[A-Z][A-Za-z0-9]*$/;
const STREAM = /^[a-z]+-[0-9A-Za-z._-]+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
/** @param {unknown} value @param {RegExp} form */
const isText = (value, form) => typeof value === 'string' && form.test(value);

/** A header of version 1 (event format, section 3); further members are hashed with the rest. @param {unknown} h */
const isHeader = (h) =>
  isObject(h) &&
  isText(h.at, INSTANT) &&
  isText(h.by, /^(person|professional|service|staff|system)$/) &&
  isText(h.id, UUID) &&
  isText(h.key, UUID) &&
  isCount(h.rev) &&
  isText(h.stream, STREAM) &&
  isCount(h.tv, 1) &&
  isText(h.type, TYPE) &&
  h.v === 1;

const MEMBERS = new Set(['c', 'closed', 'd', 'h', 'index', 'leaf', 'm', 't', 'tv']);
const CLOSED = new Set(['destroyed', 'archived', 'purged']);

/** @param {Json} line */
function isEventLine(line) {
  if (!isCount(line.index) || Object.keys(line).some((name) => !MEMBERS.has(name))) return false;
  if ('closed' in line && !CLOSED.has(line.closed)) return false;
  const opened = 't' in line;
  if (opened !== 'tv' in line || (!opened && ('m' in line || 'd' in line))) return false;
  if (!('h' in line)) return line.closed === 'purged' && hashOf(line.leaf) !== null && !('c' in line) && !opened;
  if ('leaf' in line || !isHeader(line.h) || base64url(line.c)?.length !== 32) return false;
  return !opened || (isText(line.t, TYPE) && isCount(line.tv, 1) && ['m', 'd'].every((name) => !(name in line) || isObject(line[name])));
}

/** @param {string} stream */
const categoryOf = (stream) => stream.slice(0, stream.indexOf('-'));

/** The header announces the real type, or the veil of the category (event format, section 7). @param {Json} h @param {string} t @param {number} tv */
function announces(h, t, tv) {
  const category = categoryOf(h.stream);
  const veil = `${category.slice(0, 1).toUpperCase()}${category.slice(1)}Fact`;
  return (h.type === t && h.tv === tv) || (h.type === veil && h.tv === 1);
}

/** @param {Json} line @param {string} name */
const member = (line, name) => jcs(line[name]);

/** What a line shows opened is compared with what the plaintext says. @param {Json} line @param {Json} plain */
const showsOnly = (line, plain) => ['t', 'tv', 'm', 'd'].every((name) => !(name in line) || member(line, name) === member(plain, name));

/**
 * Opens a body with the key of the event (event format, section 5). Returns the plaintext, or the code of what is wrong.
 * @param {Buffer} body @param {Buffer | null} ke @param {string} header @returns {Json | 'key/opens' | 'key/commitment' | 'event/canonical'}
 */
function openBody(body, ke, header) {
  if (body[0] === 0x00) return ke === null ? plaintextOf(body.subarray(1), false) : 'key/opens';
  if (body[0] !== 0x01 || ke === null || ke.length !== 32 || body.length < 189 || (body.length - 189) % 128 !== 0) return 'key/opens';
  const decipher = crypto.createDecipheriv('aes-256-gcm', ke, body.subarray(1, 13), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(header)).setAuthTag(body.subarray(-16));
  const opened = decipher.update(body.subarray(13, -16));
  try {
    decipher.final();
  } catch {
    return 'key/opens';
  }
  if (opened.subarray(0, 32).some((byte) => byte !== 0)) return 'key/commitment';
  return plaintextOf(opened.subarray(32), true);
}

/** @param {Buffer} bytes @param {boolean} padded @returns {Json | 'event/canonical'} */
function plaintextOf(bytes, padded) {
  let end = bytes.length;
  while (padded && end > 0 && bytes[end - 1] === 0x20) end -= 1;
  const plain = parseJcs(bytes.subarray(0, end));
  const whole = isObject(plain) && Object.keys(plain).sort().join() === 'd,m,t,tv' && isText(plain.t, TYPE) && isCount(plain.tv, 1);
  return whole && isObject(plain.m) && isObject(plain.d) ? plain : 'event/canonical';
}

// ---------------------------------------------------------------------------------------------------------------- the package

/** Lines of files that follow each other and ascend by index: keys, proofs. Lines that are none are found and passed over. */
class Ascending {
  /** @param {Package} pack @param {readonly string[]} files @param {(line: Json) => boolean} isLine @param {string} orphan code of a line without event */
  constructor(pack, files, isLine, orphan) {
    this.last = -1;
    this.count = 0;
    this.pack = pack;
    this.orphan = orphan;
    this.isLine = isLine;
    this.source = this.read(files);
    this.current = this.source.next();
  }
  /** @param {readonly string[]} files @returns {Generator<{ file: string, line: number, value: Json }, undefined>} */
  *read(files) {
    for (const file of files) {
      for (const { bytes, line } of linesOf(this.pack.path(file))) {
        this.count += 1;
        const value = bytes === null ? undefined : parseJcs(bytes);
        if (!isObject(value) || !isCount(value.index) || !this.isLine(value)) this.pack.findings.add('event/canonical', file, { line });
        else if (value.index <= this.last)
          this.pack.findings.add(value.index === this.last ? 'event/duplicate' : 'event/order', file, { line, index: value.index });
        else {
          this.last = value.index;
          yield { file, line, value };
        }
      }
    }
  }
  /** The line of this index, if there is one. Indexes are asked for in ascending order. @param {number} index */
  take(index) {
    while (!this.current.done && this.current.value.value.index < index) this.drop(this.current.value);
    if (this.current.done || this.current.value.value.index !== index) return null;
    const found = this.current.value;
    this.current = this.source.next();
    return found;
  }
  /** @param {{ file: string, line: number, value: Json }} line */
  drop({ file, line, value }) {
    this.pack.findings.add(this.orphan, file, { line, index: value.index });
    this.current = this.source.next();
  }
  /** What is left belongs to no event. */
  end() {
    while (!this.current.done) this.drop(this.current.value);
  }
}

/** Without prototype: a category may be called `constructor`. @returns {Record<string, number>} */
const noCells = () => Object.create(null);

/** One folder, as far as it is known. */
class Package {
  /** @param {string} folder @param {Policy} policy */
  constructor(folder, policy) {
    this.folder = folder;
    this.policy = policy;
    this.findings = new Findings();
    /** Regular files by path, with their sizes. @type {Map<string, number>} */
    this.files = new Map();
    /** @type {Checkpoint | null} */
    this.checkpoint = null;
    /** @type {readonly { name: string, time: string }[]} */
    this.witnesses = [];
    /** @type {LeafFile | null} */
    this.leaves = null;
    /** @type {Json} */
    this.request = {};
    this.counts = { bytes: 0, closed: 0, events: 0, files: 0, keys: 0, leaves: 0, opened: 0, proofs: 0, streams: 0 };
    this.recount = { byCategory: noCells(), byDay: noCells(), byRole: noCells(), byType: noCells() };
  }
  /** @param {string} file */
  path(file) {
    return join(this.folder, file);
  }
  /** Files of a folder in the order of their names. @param {string} folder */
  in(folder) {
    return [...this.files.keys()].filter((file) => file.startsWith(`${folder}/`)).sort();
  }
  /** A file that holds one canonical object and a LF; null when it is missing or holds anything else. @param {string} file @param {string} code */
  json(file, code) {
    const bytes = this.files.has(file) ? contentOf(this.path(file), LARGEST_JSON) : null;
    const value = bytes !== null && bytes.at(-1) === 0x0a ? parseJcs(bytes.subarray(0, -1)) : undefined;
    if (isObject(value)) return value;
    this.findings.add(this.files.has(file) ? 'event/canonical' : code, file);
    return null;
  }
}

// ---- the bag (RFC 8493)

/** @param {Package} pack @param {string} folder */
function walk(pack, folder) {
  const names = readdirSync(join(pack.folder, folder)).sort();
  for (const name of names) {
    const file = folder === '' ? name : `${folder}/${name}`;
    const stat = lstatSync(pack.path(file), { throwIfNoEntry: false });
    if (stat?.isDirectory()) walk(pack, file);
    else if (stat?.isFile()) pack.files.set(file, stat.size);
    else pack.findings.add('bag/unlisted', file);
  }
}

const SAFE_PATH = /^(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)*$/;

/** @param {Package} pack @param {string} manifest @param {(file: string) => boolean} covers */
function checkManifest(pack, manifest, covers) {
  /** @type {Set<string>} */
  const listed = new Set();
  if (!pack.files.has(manifest)) pack.findings.add('bag/manifest', manifest);
  else
    for (const { bytes, line } of linesOf(pack.path(manifest))) {
      const [, digest, file = ''] = /^([0-9a-f]{128}) {2}(.+)$/.exec(bytes?.toString('latin1') ?? '') ?? [];
      if (digest === undefined || !SAFE_PATH.test(file) || !covers(file) || listed.has(file)) {
        pack.findings.add('bag/manifest', manifest, { line });
        continue;
      }
      listed.add(file);
      if (!pack.files.has(file) || sha512Of(pack.path(file)) !== digest) pack.findings.add('bag/manifest', file);
    }
  for (const file of pack.files.keys()) if (covers(file) && !listed.has(file)) pack.findings.add('bag/unlisted', file);
}

/** The members of bag-info.txt; a name that comes twice counts with its last value. @param {Package} pack */
function bagInfo(pack) {
  const bytes = pack.files.has('bag-info.txt') ? contentOf(pack.path('bag-info.txt'), LARGEST_NOTE) : null;
  const lines = (bytes?.toString('latin1') ?? '').split('\n').map((line) => /^([A-Za-z-]+): (.*)$/.exec(line) ?? []);
  return new Map(lines.flatMap(([, name, value]) => (name === undefined || value === undefined ? [] : [[name, value]])));
}

const BAGIT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** @param {Package} pack */
function checkBag(pack) {
  walk(pack, '');
  const isPayload = (/** @type {string} */ file) => file.startsWith('data/');
  const bagit = pack.files.has('bagit.txt') ? contentOf(pack.path('bagit.txt'), 1024) : null;
  if (bagit?.toString('latin1') !== BAGIT) pack.findings.add('bag/manifest', 'bagit.txt');
  checkManifest(pack, 'manifest-sha512.txt', isPayload);
  checkManifest(pack, 'tagmanifest-sha512.txt', (file) => !isPayload(file) && file !== 'tagmanifest-sha512.txt');
  const payload = [...pack.files].filter(([file]) => isPayload(file));
  pack.counts.files = payload.length;
  pack.counts.bytes = payload.reduce((sum, [, size]) => sum + size, 0);
  if (bagInfo(pack).get('Payload-Oxum') !== `${pack.counts.bytes}.${pack.counts.files}`) pack.findings.add('bag/oxum', 'bag-info.txt');
}

/** Files of a folder that carry dense numbers, and those only. @param {Package} pack @param {string} folder @param {string} stem */
function numbered(pack, folder, stem) {
  const form = new RegExp(`^${folder}/${stem}-[0-9]{6}\\.ndjson$`);
  const files = pack.in(folder).filter((file) => {
    if (!form.test(file)) pack.findings.add('bag/unlisted', file);
    return form.test(file);
  });
  files.forEach((file, place) => {
    if (Number(file.slice(-13, -7)) !== place + 1) pack.findings.add('event/order', file);
  });
  return files;
}

// ---- notes and tree

/** @param {Package} pack */
function checkNote(pack) {
  const bytes = pack.files.has(CHECKPOINT) ? contentOf(pack.path(CHECKPOINT), LARGEST_NOTE) : null;
  const opened = openCheckpoint(bytes, pack.policy);
  pack.checkpoint = opened.checkpoint;
  pack.witnesses = opened.witnesses;
  if (!opened.trusted) pack.findings.add('note/signature', CHECKPOINT);
  else if (!opened.quorum) pack.findings.add('note/quorum', CHECKPOINT);
}

/**
 * Root of the whole leaf file, and of its beginnings of these sizes, which are given back by size.
 * @param {Package} pack @param {readonly unknown[]} sizes @returns {Map<unknown, Buffer>}
 */
function checkLeaves(pack, sizes) {
  /** @type {Map<unknown, Buffer>} */
  const roots = new Map();
  if (!pack.files.has(LEAVES)) {
    if (!pack.files.has(INCLUSION)) pack.findings.add('tree/inclusion', INCLUSION);
    return roots;
  }
  const leaves = new LeafFile(pack.path(LEAVES));
  pack.leaves = leaves;
  const range = new Range();
  for (let leaf = leaves.at(0); leaf !== null; leaf = leaves.at(range.size)) {
    range.add(leaf);
    if (sizes.includes(range.size)) roots.set(range.size, range.root());
  }
  pack.counts.leaves = range.size;
  const { checkpoint } = pack;
  const whole = checkpoint === null || (leaves.bytes === checkpoint.size * 32 && range.root().equals(checkpoint.root));
  if (!whole) pack.findings.add('tree/root', LEAVES);
  return roots;
}

/** @param {Package} pack @returns {Checkpoint | null} the earlier checkpoint in the package, if the proof from it holds */
function checkEarlier(pack) {
  const [note, text] = [EARLIER, CONSISTENCY].map((file) => (pack.files.has(file) ? contentOf(pack.path(file), LARGEST_NOTE) : null));
  if (!pack.files.has(EARLIER) && !pack.files.has(CONSISTENCY)) return null;
  const { checkpoint: earlier, trusted } = openCheckpoint(note ?? null, pack.policy);
  if (!trusted) pack.findings.add('note/signature', EARLIER);
  const proof = proofLines(text ?? null);
  const { checkpoint } = pack;
  if (earlier === null || checkpoint === null) return null;
  const holds =
    proof !== null &&
    earlier.origin === checkpoint.origin &&
    extendsTree({ from: earlier.size, fromRoot: earlier.root, to: checkpoint.size, toRoot: checkpoint.root, proof });
  if (!holds) pack.findings.add('tree/consistency', CONSISTENCY);
  return holds ? earlier : null;
}

/** @param {Buffer | null} bytes */
function proofLines(bytes) {
  if (bytes === null || (bytes.length > 0 && bytes.at(-1) !== 0x0a)) return null;
  return proofOf(bytes.toString('latin1').split('\n').slice(0, -1));
}

/**
 * The log that was signed begins with the one that the auditor knew.
 * @param {Package} pack @param {{ checkpoint: Checkpoint, trusted: boolean } | null} since @param {Buffer | undefined} then @param {Checkpoint | null} earlier
 */
function checkSince(pack, since, then, earlier) {
  if (since === null) return;
  if (!since.trusted) pack.findings.add('note/signature', SINCE);
  if (pack.checkpoint === null) return;
  const { origin, size, root } = since.checkpoint;
  const byLeaves = then?.equals(root);
  const byProof = earlier?.size === size && earlier.root.equals(root);
  const same = size === pack.checkpoint.size && root.equals(pack.checkpoint.root);
  if (origin !== pack.checkpoint.origin || !(byLeaves ?? (byProof || same))) pack.findings.add('tree/consistency', SINCE);
}

// ---- request

/** @param {Package} pack */
function readRequest(pack) {
  const request = pack.json(REQUEST, 'request/count');
  if (request === null) return;
  pack.request = request;
  const wrong = (/** @type {string} */ cell) => pack.findings.add('request/count', REQUEST, { cell });
  if (!['pseudonymised', 'authority', 'nominative'].includes(request.mode)) wrong('mode');
  if (!isObject(request.scope) || !['space', 'professional', 'period', 'events', 'all'].includes(request.scope.kind)) wrong('scope');
  const { period } = request;
  if (period !== null && (!isObject(period) || !isText(period.from, INSTANT) || !isText(period.until, INSTANT))) {
    wrong('period');
    pack.request = { ...request, period: null };
  }
  if (request.truncated !== false) wrong('truncated');
  const { log } = request;
  const { checkpoint } = pack;
  const same =
    isObject(log) && log.origin === checkpoint?.origin && log.size === checkpoint?.size && log.root === checkpoint?.root.toString('base64');
  if (checkpoint !== null && !same) wrong('log');
  const info = bagInfo(pack);
  if (info.get('External-Identifier') !== request.id || info.get('X-Mode') !== request.mode)
    pack.findings.add('request/count', 'bag-info.txt');
}

/** True when every stream of the export is there from its first event to its last. @param {Json} request */
const isWhole = ({ scope, period }) => period === null && isObject(scope) && (scope.kind === 'space' || scope.kind === 'all');
/** True when the export is the whole log. @param {Json} request */
const isAll = ({ scope, period }) => period === null && isObject(scope) && scope.kind === 'all';

/** @param {Package} pack */
function checkRequestCounts({ request, counts, findings }) {
  const { mode } = request;
  const told = isObject(request.counts) ? request.counts : {};
  const found = { events: counts.events, streams: counts.streams, opened: mode === 'nominative' ? counts.keys : counts.opened };
  for (const [cell, count] of Object.entries(found))
    if (told[cell] !== count) findings.add('request/count', REQUEST, { cell: `counts/${cell}` });
  if (mode !== 'nominative' && counts.keys > 0) findings.add('request/count', REQUEST, { cell: 'keys' });
}

// ---- streams

/** @typedef {{ line: number, rev: number, count: number, seen: number, last: number, lastAt: string, first: number, proof: { rev: number | null, leaf: Buffer | null, line: number } | null }} Stream */

/** Milliseconds of an instant since some day, for instants of the calendar (Gregorian) and for none. @param {string} instant */
function millis(instant) {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0] = (instant.match(/[0-9]+/g) ?? []).map(Number);
  const from = month <= 2 ? year - 1 : year;
  const era = Math.floor(from / 400);
  const ofEra = from - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days = era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milli;
}

/** Categories of the streams that carry the id of a space. */
const OF_A_SPACE = ['access', 'agenda', 'mailbox', 'notices', 'pairing', 'passage', 'record', 'space'];
const SPACE = /^[0-9A-Za-z._-]+$/;
/** @param {string} stream */
const idOf = (stream) => stream.slice(stream.indexOf('-') + 1);
/** Id of the space in the names of its streams; '': they show it themselves; null: this is no export of one space whole. @param {Json} request */
function spaceOf({ scope, period, mode }) {
  if (period !== null || !isObject(scope) || scope.kind !== 'space') return null;
  return mode === 'pseudonymised' || !isText(scope.space, SPACE) ? '' : scope.space;
}

/** The streams of the export, as many at a time as fit into memory. Files of streams ascend by name, so a window is a range of names. */
class Streams {
  /** @param {Package} pack @param {HeadMap | null} map the sealed map of stream heads, if there is one @param {number} most */
  constructor(pack, map, most) {
    this.pack = pack;
    this.map = map;
    this.most = most;
    this.whole = isWhole(pack.request);
    this.heads = this.readHeads();
    this.proofs = this.readProofs();
    this.next = this.heads.next();
    this.nextProof = this.proofs.next();
    /** @type {Map<string, Stream>} */
    this.window = new Map();
    this.above = '';
    this.started = false;
    /** @type {string | null} */
    this.upTo = null;
    this.space = spaceOf(pack.request);
    /** @type {Set<string>} */
    this.proved = new Set();
  }
  /** @param {string} file @param {(line: Json) => boolean} isLine @param {string} code @returns {Generator<{ line: number, value: Json }, undefined>} */
  *read(file, isLine, code) {
    let last = '';
    if (!this.pack.files.has(file)) return;
    for (const { bytes, line } of linesOf(this.pack.path(file))) {
      const value = bytes === null ? undefined : parseJcs(bytes);
      const rev = isObject(value) && isCount(value.rev) ? { rev: value.rev } : {};
      if (!isObject(value) || !isText(value.stream, STREAM) || !isLine(value)) this.pack.findings.add('event/canonical', file, { line });
      else if (value.stream <= last) this.pack.findings.add(code, file, { line, stream: value.stream, ...rev });
      else {
        last = value.stream;
        yield { line, value };
      }
    }
  }
  readHeads() {
    if (!this.pack.files.has(HEADS)) this.pack.findings.add('stream/head', HEADS);
    return this.read(HEADS, ({ rev, count }) => isCount(rev) && isCount(count), 'stream/head');
  }
  readProofs() {
    return this.read(MAP_PROOFS, isMapLine, 'heads/proof');
  }
  /** Takes the next window in hand; false when there is none left. */
  advance() {
    if (this.started && this.upTo === null) return false;
    this.started = true;
    this.above = this.upTo ?? '';
    this.window = new Map();
    for (; !this.next.done && this.window.size < this.most; this.next = this.heads.next()) {
      const { line, value } = this.next.value;
      this.pack.counts.streams += 1;
      this.window.set(value.stream, { line, rev: value.rev, count: value.count, seen: 0, last: -1, lastAt: '', first: -1, proof: null });
      this.upTo = value.stream;
      if (this.space === '' && OF_A_SPACE.includes(categoryOf(value.stream))) this.space = idOf(value.stream);
    }
    if (this.next.done) this.upTo = null;
    for (
      ;
      !this.nextProof.done && (this.upTo === null || this.nextProof.value.value.stream <= this.upTo);
      this.nextProof = this.proofs.next()
    )
      this.prove(this.nextProof.value);
    return true;
  }
  /** @param {{ line: number, value: Json }} proof */
  prove({ line, value }) {
    const { findings } = this.pack;
    const { stream, rev, count } = value;
    const head = this.window.get(stream);
    if (idOf(stream) === this.space) this.proved.add(categoryOf(stream));
    const place = { line, stream, ...(rev === null ? {} : { rev }) };
    const holds = this.map !== null && holdsInMap(value, this.map.heads);
    if (!holds || (head === undefined && rev !== null)) findings.add('heads/proof', MAP_PROOFS, place);
    else if (head !== undefined && rev !== null && rev > head.rev) findings.add('stream/head', MAP_PROOFS, place);
    if (rev !== null && count !== rev + 1) findings.add('stream/gap', MAP_PROOFS, place);
    if (head !== undefined) head.proof = { rev, leaf: hashOf(value.leaf), line };
  }
  /** An event in its stream. @param {Json} h @param {Buffer} leaf @param {{ file: string, line: number, index: number }} place */
  see(h, leaf, { file, line, index }) {
    const { stream, rev, at } = h;
    if (stream <= this.above || (this.upTo !== null && stream > this.upTo)) return;
    const { findings } = this.pack;
    const head = this.window.get(stream);
    if (head === undefined) return findings.add('stream/head', file, { line, index, stream, rev });
    head.seen += 1;
    if (head.first < 0) head.first = index;
    if (rev > head.rev) findings.add('stream/head', file, { line, index, stream, rev });
    if (rev <= head.last) findings.add('stream/gap', file, { line, index, stream, rev });
    else if (rev !== head.last + 1 && this.isGap(head, at)) findings.add('stream/gap', file, { line, index, stream, rev: head.last + 1 });
    const { proof } = head;
    if (proof !== null && proof.rev === rev && !proof.leaf?.equals(leaf))
      findings.add('heads/proof', MAP_PROOFS, { line: proof.line, stream, rev });
    head.last = Math.max(head.last, rev);
    head.lastAt = at;
  }
  /** True when revisions may not be missing before this event. @param {Stream} head @param {string} at */
  isGap(head, at) {
    const { scope, period } = this.pack.request;
    if (this.whole) return true;
    if (!isObject(period) || ['professional', 'events'].includes(scope?.kind) || head.last < 0) return false;
    const [from, until] = [millis(period.from) + CLOCKS_MS, millis(period.until) - CLOCKS_MS];
    return ![head.lastAt, at].some((moment) => millis(moment) < from || millis(moment) >= until);
  }
  /** Every event of the window was seen. */
  close() {
    const { findings } = this.pack;
    for (const [stream, { line, rev, count, seen, last, first, proof }] of this.window) {
      if (this.whole ? count !== rev + 1 : count > rev + 1) findings.add('stream/head', HEADS, { line, stream, rev });
      if (seen !== count || (this.whole && last !== rev))
        findings.add('stream/gap', HEADS, { line, stream, ...(this.whole && last < rev ? { rev: last + 1 } : {}) });
      const isYounger = this.map !== null && first >= this.map.size;
      if (this.map !== null && (proof === null || proof.rev === null) && !isYounger)
        findings.add('heads/proof', HEADS, { line, stream, rev });
    }
  }
  /** Every window was closed. Of a space whose streams are there whole each one that it may have is proven: as it is, or not to be. */
  end() {
    if (this.map === null || this.space === null || this.space === '') return;
    for (const category of OF_A_SPACE)
      if (!this.proved.has(category)) this.pack.findings.add('heads/proof', MAP_PROOFS, { stream: `${category}-${this.space}` });
  }
}

/** @typedef {{ readonly index: number, readonly size: number, readonly root: Buffer, readonly heads: Buffer, readonly leaf: Buffer, readonly proof: Buffer[] | null }} HeadMap */

/** The public fact that holds the root of the map of stream heads, if the package has one; not yet whether it lies in the log. @param {Package} pack @returns {HeadMap | null} */
function readMap(pack) {
  if (!pack.files.has(MAP_NOTE)) {
    if (pack.files.has(MAP_PROOFS)) pack.findings.add('heads/root', MAP_NOTE);
    return null;
  }
  const note = pack.json(MAP_NOTE, 'heads/root');
  if (note === null) return null;
  const map = mapOf(note);
  if (map === null) pack.findings.add('heads/root', MAP_NOTE);
  return map;
}

/** @param {Json} note @returns {HeadMap | null} */
function mapOf({ index, h, body, proof }) {
  const bytes = base64url(body);
  if (!isCount(index) || !isHeader(h) || bytes === null || bytes[0] !== 0x00) return null;
  const plain = plaintextOf(bytes.subarray(1), false);
  if (typeof plain === 'string' || plain.t !== 'SealHeadPublished' || !announces(h, plain.t, plain.tv)) return null;
  const [root, heads, { size }] = [hashOf(plain.d.root), hashOf(plain.d.heads), plain.d];
  if (root === null || heads === null || !isCount(size) || size > index) return null;
  return { index, size, root, heads, leaf: eventLeaf(jcs(h), sha256(bytes).toString('base64url')), proof: proofOf(proof) };
}

/** The map, if the log holds the fact, and began as the fact says. @param {Package} pack @param {HeadMap | null} map @param {Buffer | undefined} then root of that many leaves, where they are there */
function trusted(pack, map, then) {
  if (map === null) return null;
  const began = then === undefined || map.root.equals(then);
  if (began && isInLog(pack, map.leaf, map.index, map.proof)) return map;
  pack.findings.add('heads/root', MAP_NOTE);
  return null;
}

/** @param {Package} pack @param {Buffer} leaf @param {number} index @param {Buffer[] | null} proof */
function isInLog({ leaves, checkpoint }, leaf, index, proof) {
  if (leaves !== null) return leaves.at(index)?.equals(leaf) ?? false;
  return checkpoint !== null && proof !== null && includes({ leaf, index, size: checkpoint.size, root: checkpoint.root, proof });
}

// ---- the lines

/** What is known while the lines of events go by. */
class Pass {
  /** @param {Package} pack @param {readonly string[]} files */
  constructor(pack, files) {
    this.pack = pack;
    this.files = files;
    const keyFiles = numbered(pack, KEYS, 'cles');
    this.keys = new Ascending(
      pack,
      keyFiles,
      ({ body, ke }) => base64url(body) !== null && (ke === undefined || base64url(ke)?.length === 32),
      'key/body',
    );
    const proofs = pack.files.has(INCLUSION) ? [INCLUSION] : [];
    this.proofs = new Ascending(pack, proofs, ({ proof }) => proofOf(proof) !== null, 'tree/inclusion');
    this.hasProofs = proofs.length > 0;
    this.all = isAll(pack.request);
    this.last = -1;
    /** Lines behind the sealed map. */
    this.behind = 0;
    /** Lines that say that their bytes were removed, and the events of which certificates in the package say so. */
    this.purged = { lines: 0, certified: 0 };
  }
  /** Every line once, with all that can be said of it. @param {Streams} streams */
  run(streams) {
    const { findings, counts } = this.pack;
    for (const file of this.files)
      for (const { bytes, line } of linesOf(this.pack.path(file))) {
        counts.events += 1;
        const value = bytes === null ? undefined : parseJcs(bytes);
        if (!isObject(value) || !isEventLine(value)) findings.add('event/canonical', file, { line });
        else this.event(value, { file, line, index: value.index }, streams);
      }
    this.keys.end();
    this.proofs.end();
    counts.keys = this.keys.count;
    counts.proofs = this.proofs.count;
    const { checkpoint } = this.pack;
    if (this.all && checkpoint !== null && this.last + 1 < checkpoint.size) findings.add('event/order', EVENTS, { index: this.last + 1 });
    this.accounted();
  }
  /** No more lines are purged than certificates account for; elsewhere than in an export of the whole log there are none. */
  accounted() {
    const { lines, certified } = this.purged;
    let left = this.all ? certified : 0;
    if (lines <= left) return;
    for (const { value, file, line } of inOrder(this.pack, this.files)) {
      if (value.closed !== 'purged') continue;
      if (left === 0) return this.pack.findings.add('event/purged', file, { line, index: value.index });
      left -= 1;
    }
  }
  /** @param {Json} value @param {{ file: string, line: number, index: number }} place @param {Streams} streams */
  event(value, place, streams) {
    const { file, ...at } = place;
    const { findings } = this.pack;
    const { h, index } = value;
    const header = h === undefined ? '' : jcs(h);
    const leaf = h === undefined ? /** @type {Buffer} */ (hashOf(value.leaf)) : eventLeaf(header, value.c);
    const who = h === undefined ? at : { ...at, stream: h.stream, rev: h.rev };
    this.count(value);
    if (streams.map !== null && index >= streams.map.size) this.behind += 1;
    if (this.pack.leaves !== null && !this.pack.leaves.at(index)?.equals(leaf)) findings.add('event/leaf', file, who);
    if (index <= this.last) return findings.add(index === this.last ? 'event/duplicate' : 'event/order', file, who);
    if (this.all && index !== this.last + 1) findings.add('event/order', file, { line: place.line, index: this.last + 1 });
    this.last = index;
    if (value.closed === 'purged') this.purged.lines += 1;
    if (this.hasProofs) this.included(leaf, index, file, who);
    const { period } = this.pack.request;
    if (h !== undefined && isObject(period) && !(period.from <= h.at && h.at < period.until)) findings.add('request/count', file, who);
    if (h !== undefined) streams.see(h, leaf, place);
    this.opened(value, header, file, who);
  }
  /** @param {Json} value */
  count({ h, t, closed }) {
    const { counts, recount } = this.pack;
    if (closed !== undefined) counts.closed += 1;
    if (t !== undefined) counts.opened += 1;
    if (h === undefined) return;
    const one = (/** @type {Record<string, number>} */ cells, /** @type {string} */ cell) => (cells[cell] = (cells[cell] ?? 0) + 1);
    one(recount.byType, t ?? h.type);
    one(recount.byDay, h.at.slice(0, 10));
    one(recount.byRole, h.by);
    one(recount.byCategory, categoryOf(h.stream));
  }
  /** @param {Buffer} leaf @param {number} index @param {string} file @param {Place} who */
  included(leaf, index, file, who) {
    const { checkpoint, findings } = this.pack;
    const found = this.proofs.take(index);
    const proof = found === null ? null : proofOf(found.value.proof);
    if (checkpoint === null) return;
    if (proof === null || !includes({ leaf, index, size: checkpoint.size, root: checkpoint.root, proof }))
      findings.add('tree/inclusion', file, who);
  }
  /** @param {Json} value @param {string} header @param {string} file @param {Place} who */
  opened(value, header, file, who) {
    const { findings } = this.pack;
    const key = this.keys.take(value.index);
    if (value.closed !== undefined) return key !== null || value.t !== undefined ? findings.add('opened/mismatch', file, who) : undefined;
    const asShown = value.t === undefined || (announces(value.h, value.t, value.tv) && isPublicAsShown(value));
    if (!asShown) findings.add('opened/mismatch', file, who);
    const shown = asShown && value.m !== undefined ? certifiedBy(value, value) : 0;
    const unsealed = key === null ? 0 : this.unsealed(value, key, header, file, who);
    this.purged.certified = Math.min(this.purged.certified + (shown || unsealed), Number.MAX_SAFE_INTEGER);
  }
  /**
   * Returns of how many events the body certifies the destruction.
   * @param {Json} value @param {{ file: string, line: number, value: Json }} key @param {string} header @param {string} file @param {Place} who
   */
  unsealed(value, key, header, file, who) {
    const { findings } = this.pack;
    const at = { ...who, line: key.line };
    const body = /** @type {Buffer} */ (base64url(key.value.body));
    const plain = sha256(body).toString('base64url') === value.c ? openBody(body, base64url(key.value.ke), header) : 'key/body';
    if (typeof plain === 'string') findings.add(plain, key.file, at);
    else if (!announces(value.h, plain.t, plain.tv) || !showsOnly(value, plain)) findings.add('opened/mismatch', file, who);
    else if (body[0] === 0x00) return certifiedBy(value, plain);
    return 0;
  }
}

/** A public fact that is shown whole has the digest that its line names. @param {Json} value */
function isPublicAsShown({ c, d, h, m, t, tv }) {
  if (t === undefined || PUBLIC.get(t) !== categoryOf(h.stream) || m === undefined || d === undefined) return true;
  return sha256(Buffer.from(`\0${jcs({ d, m, t, tv })}`)).toString('base64url') === c;
}

/**
 * Of how many events a fact whose body was verified certifies the destruction: they lay before it. 0 for any other fact, and for parts of another form.
 * @param {Json} line @param {Json} plain
 */
function certifiedBy({ h, index }, { t, d }) {
  if (t !== CERTIFICATE || PUBLIC.get(t) !== categoryOf(h.stream) || !isObject(d) || !Array.isArray(d.parts)) return 0;
  let events = 0;
  for (const part of d.parts) {
    if (!isObject(part) || !isCount(part.events, 1) || base64url(part.digest)?.length !== 32) return 0;
    events += part.events;
    if (events > index) return 0;
  }
  return events;
}

/** Lines that are of the form and ascend by index. @param {Package} pack @param {readonly string[]} files */
function* inOrder(pack, files) {
  let last = -1;
  for (const file of files)
    for (const { bytes, line } of linesOf(pack.path(file))) {
      const value = bytes === null ? undefined : parseJcs(bytes);
      if (!isObject(value) || !isEventLine(value) || value.index <= last) continue;
      last = value.index;
      yield { value, file, line };
    }
}

/** Streams only: a further window of them. @param {Package} pack @param {readonly string[]} files @param {Streams} streams */
function walkAgain(pack, files, streams) {
  for (const { value, file, line } of inOrder(pack, files))
    if (value.h !== undefined) streams.see(value.h, eventLeaf(jcs(value.h), value.c), { file, line, index: value.index });
}

// ---- statistics and FHIR

/** @param {Package} pack */
function checkStats(pack) {
  const stats = pack.json(STATS, 'stats/count');
  if (stats === null) return;
  const wrong = (/** @type {string} */ cell) => pack.findings.add('stats/count', STATS, { cell });
  if (stats.events !== pack.counts.events) wrong('events');
  /** @type {unknown[]} */
  const suppressed = Array.isArray(stats.suppressed) ? stats.suppressed : [];
  const small = pack.request.mode === 'pseudonymised';
  const used = new Set();
  for (const [table, counted] of Object.entries(pack.recount)) {
    const told = isObject(stats[table]) ? stats[table] : {};
    for (const name of new Set([...Object.keys(counted), ...Object.keys(told)])) {
      const cell = `${table}/${name}`;
      const count = Object.hasOwn(counted, name) ? /** @type {number} */ (counted[name]) : 0;
      const hidden = suppressed.includes(cell);
      if (hidden) used.add(cell);
      const tiny = small && count >= 1 && count < SMALL_CELL;
      const holds =
        hidden || tiny
          ? hidden && tiny && Object.hasOwn(told, name) && told[name] === null
          : count > 0 && Object.hasOwn(told, name) && told[name] === count;
      if (!holds) wrong(cell);
    }
  }
  const ascending = suppressed.every(
    (cell, place) => typeof cell === 'string' && (place === 0 || /** @type {string} */ (suppressed[place - 1]) < cell),
  );
  if (!Array.isArray(stats.suppressed) || !ascending || used.size !== suppressed.length) wrong('suppressed');
}

/** The FHIR view, where there is one. @param {Package} pack */
function checkFhir(pack) {
  if (pack.in(FHIR).length === 0) return;
  const files = pack.in(FHIR).filter((file) => file.endsWith('.ndjson'));
  const manifest = pack.json(`${FHIR}/manifest.json`, 'fhir/count');
  /** @type {Map<string, Json>} */
  const told = new Map();
  const output = manifest !== null && Array.isArray(manifest.output) ? manifest.output : [];
  for (const entry of output) {
    const file = isObject(entry) && typeof entry.url === 'string' ? `${FHIR}/${entry.url}` : '';
    if (told.has(file) || !files.includes(file)) pack.findings.add('fhir/count', `${FHIR}/manifest.json`, { cell: file });
    else told.set(file, entry);
  }
  for (const file of files) {
    const { type, count } = told.get(file) ?? {};
    let lines = 0;
    for (const { bytes, line } of linesOf(pack.path(file))) {
      lines += 1;
      const resource = bytes === null ? undefined : parseJcs(bytes);
      if (!isObject(resource)) pack.findings.add('event/canonical', file, { line });
      else if (type !== undefined && resource.resourceType !== type) pack.findings.add('fhir/count', file, { line });
    }
    if (count !== lines && manifest !== null) pack.findings.add('fhir/count', file);
  }
}

// ---------------------------------------------------------------------------------------------------------------- samples

/**
 * k of the places 0…size-1, ascending, each the same for everybody who has root and seed: the n-th draw is the first eight bytes of
 * SHA-256("mes-sample-v1" ‖ 00 ‖ root ‖ seed ‖ 00 ‖ n as eight bytes), dropped where it would favour small places, taken modulo size,
 * and dropped again where it was drawn before.
 * @param {{ size: number, k: number, seed: string, root: Buffer }} asked
 */
function drawSample({ size, k, seed, root }) {
  /** @type {Set<number>} */
  const drawn = new Set();
  const fair = ((1n << 64n) / BigInt(size)) * BigInt(size);
  const n = Buffer.alloc(8);
  for (let draw = 0n; drawn.size < Math.min(k, size); draw += 1n) {
    n.writeBigUInt64BE(draw);
    const digest = sha256(Buffer.concat([Buffer.from('mes-sample-v1\0'), root, Buffer.from(`${seed}\0`), n]));
    const value = digest.readBigUInt64BE();
    if (value < fair) drawn.add(Number(value % BigInt(size)));
  }
  return [...drawn].sort((a, b) => a - b);
}

/** Indexes in the log of the lines that may be opened: nothing opens a closed one. @param {Package} pack @param {readonly string[]} files */
function* mayBeOpened(pack, files) {
  for (const file of files)
    for (const { bytes } of linesOf(pack.path(file))) {
      const value = bytes === null ? undefined : parseJcs(bytes);
      if (isObject(value) && isCount(value.index) && !('closed' in value)) yield value.index;
    }
}

// ---------------------------------------------------------------------------------------------------------------- the whole check

/** @param {string} path @param {Policy} policy */
function readSince(path, policy) {
  const { checkpoint, trusted } = openCheckpoint(given('since', path, LARGEST_NOTE), policy);
  if (checkpoint === null || checkpoint.size === 0)
    throw new Unusable('since', `${path} : n’est pas un point de contrôle d’un journal non vide / not a checkpoint of a log with events`);
  return { checkpoint, trusted };
}

/** @param {Checkpoint} checkpoint */
const plainCheckpoint = ({ origin, size, root }) => ({ origin, size, root: root.toString('base64') });

/**
 * Checks a package. Throws Unusable when there is nothing to check it with.
 * @param {string} folder
 * @param {{ policy: string, since?: string | undefined, sample?: number | undefined, seed?: string | undefined, window?: number }} options paths of files
 */
export function verifyPackage(folder, { policy: policyPath, since: sincePath, sample: k, seed = '', window = WINDOW }) {
  const policy = parsePolicy(given('policy', policyPath, LARGEST_NOTE));
  const since = sincePath === undefined ? null : readSince(sincePath, policy);
  if (!isFolder(folder)) throw new Unusable('folder', `${folder} : n’est pas un dossier / not a folder`);
  const pack = new Package(folder, policy);
  checkBag(pack);
  checkNote(pack);
  const told = readMap(pack);
  const roots = checkLeaves(pack, [since?.checkpoint.size, told?.size]);
  checkSince(pack, since, roots.get(since?.checkpoint.size), checkEarlier(pack));
  readRequest(pack);
  const map = trusted(pack, told, roots.get(told?.size));
  const files = numbered(pack, EVENTS, 'evenements');
  const streams = new Streams(pack, map, window);
  streams.advance();
  const pass = new Pass(pack, files);
  pass.run(streams);
  streams.close();
  while (streams.advance()) {
    walkAgain(pack, files, streams);
    streams.close();
  }
  streams.end();
  checkStats(pack);
  checkFhir(pack);
  checkRequestCounts(pack);
  const sample = k === undefined || pack.checkpoint === null ? null : sampled(pack, files, k, seed);
  pack.leaves?.close();
  return reportOf(pack, { map, pass, since: since?.checkpoint ?? null, sample });
}

/** @param {string} folder */
function isFolder(folder) {
  try {
    return statSync(folder).isDirectory();
  } catch (error) {
    throw new Unusable('folder', `${folder} : illisible / cannot be read (${/** @type {Error} */ (error).message})`);
  }
}

/** A draw among the `size` lines that are not closed. @param {Package} pack @param {readonly string[]} files @param {number} k @param {string} seed */
function sampled(pack, files, k, seed) {
  const root = /** @type {Checkpoint} */ (pack.checkpoint).root;
  let size = 0;
  for (const all = mayBeOpened(pack, files); !all.next().done;) size += 1;
  if (size === 0) return null;
  const drawn = new Set(drawSample({ size, k, seed, root }));
  /** @type {number[]} */
  const indexes = [];
  let place = 0;
  for (const index of mayBeOpened(pack, files)) if (drawn.has(place++)) indexes.push(index);
  return { indexes, k, seed, size };
}

/** @param {Package} pack @param {{ map: HeadMap | null, pass: Pass, since: Checkpoint | null, sample: object | null }} more */
function reportOf(pack, { map, pass, since, sample }) {
  const { checkpoint, counts, findings, request, witnesses } = pack;
  return {
    v: 1,
    kind: 'package',
    ok: findings.total === 0,
    id: typeof request.id === 'string' ? shown(request.id) : null,
    mode: typeof request.mode === 'string' ? shown(request.mode) : null,
    checkpoint: checkpoint === null ? null : { ...plainCheckpoint(checkpoint), origin: shown(checkpoint.origin), witnesses },
    since: since === null ? null : { ...plainCheckpoint(since), origin: shown(since.origin) },
    proven: {
      inclusion: pack.leaves !== null ? 'leaves' : pack.files.has(INCLUSION) ? 'proofs' : 'none',
      streams: isAll(request) ? 'log' : isWhole(request) ? 'whole' : 'partial',
      heads: map === null ? 'none' : 'sealed',
      headsUpTo: map === null ? null : map.size,
      behindHeads: map === null ? null : pass.behind,
      purged: isAll(request) ? pass.purged : null,
    },
    counts,
    sample,
    findings: findings.sorted(),
    byCode: findings.byCode,
    total: findings.total,
  };
}

/**
 * Checks a receipt: a proof of one event (C2SP tlog-proof). With `archive` the digest that the opened fact names is compared with that file.
 * @param {{ proof: string, event: string, policy: string, archive?: string | undefined }} paths
 */
export function verifyReceipt({ proof: proofPath, event: eventPath, policy: policyPath, archive }) {
  const policy = parsePolicy(given('policy', policyPath, LARGEST_NOTE));
  const receipt = parseReceipt(given('proof', proofPath, LARGEST_NOTE));
  const bytes = given('event', eventPath, LARGEST_JSON);
  const findings = new Findings();
  const event = bytes.at(-1) === 0x0a ? parseJcs(bytes.subarray(0, -1)) : parseJcs(bytes);
  const sound = isObject(event) && isHeader(event.h) && base64url(event.c)?.length === 32;
  if (!sound) findings.add('event/canonical', '(event)');
  const note = openCheckpoint(receipt?.note ?? null, policy);
  if (!note.trusted) findings.add('note/signature', '(proof)');
  else if (!note.quorum) findings.add('note/quorum', '(proof)');
  const { checkpoint } = note;
  const place = sound ? { stream: event.h.stream, rev: event.h.rev } : {};
  if (sound && checkpoint !== null && receipt !== null) {
    const leaf = eventLeaf(jcs(event.h), event.c);
    const held = includes({ leaf, index: receipt.index, size: checkpoint.size, root: checkpoint.root, proof: receipt.proof });
    if (!held) findings.add('tree/inclusion', '(proof)', { index: receipt.index, ...place });
  } else if (receipt === null) findings.add('tree/inclusion', '(proof)');
  if (sound && (event.body !== undefined || archive !== undefined)) checkOpened(findings, event, place, archive);
  return {
    v: 1,
    kind: 'receipt',
    ok: findings.total === 0,
    index: receipt?.index ?? null,
    checkpoint:
      checkpoint === null ? null : { ...plainCheckpoint(checkpoint), origin: shown(checkpoint.origin), witnesses: note.witnesses },
    findings: findings.sorted(),
    byCode: findings.byCode,
    total: findings.total,
  };
}

/** @param {Findings} findings @param {Json} event @param {Place} place @param {string | undefined} archive */
function checkOpened(findings, { h, c, body, ke }, place, archive) {
  const bytes = base64url(body);
  if (bytes === null || sha256(bytes).toString('base64url') !== c) return findings.add('key/body', '(event)', place);
  const plain = openBody(bytes, base64url(ke), jcs(h));
  if (typeof plain === 'string') return findings.add(plain, '(event)', place);
  const told = plain.d.sha256 ?? plain.d.digest;
  if (!announces(h, plain.t, plain.tv)) findings.add('opened/mismatch', '(event)', place);
  else if (archive !== undefined) {
    const digest = digestOf('sha256', openArchive(archive)).digest();
    if (told !== digest.toString('hex') && told !== digest.toString('base64url')) findings.add('opened/mismatch', '(archive)', place);
  }
}

/** @param {string} path */
function openArchive(path) {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new Unusable('archive', `${path} : illisible / cannot be read (${/** @type {Error} */ (error).message})`);
  }
}

/** @param {Buffer} bytes */
function parseReceipt(bytes) {
  const text = bytes.toString('latin1');
  const blank = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(blank, 0)).split('\n');
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') return null;
  if (lines[0]?.startsWith('extra ') && base64(lines.shift()?.slice(6)) === null) return null;
  const [, index] = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? '') ?? [];
  const proof = proofOf(lines);
  if (index === undefined || !isCount(Number(index)) || proof === null) return null;
  return { index: Number(index), proof, note: bytes.subarray(blank + 2) };
}

// ---------------------------------------------------------------------------------------------------------------- self-test

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const LEAF_INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];

const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
const NOTE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';

/** Texts of the reference tests of RFC 8785 (numbers are integers here), with SHA-256 of the canonical form. */
const JCS_CASES = [
  ['[ 56, { "d": true, "10": null, "1": [ ] } ]', '099601b171cafed97c333f8878d68e7f8c8f795412adb34b2fdcf0e7c7beac42'],
  [
    '{ "peach": "This sorting order", "p\\u00e9ch\\u00e9": "is wrong according to French", "p\\u00eache": "but canonicalization MUST", "sin": "ignore locale" }',
    'd99d0ebdcb0033cb858cfa830ae46bc0fb3309413b271f1da828c89901a27ed5',
  ],
  [
    '{ "1": {"f": {"f": "hi","F": 5}, "\\n": 56}, "10": { }, "": "empty", "a": { }, "111": [ {"e": "yes","E": "no" } ], "A": { } }',
    '605f65004ec2db7692522a0852c22f1c989e036d547e88963d1a3143cf3195d5',
  ],
  ['{ "Unnormalized Unicode":"A\\u030a" }', '0d99aad92a125196ff887876643fd3206786a84ddce2cee52ba4ad256d2381d3'],
  [
    '{ "\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\u000a": "Newline", "1": "One", "\\u0080": "Control\\u007f", "\\ud83d\\ude02": "Smiley", "\\u00f6": "Latin Small Letter O With Diaeresis", "\\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge" }',
    '6af595a9aa80110b964b4de3f82a05fa6ae7423005019bacfa2620dddc4e94d1',
  ],
];
/** Texts that are JSON for a lenient reader and not canonical here. */
const NOT_JCS = [
  '{"a":1,"a":1}',
  '{"a":1.0}',
  '{"a":1e2}',
  '{"a":-0}',
  '{"a":9007199254740992}',
  '{"a":"\\ud800"}',
  '{"b":1,"a":1}',
  '{"a": 1}',
  '\ufeff{}',
  '{}\r',
  'NaN',
  '',
];

/** Checks this program against published values. Returns the names of the checks that fail. */
export function selftest() {
  /** @type {string[]} */
  const failed = [];
  const check = (/** @type {string} */ name, /** @type {boolean} */ good) => void (good || failed.push(name));
  const leaves = LEAF_INPUTS.map((input) => sha256(Buffer.concat([LEAF_PREFIX, Buffer.from(input, 'hex')])));
  const roots = ROOTS.map((root) => Buffer.from(root, 'hex'));
  treeChecks(check, leaves, roots);
  const note = /** @type {{ text: string, signatures: readonly Signature[] }} */ (parseNote(Buffer.from(NOTE)));
  const { key } = parseKey(NOTE_KEY);
  const verifies = (/** @type {string} */ text) =>
    key !== null && crypto.verify(null, Buffer.from(text), key, note.signatures[0]?.bytes ?? Buffer.alloc(0));
  check('signed note', verifies(note.text));
  check('signed note, altered', !verifies(`${note.text}\n`));
  for (const [text = '', digest = ''] of JCS_CASES)
    check(`JCS ${digest.slice(0, 8)}`, sha256(Buffer.from(jcs(JSON.parse(text)))).toString('hex') === digest);
  for (const text of NOT_JCS) check(`not JCS ${JSON.stringify(text)}`, parseJcs(Buffer.from(text)) === undefined);
  const [zero, one] = [Buffer.alloc(32), Buffer.alloc(32, 1)];
  const body = Buffer.from(GCM_BODY, 'hex');
  check('sealed body', typeof openBody(body, one, 'header') === 'object');
  check('sealed body, another key', openBody(body, zero, 'header') === 'key/opens');
  check('sealed body, another header', openBody(body, one, 'Header') === 'key/opens');
  return failed;
}

/** AES-256-GCM under 32 bytes 01, nonce 12 bytes 02, additional data `header`: 32 zero bytes and a plaintext of 128 bytes. */
const GCM_BODY =
  '0102020202020202020202020207d6c9494a57c1fdd3ccbcc85ca7c2b2a2b5d1efebb18d71dd87e0fb78fb747f0c5d7a155714818c2f4f3c87fa4b7e4188229b958527f104a66189c91e186ffe56deb3add6ba721b182326d78e4e0d4662042f4439cd50a7aa5f60bd7e7ae0697c656c64187657b8c045695f2cf8e2ed523caa31299acec76279a08401ec4bc14243251effeb23b80ce02a7d24e38434c19807f9ecfc1c5031132ba6930022b8ff42c432b0f20fb5b93c0ab9952282dd';

/** @param {(name: string, good: boolean) => void} check @param {readonly Buffer[]} leaves @param {readonly Buffer[]} roots */
function treeChecks(check, leaves, roots) {
  const range = new Range();
  roots.forEach((root, size) => {
    check(`RFC 6962 root ${size}`, range.root().equals(root));
    const leaf = leaves[size];
    if (leaf !== undefined) range.add(leaf);
  });
  const [empty = EMPTY_ROOT, first = EMPTY_ROOT] = roots;
  const none = Buffer.alloc(0);
  check('leaf of 32 bytes', includes({ leaf: first, index: 0, size: 1, root: first, proof: [] }));
  check('no leaf in an empty tree', !includes({ leaf: first, index: 0, size: 0, root: empty, proof: [] }));
  check('no leaf without bytes', !includes({ leaf: none, index: 0, size: 1, root: none, proof: [] }));
  check('nothing follows from an empty tree', !extendsTree({ from: 0, fromRoot: empty, to: 1, toRoot: first, proof: [] }));
  check('a tree follows from itself', extendsTree({ from: 1, fromRoot: first, to: 1, toRoot: first, proof: [] }));
  const [a, b, second] = [leaves[0] ?? none, leaves[1] ?? none, roots[2] ?? none];
  check('inclusion', includes({ leaf: b, index: 1, size: 2, root: second, proof: [a] }));
  check('inclusion, another place', !includes({ leaf: b, index: 0, size: 2, root: second, proof: [a] }));
  check('consistency', extendsTree({ from: 1, fromRoot: first, to: 2, toRoot: second, proof: [b] }));
  check('consistency, another root', !extendsTree({ from: 1, fromRoot: a.equals(first) ? b : a, to: 2, toRoot: second, proof: [b] }));
}

// ---------------------------------------------------------------------------------------------------------------- the command line

const HELP = `mes-verify : contrôle hors ligne d’un export de l’espace numérique de santé.
            offline check of an export of the national health space.

  node mes-verify.mjs <dossier> --policy <fichier> [--since <fichier>] [--sample <k> --seed <graine>] [--json]
  node mes-verify.mjs --proof <reçu.tlog-proof> --event <événement.json> --policy <fichier> [--archive <fichier.tar>] [--json]
  node mes-verify.mjs sample --size <n> --root <racine> -k <k> --seed <graine> [--json]
  node mes-verify.mjs --selftest

  <dossier>    le dossier de l’export, déchiffré et désarchivé        the folder, decrypted and unpacked
  --policy     les clés auxquelles vous faites confiance, reçues par   the keys you trust, received by another way
               une autre voie que l’export ; la copie qui est dans     than the export; the copy inside it is never
               l’export n’est jamais employée                          used
  --since      le point de contrôle que vous gardez d’un contrôle      the checkpoint that you kept from an earlier
               antérieur : rien de ce qu’il couvrait n’a changé        check: nothing that it covered was altered
  --sample     tire k lignes que vous demanderez à voir ouvertes       draws k lines that you ask to see opened,
               parmi celles qui ne sont pas closes                      among those that are not closed
  --seed       votre graine, choisie APRÈS réception de l’export       your seed, chosen AFTER you got the export
  --proof      contrôle le reçu d’un seul événement                    checks the receipt of one event
  --archive    compare l’archive avec l’empreinte que le reçu nomme    compares the archive with the receipt
  --json       le rapport pour une machine, sur une ligne              the report for a machine, on one line
  --selftest   contrôle ce programme avec des valeurs publiées         checks this program against published values

Code de sortie / exit code :
  0  tout concorde                                                     everything holds
  1  quelque chose ne concorde pas ; chaque constat est nommé          something does not; each finding is named
  2  rien n’a pu être contrôlé (fichier illisible, mauvais usage)      nothing could be checked (unreadable, usage)

Tirage : la n-ième valeur est faite des huit premiers octets de SHA-256("mes-sample-v1" ‖ 00 ‖ racine ‖ graine ‖ 00 ‖ n sur huit
octets) ; elle est écartée si elle dépasse le plus grand multiple de la taille, puis prise modulo la taille ; les doublons sont écartés.
Règle de trois : si k lignes ouvertes sont toutes justes, moins de 3/k des lignes sont fausses, à 95 % de confiance
(300 lignes : moins de 1 %). Rule of three: k clean openings mean less than 3/k false lines, with 95 % confidence.

CE QU’UN BON RÉSULTAT NE PROUVE PAS : que les faits sont vrais ; que ce qui est montré ouvert sans clé est ce qui fut écrit (demandez un
échantillon) ; qu’aucune autre histoire n’a été montrée à un tiers, sauf témoins exigés par la politique ou --since ; que rien ne manque
aux bords d’une période, dans l’export d’un seul professionnel, ou au-delà des fins de flux scellées (voir Complétude).
WHAT A GOOD RESULT DOES NOT PROVE: that facts are true; that what is shown opened without a key is what was written (ask for a sample);
that no other history was shown to others, unless the policy asks for witnesses or you give --since; that nothing is missing at the edges
of a period, in an export about one professional, or behind the sealed ends of streams (see Complétude).
`;

/** @type {Readonly<Record<string, string>>} */
const SENTENCES = {
  'bag/manifest': 'un fichier manque, a changé, ou sa liste est fausse',
  'bag/oxum': 'le nombre ou la taille des fichiers n’est pas celui qui est annoncé',
  'bag/unlisted': 'ce fichier n’est dans aucune liste, ou n’est pas un fichier ordinaire',
  'note/signature': 'le point de contrôle n’est pas signé par un journal de la politique, ou une signature est fausse',
  'note/quorum': 'il manque des témoins que la politique exige',
  'tree/root': 'les empreintes ne donnent pas la racine signée',
  'tree/inclusion': 'l’événement n’est pas dans le journal signé',
  'tree/consistency': 'le journal ne prolonge pas celui du point de contrôle antérieur',
  'event/canonical': 'la ligne ou le fichier n’a pas la forme exacte exigée',
  'event/leaf': 'l’événement n’est pas celui qui fut scellé à cette place',
  'event/order': 'une ligne est hors de son ordre, ou manque',
  'event/duplicate': 'la même ligne vient deux fois',
  'event/purged': 'une ligne de trop dit ses octets supprimés : aucun certificat de destruction n’en rend compte',
  'stream/gap': 'une révision manque dans le flux, ou y est de trop',
  'stream/head': 'la dernière révision du flux n’est pas celle qui est annoncée',
  'key/body': 'le corps n’est pas celui que la ligne nomme',
  'key/opens': 'la clé n’ouvre pas le corps',
  'key/commitment': 'le corps n’est pas lié à cette seule clé',
  'opened/mismatch': 'ce qui est montré n’est pas ce qui fut écrit',
  'stats/count': 'la statistique n’est pas celle des lignes',
  'fhir/count': 'le nombre de ressources FHIR n’est pas celui qui est annoncé',
  'request/count': 'la demande ne correspond pas à ce qui est dans l’export',
  'heads/root': 'la racine scellée des têtes de flux n’est pas prouvée',
  'heads/proof': 'la tête d’un flux n’est pas prouvée',
};

/** @param {Json} finding */
const sentenceOf = ({ code, file, line, index, stream, rev, cell }) => {
  const place = [
    file,
    ...(line === undefined ? [] : [`ligne ${line}`]),
    ...(index === undefined ? [] : [`index ${index}`]),
    ...(stream === undefined ? [] : [`flux ${stream}`]),
    ...(rev === undefined ? [] : [`révision ${rev}`]),
    ...(cell === undefined ? [] : [cell]),
  ];
  return `  ${code}  ${place.join(', ')} : ${SENTENCES[code] ?? code}`;
};

/** @param {Json} report */
function readable(report) {
  const { checkpoint, counts, findings, kind, sample, total } = report;
  const witnesses = checkpoint === null ? [] : checkpoint.witnesses.map((/** @type {Json} */ { name }) => name);
  const head = checkpoint === null ? 'illisible' : `${checkpoint.origin}, ${checkpoint.size} événements, racine ${checkpoint.root}`;
  const lines = [
    `Point de contrôle : ${head}`,
    `Témoins : ${witnesses.length === 0 ? 'aucun' : witnesses.join(', ')}`,
    ...(kind === 'package'
      ? [
          `Export : ${counts.events} lignes, ${counts.streams} flux, ${Math.max(counts.opened, counts.keys)} ouvertes, ${counts.closed} closes, ${counts.files} fichiers`,
        ]
      : []),
    ...(kind === 'package' ? completeness(report) : []),
    ...(sample
      ? [
          `À faire ouvrir (graine « ${shown(sample.seed)} », parmi ${sample.size} lignes non closes) : ${sample.indexes.join(' ')}`,
          chances(sample.indexes.length),
        ]
      : []),
    ...(total === 0 ? [] : [`Constats : ${total}`, ...findings.map(sentenceOf), ...(total > findings.length ? ['  …'] : [])]),
    total === 0
      ? 'RÉSULTAT : tout concorde / everything holds (0)'
      : 'RÉSULTAT : quelque chose ne concorde pas / something does not hold (1)',
  ];
  return `${lines.join('\n')}\n`;
}

/** Up to where it is shown that streams are not cut at their ends. The whole log shows it by itself: every leaf has its line. @param {Json} report */
function completeness({ checkpoint, proven }) {
  const { streams, heads, headsUpTo, behindHeads, purged } = proven;
  if (streams === 'log')
    return [
      'Complétude : le journal entier, une ligne par rang / the whole log, a line for every leaf',
      `  lignes sans octets : ${purged.lines}, certificats de destruction pour ${purged.certified} / lines without bytes, certified destroyed`,
    ];
  if (heads === 'none')
    return ['Complétude : pas de racine scellée, rien ne montre où finit chaque flux / no sealed root: nothing shows where streams end'];
  const size = checkpoint?.size ?? '?';
  return [
    `Complétude : fins de flux scellées à ${headsUpTo} feuilles / ends of streams are sealed at ${headsUpTo} leaves`,
    `  pas montrée du rang ${headsUpTo} jusqu’à ${size} / not shown from there to ${size} (${behindHeads} lignes / lines)`,
  ];
}

/** @param {number} k */
const chances = (k) =>
  k === 0
    ? ''
    : `Si ces ${k} lignes s’ouvrent sans faute : moins de ${((1 - 0.05 ** (1 / k)) * 100).toFixed(2)} % de lignes fausses, à 95 % de confiance (règle de trois : 3/${k})`;

const OPTIONS = /** @type {const} */ ({
  policy: { type: 'string' },
  since: { type: 'string' },
  json: { type: 'boolean' },
  sample: { type: 'string' },
  seed: { type: 'string' },
  proof: { type: 'string' },
  event: { type: 'string' },
  archive: { type: 'string' },
  size: { type: 'string' },
  root: { type: 'string' },
  k: { type: 'string', short: 'k' },
  selftest: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** @param {readonly string[]} argv */
function parsed(argv) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Unusable('usage', /** @type {Error} */ (error).message);
  }
}

/** @param {string} name @param {string | undefined} text */
function whole(name, text) {
  if (text === undefined || !/^[1-9][0-9]{0,14}$/.test(text))
    throw new Unusable('usage', `${name} : un nombre entier positif est attendu / a positive number is needed`);
  return Number(text);
}
/** @param {string} name @param {string | undefined} text */
function needed(name, text) {
  if (text === undefined) throw new Unusable('usage', `${name} manque / is missing (--help)`);
  return text;
}

/** @param {Json} values */
function sampleCommand(values) {
  const root = hashOf(needed('--root', values.root));
  if (root === null) throw new Unusable('usage', '--root : une racine en base64 est attendue / a root in base64 is needed');
  const [size, k, seed] = [whole('--size', values.size), whole('-k', values.k), needed('--seed', values.seed)];
  if (k > 1_000_000) throw new Unusable('usage', '-k : au plus / at most 1000000');
  const places = drawSample({ size, k, seed, root });
  return {
    code: 0,
    report: { v: 1, kind: 'sample', ok: true, k, seed, size, places },
    text: `${places.join('\n')}\n${chances(places.length)}\n`,
  };
}

/** @param {readonly string[]} argv @returns {{ code: 0 | 1, report: object, text: string }} */
function answer(argv) {
  const { values, positionals } = parsed(argv);
  if (values.help) return { code: 0, report: { v: 1, kind: 'help', ok: true }, text: HELP };
  if (values.selftest) {
    const failed = selftest();
    const text =
      failed.length === 0 ? 'autocontrôle : tout concorde / self-test: everything holds\n' : `autocontrôle : ${failed.join(' ; ')}\n`;
    return { code: failed.length === 0 ? 0 : 1, report: { v: 1, kind: 'selftest', ok: failed.length === 0, failed }, text };
  }
  const [folder, ...more] = positionals;
  if (folder === 'sample' && more.length === 0) return /** @type {{ code: 0, report: object, text: string }} */ (sampleCommand(values));
  const policy = needed('--policy', values.policy);
  /** @type {Json} */
  let report;
  if (values.proof !== undefined)
    report = verifyReceipt({ proof: values.proof, event: needed('--event', values.event), policy, archive: values.archive });
  else {
    if (folder === undefined || more.length > 0) throw new Unusable('usage', 'un dossier est attendu / one folder is needed (--help)');
    const k = values.sample === undefined ? undefined : whole('--sample', values.sample);
    if (k !== undefined) needed('--seed', values.seed);
    report = verifyPackage(folder, { policy, since: values.since, sample: k, seed: values.seed });
  }
  return { code: report.ok ? 0 : 1, report, text: readable(report) };
}

/** Runs one command line. @param {readonly string[]} argv @param {{ out: (text: string) => void, err: (text: string) => void }} to @returns {0 | 1 | 2} */
export function main(argv, { out, err }) {
  const json = argv.includes('--json');
  try {
    const { code, report, text } = answer(argv);
    out(json ? `${JSON.stringify(sortedMembers(report))}\n` : text);
    return code;
  } catch (error) {
    const what = error instanceof Unusable ? error.what : 'defect';
    if (json) out(`${JSON.stringify({ ok: false, unusable: what, v: 1 })}\n`);
    err(`mes-verify : ${error instanceof Unusable ? error.message : /** @type {Error} */ (error).stack}\n`);
    return 2;
  }
}

/** The same value with members in the order of JCS. @param {unknown} value @returns {unknown} */
function sortedMembers(value) {
  if (Array.isArray(value)) return value.map(sortedMembers);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sortedMembers(value[name])]),
  );
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = main(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
