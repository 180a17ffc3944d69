import { randomUUID } from 'node:crypto';
import { MAX, badRequest, eventTooLarge, lacking, streamDeleted, tooLarge, wrongExpected } from './protocol.mjs';

const isMeta = (name) => name.startsWith('$$');

/** One stream: its events by number (a number may be missing: a soft delete leaves the numbering where it was), and whether it is ended. */
class Stream {
  records = [];
  tombstone = null;
  get last() {
    return BigInt(this.records.length - 1);
  }
}

/** Streams as the server understands them: versions, idempotence, soft and hard deletion, metadata, truncation. */
export class Store {
  #streams = new Map();
  #remembered = new Map();

  /** As many ids of committed events are `remembered` for appends that name no revision; none after a start. */
  constructor(log, { maxAppendSize, maxAppendEventSize, remembered }) {
    this.log = log;
    Object.assign(this, { maxAppendSize, maxAppendEventSize });
    this.remembered = remembered;
    log.all.forEach((record) => this.#index(record));
    // A server begins with records of its own.
    if (log.all.length === 0) {
      this.#write('$epoch-information', [systemEvent('$epoch-information', {})]);
      this.#write('$user-admin', [systemEvent('$UserCreated', { loginName: 'admin' })]);
    }
  }

  /**
   * {revision, position} when written or there already; {current} on a conflict (null: no stream). Throws what the server refuses.
   * `expected`: 'any', 'no_stream', 'stream_exists' or a number.
   */
  async append(name, expected, events) {
    this.#check(events);
    const verdict = this.#verdict(name, expected, events);
    if (verdict.kind === 'deleted') throw streamDeleted(name);
    if (verdict.kind === 'wrong') return { current: this.currentOf(name) };
    const written = verdict.kind === 'write' ? this.#appendNow(name, events) : verdict.records;
    await this.log.flushed();
    const last = written.at(-1);
    return last === undefined ? { revision: this.currentOf(name) } : { revision: last.rev, position: last.position };
  }

  /** Soft: readers find no stream, the numbering stays. */
  async remove(name, expected) {
    this.#expect(name, expected);
    if (this.currentOf(name) === null && this.metadataOf(name) === null) throw wrongExpected(name, expected, -1n);
    const [written] = this.#write(`$$${name}`, [systemEvent('$metadata', {}, `{"$tb":${MAX}}`)]);
    await this.log.flushed();
    return written.position;
  }

  /** For ever. */
  async tombstone(name, expected) {
    this.#expect(name, expected);
    const [written] = this.log.add([{ ...systemEvent('$streamDeleted', {}), stream: name, rev: MAX }]);
    this.#index(written);
    await this.log.flushed();
    return written.position;
  }

  /**
   * What nobody can read any more leaves the disk: records of ended streams, not their tombstones; of other streams what lies before the first number that their
   * metadata leave, but for the last record, which always stays. Every other record stays where it is.
   */
  scavenge() {
    return this.log.scavenge(({ stream, rev }) => {
      if (rev === MAX) return false;
      if (this.isTombstoned(stream)) return true;
      return rev < this.#streams.get(stream).last && rev < this.#before(stream);
    });
  }

  /** One event by its number; undefined where nobody may read it. */
  one(name, rev) {
    return this.isTombstoned(name) ? undefined : this.read(name)?.find((record) => record.rev === rev);
  }

  #before(name) {
    return BigInt(this.metadataOf(name)?.$tb ?? 0);
  }

  /** Events of a stream that may be read, in order; null when there is no stream, also for one that is softly deleted. */
  read(name) {
    const stream = this.#streams.get(name);
    if (stream?.tombstone && this.#isVisible(stream.tombstone)) throw streamDeleted(name);
    const records = (stream?.records ?? []).filter((record) => this.#isVisible(record));
    if (records.length === 0 || this.#isSoftlyDeleted(name)) return null;
    const last = records.at(-1).rev;
    // A stream of metadata keeps its last version only.
    const { $maxCount: most = isMeta(name) ? 1 : undefined, $tb: before = 0, $maxAge: age } = this.metadataOf(name) ?? {};
    const least = most === undefined ? 0n : last - BigInt(most) + 1n;
    const oldest = age === undefined ? 0n : BigInt(Date.now() - age * 1000) * 10_000n;
    return records.filter(({ rev, created }) => rev >= least && rev >= BigInt(before) && created >= oldest);
  }

  /** Number of the last event, also of one that is truncated; null when nothing was ever written. */
  currentOf(name) {
    const stream = this.#streams.get(name);
    if (stream?.tombstone) return MAX;
    return stream === undefined || stream.records.length === 0 ? null : stream.last;
  }

  isTombstoned(name) {
    return this.#streams.get(name)?.tombstone != null;
  }

  metadataOf(name) {
    if (isMeta(name)) return null;
    const last = this.#streams.get(`$$${name}`)?.records.at(-1);
    return last === undefined ? null : JSON.parse(last.data.toString('utf8'));
  }

  #isVisible({ seq }) {
    return seq < this.log.committed;
  }

  #isSoftlyDeleted(name) {
    return this.#before(name) >= MAX - 1_000n;
  }

  #check(events) {
    let whole = 0;
    for (const { id, type, contentType, data, metadata } of events) {
      if (type === undefined) throw lacking('type');
      if (contentType === undefined) throw lacking('content-type');
      const size = data.length + metadata.length + 2 * type.length;
      if (size > this.maxAppendEventSize) throw eventTooLarge(id, size, this.maxAppendEventSize);
      whole += size;
      if (whole > this.maxAppendSize) throw tooLarge(this.maxAppendSize);
    }
    if (events.some(({ id, type }) => type === '' || !/^[0-9a-f-]{36}$/i.test(id) || /^[0-]+$/.test(id)))
      throw badRequest('Empty eventId or eventType provided.');
  }

  #verdict(name, expected, events) {
    if (this.isTombstoned(name)) return { kind: 'deleted' };
    const current = this.currentOf(name);
    if (expected === 'stream_exists') {
      if (this.#isSoftlyDeleted(name)) return { kind: 'deleted' };
      if (current === null && this.metadataOf(name) === null) return { kind: 'wrong' };
    }
    if (expected === 'any' || expected === 'stream_exists') return this.#byMemory(name, events);
    if (expected === 'no_stream' && this.#isSoftlyDeleted(name)) return { kind: 'write' };
    return this.#byRevision(name, expected === 'no_stream' ? -1n : expected, current ?? -1n, events);
  }

  /** Without a revision only ids that are still remembered are recognised. */
  #byMemory(name, events) {
    const known = events.map(({ id }) => this.#remembered.get(`${name} ${id}`));
    if (events.length === 0 || known[0] === undefined) return { kind: 'write' };
    return known.includes(undefined) ? { kind: 'wrong' } : { kind: 'known', records: known };
  }

  #byRevision(name, expected, current, events) {
    if (expected === current) return { kind: 'write' };
    if (expected > current || events.length === 0) return { kind: 'wrong' };
    const there = this.#streams.get(name).records.slice(Number(expected) + 1, Number(expected) + 1 + events.length);
    const same = there.length === events.length && there.every(({ id }, index) => id === events[index].id);
    return same ? { kind: 'known', records: there } : { kind: 'wrong' };
  }

  #expect(name, expected) {
    if (this.isTombstoned(name)) throw streamDeleted(name);
    const current = this.currentOf(name) ?? -1n;
    const holds = { any: true, no_stream: current === -1n, stream_exists: current >= 0n }[expected] ?? expected === current;
    if (!holds) throw wrongExpected(name, expected, current);
  }

  #appendNow(name, events) {
    const revived = this.#isSoftlyDeleted(name) && events.length > 0;
    const from = (this.currentOf(name) ?? -1n) + 1n;
    const written = this.#write(name, events);
    if (revived) this.#write(`$$${name}`, [systemEvent('$metadata', { $tb: Number(from) })]);
    return written;
  }

  #write(name, events) {
    const from = (this.currentOf(name) ?? -1n) + 1n;
    const written = this.log.add(events.map((event, index) => ({ ...event, stream: name, rev: from + BigInt(index) })));
    for (const record of written) {
      this.#index(record);
      this.#remember(record);
    }
    return written;
  }

  #index(record) {
    const stream = this.#streams.get(record.stream) ?? new Stream();
    this.#streams.set(record.stream, stream);
    if (record.rev === MAX) stream.tombstone = record;
    else stream.records.push(record);
  }

  #remember(record) {
    this.#remembered.set(`${record.stream} ${record.id}`, record);
    if (this.#remembered.size > this.remembered) this.#remembered.delete(this.#remembered.keys().next().value);
  }
}

/** `text` where the JSON holds numbers beyond what a double can. */
const systemEvent = (type, content, text = JSON.stringify(content)) => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(text),
  metadata: Buffer.alloc(0),
});
