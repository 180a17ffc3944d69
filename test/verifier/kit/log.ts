import { naiveRoot } from '../../support/naive-merkle.js';
import { mapRoot, type HeadRecord } from './head-map.js';
import { digestOf, eventKeyOf, jcs, leafOf, sealBody, sha256, type Json } from './sealing.js';

/** An event of a log that exists only in a test. */
export interface LogEvent {
  readonly index: number;
  readonly h: Json & { readonly stream: string; readonly rev: number; readonly at: string };
  readonly header: string;
  readonly body: Buffer;
  /** Null for a clear body. */
  readonly ke: Buffer | null;
  readonly plain: Json & { readonly t: string };
  readonly leaf: Buffer;
}

/** The map of stream heads as it stood at some event. */
export interface HeadMap {
  /** Place of the fact that names its root. */
  readonly index: number;
  readonly records: readonly HeadRecord[];
}

export interface Log {
  readonly events: readonly LogEvent[];
  readonly map: HeadMap | null;
}

const uuid = (text: string): string =>
  sha256(text)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

export const SPACE_A = uuid('space a');
export const SPACE_B = uuid('space b');
export const PROFESSIONAL = uuid('professional');
const AUDIT = 'audit-202601-sealer';

const SIDES = ['person', 'professional', 'service', 'staff', 'system'];

/** One fact: stream, real type, and whether its body is clear. */
interface Fact {
  readonly stream: string;
  readonly t: string;
  readonly d?: Json;
  readonly clear?: boolean;
  /** What stands where 32 zero bytes belong. */
  readonly commitment?: Buffer;
}

const veil = (stream: string): string => {
  const category = stream.slice(0, stream.indexOf('-'));
  return `${category.slice(0, 1).toUpperCase()}${category.slice(1)}Fact`;
};

/** A log that grows. `salt` makes another history of the same facts. */
export class GrowingLog {
  readonly events: LogEvent[] = [];
  private readonly revs = new Map<string, number>();
  map: HeadMap | null = null;

  constructor(
    private readonly salt = '',
    private time = Date.parse('2026-01-05T09:00:00.000Z'),
  ) {}

  /** `apart`: milliseconds since the event before. */
  add({ stream, t, d = {}, clear = false, commitment }: Fact, apart = 3_600_000): LogEvent {
    const index = this.events.length;
    const rev = (this.revs.get(stream) ?? -1) + 1;
    this.revs.set(stream, rev);
    this.time += apart;
    const real = stream.startsWith('space-') || clear;
    const h = {
      at: new Date(this.time).toISOString(),
      by: SIDES[(index + t.length) % SIDES.length] ?? 'system',
      id: uuid(`${this.salt} ${index}`),
      key: uuid(`key ${stream}`),
      rev,
      stream,
      tv: 1,
      type: real ? t : veil(stream),
      v: 1,
    };
    const header = jcs(h);
    const plain = { d, m: { cause: `c-${index}`, who: { id: 'sealer', kind: 'system' } }, t, tv: 1 };
    const ke = clear ? null : eventKeyOf(sha256(`ring ${stream}`), header);
    const body =
      ke === null
        ? Buffer.from(`\0${jcs(plain)}`)
        : sealBody(jcs(plain), header, ke, sha256(`iv ${this.salt} ${index}`).subarray(0, 12), commitment);
    const event = { index, h, header, body, ke, plain, leaf: leafOf(header, digestOf(body)) };
    this.events.push(event);
    return event;
  }

  /** Seals the heads of all streams in a public fact, as of the events so far. */
  sealHeads(): void {
    const records = [...this.revs].map(([stream, rev]) => {
      const last = this.events.findLast(({ h }) => h.stream === stream);
      return { key: sha256(stream), rev, count: rev + 1, leaf: last?.leaf ?? Buffer.alloc(32) };
    });
    const size = this.events.length;
    const root = Buffer.from(naiveRoot(this.events.map(({ leaf }) => leaf))).toString('base64');
    const d = { day: '2026-01-06', heads: mapRoot(records).toString('base64'), root, size, streams: records.length };
    const { index } = this.add({ stream: AUDIT, t: 'SealHeadPublished', d, clear: true });
    this.map = { index, records };
  }
}

/** Two spaces, a professional, days of passages, the heads of their streams, and what came after. */
export function sampleLog(salt = ''): GrowingLog {
  const log = new GrowingLog(salt);
  const life = (space: string, many: number): void => {
    log.add({ stream: `space-${space}`, t: 'PersonDeclaredEligible', d: { fund: '031' } });
    log.add({ stream: `space-${space}`, t: 'SpaceOpened', d: { note: 'Énée \u20ac "x"' } });
    log.add({ stream: `access-${space}`, t: 'ConsentGiven' });
    for (let n = 0; n < many; n += 1) {
      log.add({ stream: `record-${space}`, t: 'DocumentDeposited', d: { n } });
      log.add({ stream: `passage-${space}.202601`, t: 'AccessGranted', d: { n } });
    }
    log.add({ stream: `actor-${PROFESSIONAL}`, t: 'AccessGranted', d: { space: 'a' } });
  };
  life(SPACE_A, 6);
  log.add({ stream: 'matrix-national', t: 'MatrixVersionPublished', d: { version: 3 }, clear: true });
  life(SPACE_B, 2);
  life(SPACE_A, 6);
  log.sealHeads();
  log.add({ stream: `passage-${SPACE_A}.202601`, t: 'AccessRefused' });
  log.add({ stream: `passage-${SPACE_A}.202602`, t: 'AccessGranted' });
  log.add({ stream: `space-${SPACE_A}`, t: 'EmailChanged' });
  return log;
}
