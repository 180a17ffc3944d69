import { EventEmitter } from 'node:events';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a record takes in the log beside its bytes: positions are offsets, increasing and not dense. */
const FRAME = 64;
const TICKS_PER_MS = 10_000n;
const NOTHING = Buffer.alloc(0);

/**
 * All records of the server, in an append-only file that is forced to the disk before anything is answered, and read again at start.
 * A line is one append: what was cut off in the middle of a line was never acknowledged and is dropped.
 */
export class Log extends EventEmitter {
  /** Every record, in order; those from `committed` on are not on the disk yet, and nobody may read them. */
  all = [];
  committed = 0;
  /** May hold back what is about to become durable. */
  beforeCommit = async () => undefined;
  #end = 0n;
  #path;
  #file;
  #size = 0;
  #waiting = [];
  #flushing = false;

  static async open(path) {
    const log = new Log();
    log.setMaxListeners(0);
    await mkdir(dirname(path), { recursive: true });
    log.#path = path;
    log.#file = await open(path, 'a+');
    await log.#replay();
    return log;
  }

  /** `records`: {stream, rev, id, type, contentType, data, metadata}. They are given their place at once, and are durable when `flushed` says so. */
  add(records) {
    const created = BigInt(Date.now()) * TICKS_PER_MS;
    const placed = records.map((record) => this.#place({ ...record, created }));
    this.#waiting.push({ line: lineOf(placed), last: this.all.length, resolve: () => undefined });
    return placed;
  }

  /** Resolves when everything that was added so far is on the disk. */
  flushed() {
    const last = this.all.length;
    if (last <= this.committed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: '', last, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  /** Writes the file anew without the bytes of these records; the room that they took stays empty, so that every other position holds. Nobody may be writing. */
  async scavenge(isGone) {
    await this.flushed();
    for (const record of this.all)
      if (isGone(record)) Object.assign(record, { room: roomOf(record), data: NOTHING, metadata: NOTHING, gone: true });
    const fresh = await open(`${this.#path}.new`, 'w+');
    await fresh.appendFile(this.all.map((record) => lineOf([record])).join(''));
    await fresh.datasync();
    await rename(`${this.#path}.new`, this.#path);
    await this.#file.close();
    this.#file = fresh;
  }

  /** Position behind the last record. */
  get end() {
    return this.#end;
  }

  async close() {
    await this.#file.close();
  }

  #place(record) {
    const placed = { ...record, seq: this.all.length, position: this.#end };
    this.#end += BigInt(roomOf(record));
    this.all.push(placed);
    return placed;
  }

  /** One write and one flush for all that wait: as long as it lasts, more gather. */
  async #flush() {
    this.#flushing = true;
    while (this.#waiting.length > 0) {
      await this.beforeCommit();
      const batch = this.#waiting.splice(0);
      const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.committed = Math.max(this.committed, ...batch.map(({ last }) => last));
      this.emit('committed');
      batch.forEach(({ resolve }) => resolve());
    }
    this.#flushing = false;
  }

  async #replay() {
    const text = await this.#file.readFile('utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n')) if (line !== '') for (const record of JSON.parse(line)) this.#place(recordOf(record));
    this.#size = Buffer.byteLength(whole);
    await this.#file.truncate(this.#size);
    this.committed = this.all.length;
  }
}

const roomOf = ({ room, data, metadata, type, stream }) => room ?? FRAME + data.length + metadata.length + type.length + stream.length;

const lineOf = (records) =>
  `${JSON.stringify(
    records.map((record) => ({
      room: roomOf(record),
      gone: record.gone,
      stream: record.stream,
      rev: String(record.rev),
      id: record.id,
      type: record.type,
      contentType: record.contentType,
      created: String(record.created),
      data: record.data.toString('base64'),
      metadata: record.metadata.toString('base64'),
    })),
  )}\n`;

const recordOf = ({ rev, created, data, metadata, ...rest }) => ({
  ...rest,
  rev: BigInt(rev),
  created: BigInt(created),
  data: Buffer.from(data, 'base64'),
  metadata: Buffer.from(metadata, 'base64'),
});
