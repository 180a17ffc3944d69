import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/planted-project.js';
import { draftOf, headOf, leavesOf, policyOf, recounted, type Draft, type Wanted } from './draft.js';
import { sampleLog, type Log, type LogEvent } from './log.js';
import { digestOf, eventKeyOf, leafOf, type Json } from './sealing.js';

export const LOG = sampleLog();

const NOON = { from: '2026-01-05T12:00:00.000Z', until: '2026-01-06T09:00:00.000Z' };

/** One package of each kind that the product makes. */
export const KINDS: Readonly<Record<string, Wanted>> = {
  'authority, whole log': { mode: 'authority', scope: 'all', heads: true },
  'authority, period': { mode: 'authority', scope: 'period', period: NOON },
  'pseudonymised, whole log': { mode: 'pseudonymised', scope: 'all', heads: true, earlier: 17 },
  'pseudonymised, professional': { mode: 'pseudonymised', scope: 'professional', by: 'proofs' },
  'nominative, space': { mode: 'nominative', scope: 'space', heads: true, earlier: 32, cosigned: true },
  'nominative, space, by proofs': { mode: 'nominative', scope: 'space', by: 'proofs', heads: true, earlier: 1, cosigned: true },
  'nominative, nothing': {
    mode: 'nominative',
    scope: 'period',
    period: { from: '2020-01-01T00:00:00.000Z', until: '2020-01-02T00:00:00.000Z' },
  },
};

/** The draft of a kind, anew at each call. */
export const draft = (kind: string, log: Log = LOG): Draft => draftOf(log, KINDS[kind] as Wanted);

export const quorumOf = (kind: string): string => policyOf(KINDS[kind]?.cosigned === true ? 'two' : 'none');

/** What is closed for ever: a line without key, and one of which only the leaf is left. */
export function withClosedLines(): Draft {
  const made = draft('authority, whole log');
  made.lines = made.lines.map((line, index) => {
    const { h, c } = line as Json & { h: { stream: string } };
    if (index === 12) return { index, h, c, closed: 'destroyed' };
    return index === 40 ? { index, h, c, closed: 'archived' } : line;
  });
  return recounted(made);
}

/** The events of these streams are said to be purged: a leaf is left of each, and of the streams nothing. */
export function purge(made: Draft, { events }: Log, streams: RegExp): Draft {
  const gone = events.filter(({ h }) => streams.test(h.stream));
  const leafAt = new Map<unknown, string>(gone.map(({ index, leaf }) => [index, leaf.toString('base64')]));
  made.lines = made.lines.map((line) => {
    const { index } = line;
    return leafAt.has(index) ? { index, leaf: leafAt.get(index), closed: 'purged' } : line;
  });
  made.keys = made.keys.filter(({ index }) => !leafAt.has(index));
  made.heads = made.heads.filter(({ stream }) => !streams.test(stream));
  made.mapProofs = made.mapProofs.filter(({ stream }) => !streams.test(String(stream)));
  return recounted(made);
}

export const PURGED = /^record-/;

/** What a certificate says of each of these streams. */
function partsOf({ events }: Log, streams: RegExp): Json[] {
  const leaves = new Map<string, Buffer[]>();
  for (const { h, leaf } of events) if (streams.test(h.stream)) leaves.set(h.stream, [...(leaves.get(h.stream) ?? []), leaf]);
  return [...leaves.values()].map((its) => ({ events: its.length, digest: digestOf(Buffer.concat(its)) }));
}

/** A log with a certificate for streams that were purged: behind them, and behind the heads. */
export const CERTIFIED_LOG = certified(PURGED);
function certified(streams: RegExp): Log {
  const log = sampleLog();
  const d = { askedOn: '2026-01-05', ground: 'ERASURE', parts: partsOf(log, streams), scope: 'SPACE' };
  log.add({ stream: 'audit-202601-eraser', t: 'SpaceDestroyed', d, clear: true });
  return log;
}

/** A whole log in which streams were removed under a certificate: their leaves stay. */
export const withPurgedStream = (mode: Wanted['mode'] = 'authority'): Draft =>
  purge(draftOf(CERTIFIED_LOG, { mode, scope: 'all', heads: true }), CERTIFIED_LOG, PURGED);

interface Golden {
  readonly header: string;
  readonly headerText: string;
  readonly body: string;
  readonly key: string;
  readonly leaf: string;
}

/** The log of the golden events of the format: what is written here was fixed before this verifier was. */
function goldenLog(): Log {
  const folder = join(ROOT, 'test/golden/events');
  const read = readdirSync(folder)
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden)
    .sort((one, other) => (JSON.parse(one.headerText) as LogEvent['h']).rev - (JSON.parse(other.headerText) as LogEvent['h']).rev);
  const events = read.map(({ headerText, body: hex, key, leaf }, index): LogEvent => {
    const body = Buffer.from(hex, 'hex');
    const ke = body[0] === 0 ? null : eventKeyOf(Buffer.from(key, 'hex'), headerText);
    const made = leafOf(headerText, digestOf(body));
    if (made.toString('hex') !== leaf) throw new Error('the leaf of a golden event is another');
    return { index, h: JSON.parse(headerText) as LogEvent['h'], header: headerText, body, ke, plain: { t: '' }, leaf: made };
  });
  return { events, map: null };
}

/** Packages of the golden events, opened, that hold each at least once: some of them name the same revision of the same stream. */
export function goldenDrafts(): Draft[] {
  const log = goldenLog();
  const rank = ({ index, h }: LogEvent): number =>
    log.events.filter((other) => other.index < index && other.h.stream === h.stream && other.h.rev === h.rev).length;
  const ranks = Math.max(...log.events.map(rank));
  return Array.from({ length: ranks + 1 }, (_, wanted) =>
    draftOf(log, { mode: 'nominative', scope: 'professional', only: (event) => rank(event) === wanted }),
  );
}

/** An earlier head of the same log, and one of another history of the same facts. */
export const SINCE = headOf(leavesOf(LOG.events), { size: 20 });
export const FORK = sampleLog('fork');
export const SINCE_OF_FORK = headOf(leavesOf(FORK.events), { size: 20 });
