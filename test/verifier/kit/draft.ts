import { naivePath, naiveRoot, naiveSubproof } from '../../support/naive-merkle.js';
import { mapLine } from './head-map.js';
import { SPACE_A, type Log, type LogEvent } from './log.js';
import { checkpointText, cosignature, digestOf, logKey, signature, witnessKey, type Json, type NoteSigner } from './sealing.js';

export const ORIGIN = 'log.example/essai';
export const OUR_LOG = logKey(ORIGIN, 7);
export const WITNESSES = [
  witnessKey('witness.example/cnil', 11),
  witnessKey('witness.example/ans', 12),
  witnessKey('witness.example/hote', 13),
];

/** What the auditor has from somewhere else. */
export const policyOf = (quorum: 'none' | 'all' | 'two', log: NoteSigner = OUR_LOG): string => {
  const [one, two, three] = WITNESSES.map(({ vkey }, place) => `witness w${place + 1} ${vkey}`);
  const rule = { none: 'quorum none', all: 'group g all w1 w2 w3\nquorum g', two: 'group inner any w2 w3\ngroup g 2 w1 inner\nquorum g' }[
    quorum
  ];
  return `# essai\nlog ${log.vkey} https://log.example\n\n${one}\n${two}\n${three}\n${rule}\n`;
};

export type Mode = 'pseudonymised' | 'authority' | 'nominative';
export interface Wanted {
  readonly mode: Mode;
  readonly scope: 'space' | 'professional' | 'period' | 'all';
  readonly period?: { readonly from: string; readonly until: string };
  /** Leaves of the whole log, or a proof for each line. */
  readonly by?: 'leaves' | 'proofs';
  readonly heads?: boolean;
  /** Size of the checkpoint that the recipient gave. */
  readonly earlier?: number;
  readonly cosigned?: boolean;
  /** Instead of the lines of the scope. */
  readonly only?: (event: LogEvent) => boolean;
}

/** Everything that a package says, before it becomes files: what a forger would alter if he could make the rest fit. */
export interface Draft {
  readonly wanted: Wanted;
  request: Json & { counts: Record<string, number> };
  lines: Json[];
  keys: Json[];
  heads: { stream: string; rev: number; count: number }[];
  mapNote: Json | null;
  mapProofs: Json[];
  leaves: Buffer | null;
  inclusion: Json[] | null;
  checkpoint: string;
  earlier: string | null;
  consistency: string | null;
  stats: Json;
  fhir: Json[];
  fhirManifest: Json;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const leavesOf = (events: readonly LogEvent[]): Buffer[] => events.map(({ leaf }) => leaf);

/** A signed head over the first of these leaves. */
export function headOf(leaves: readonly Buffer[], { size = leaves.length, cosigned = false, log = OUR_LOG } = {}): string {
  const text = checkpointText(log.name, size, naiveRoot(leaves.slice(0, size)));
  const witnessed = cosigned ? WITNESSES.map((witness) => cosignature(witness, text, 1_767_600_000n)) : [];
  return `${text}\n${signature(log, text)}${witnessed.join('')}`;
}

const chosen = ({ scope, period, only }: Wanted, event: LogEvent): boolean => {
  const { h } = event;
  if (only !== undefined) return only(event);
  if (period !== undefined && !(period.from <= h.at && h.at < period.until)) return false;
  return scope === 'space'
    ? h.stream.includes(SPACE_A)
    : scope === 'professional'
      ? /^(actor|passage)-/.test(h.stream) && h.rev % 2 === 0
      : true;
};

/** Health content stays closed for authorities; a pseudonymised line shows its type and codes only. */
function lineOf({ index, h, body, plain }: LogEvent, mode: Mode): Json {
  const line = { index, h, c: digestOf(body) };
  const { t, tv, m, d } = plain as Json;
  if (body[0] === 0) return mode === 'nominative' ? line : { ...line, t, tv, m, d };
  if (mode === 'pseudonymised') return { ...line, t, tv, m: { who: { kind: 'professional', ref: 'cmVm' } } };
  return mode === 'authority' && !/^(record|mailbox|veil)-/.test(h.stream) ? { ...line, t, tv, m, d } : line;
}

const keyOf = ({ index, body, ke }: LogEvent): Json => ({
  index,
  body: body.toString('base64url'),
  ...(ke === null ? {} : { ke: ke.toString('base64url') }),
});

/** A package of this log as it should be. */
export function draftOf(log: Log, wanted: Wanted): Draft {
  const { mode, by = 'leaves', earlier, cosigned = false } = wanted;
  const leaves = leavesOf(log.events);
  const events = log.events.filter((event) => chosen(wanted, event));
  const draft: Draft = {
    wanted,
    request: {
      v: 1,
      id: 'e0c5a1d2-0000-8000-8000-000000000001',
      mode,
      scope: { kind: wanted.scope },
      period: wanted.period ?? null,
      requestedBy: 'auditeur',
      approvedBy: ['a', 'b'],
      legalBasis: 'loi 78-17, article 19',
      requestedAt: '2026-02-01T09:00:00.000Z',
      approvedAt: '2026-02-01T10:00:00.000Z',
      counts: {},
      log: { origin: ORIGIN, size: leaves.length, root: base64(naiveRoot(leaves)) },
      truncated: false,
    },
    lines: events.map((event) => lineOf(event, mode)),
    keys: mode === 'nominative' ? events.map(keyOf) : [],
    heads: [],
    mapNote: null,
    mapProofs: [],
    leaves: by === 'leaves' ? Buffer.concat(leaves) : null,
    inclusion: by === 'proofs' ? events.map(({ index }) => ({ index, proof: naivePath(index, leaves).map(base64) })) : null,
    checkpoint: headOf(leaves, { cosigned }),
    earlier: earlier === undefined ? null : headOf(leaves, { size: earlier }),
    consistency:
      earlier === undefined
        ? null
        : naiveSubproof(earlier, leaves)
            .map((hash) => `${base64(hash)}\n`)
            .join(''),
    stats: {},
    fhir: events.map(({ h }) => ({ resourceType: 'AuditEvent', recorded: h.at })),
    fhirManifest: {},
  };
  draft.heads = headsOf(log, events);
  if (wanted.heads === true) addMap(draft, log, leaves);
  return recounted(draft);
}

function headsOf({ events: all }: Log, events: readonly LogEvent[]): Draft['heads'] {
  const streams = [...new Set(events.map(({ h }) => h.stream))].sort();
  return streams.map((stream) => ({
    stream,
    rev: Math.max(...all.filter(({ h }) => h.stream === stream).map(({ h }) => h.rev)),
    count: events.filter(({ h }) => h.stream === stream).length,
  }));
}

/** Categories of which a space has a stream, or is shown to have none. */
const OF_A_SPACE = ['access', 'agenda', 'mailbox', 'notices', 'pairing', 'passage', 'record', 'space'];

function addMap(draft: Draft, { events, map }: Log, leaves: readonly Buffer[]): void {
  const fact = events[map?.index ?? -1];
  if (map === null || fact === undefined) throw new Error('the heads of this log were never sealed');
  const proof = draft.leaves === null ? { proof: naivePath(fact.index, leaves).map(base64) } : {};
  draft.mapNote = { index: fact.index, h: fact.h, body: fact.body.toString('base64url'), ...proof };
  const [own] = draft.heads;
  const ofSpace = draft.wanted.scope === 'space' && own ? OF_A_SPACE.map((category) => own.stream.replace(/^[a-z]+/, category)) : [];
  const streams = new Set([...draft.heads.map(({ stream }) => stream), ...ofSpace]);
  draft.mapProofs = [...streams].sort().map((stream) => mapLine(map.records, stream));
}

const countBy = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** Counts and statistics made again from the lines, as somebody would who wants an altered package to fit. */
export function recounted(draft: Draft): Draft {
  const open = draft.lines.filter((line) => 'h' in line) as (Json & { h: Record<string, string>; t?: string })[];
  const suppressed: string[] = [];
  const table = (name: string, values: readonly string[]): Json =>
    Object.fromEntries(
      Object.entries(countBy(values)).map(([cell, count]) => {
        if (draft.request['mode'] !== 'pseudonymised' || count >= 11) return [cell, count];
        suppressed.push(`${name}/${cell}`);
        return [cell, null];
      }),
    );
  draft.stats = {
    events: draft.lines.length,
    byCategory: table(
      'byCategory',
      open.map(({ h }) => (h['stream'] ?? '').replace(/-.*/, '')),
    ),
    byDay: table(
      'byDay',
      open.map(({ h }) => (h['at'] ?? '').slice(0, 10)),
    ),
    byRole: table(
      'byRole',
      open.map(({ h }) => h['by'] ?? ''),
    ),
    byType: table(
      'byType',
      open.map(({ h, t }) => t ?? h['type'] ?? ''),
    ),
    suppressed: suppressed.sort(),
  };
  draft.request.counts = {
    events: draft.lines.length,
    streams: draft.heads.length,
    opened: draft.wanted.mode === 'nominative' ? draft.keys.length : draft.lines.filter((line) => 't' in line).length,
  };
  draft.fhirManifest = {
    transactionTime: '2026-02-01T10:00:00.000Z',
    requiresAccessToken: false,
    output: [{ type: 'AuditEvent', url: 'AuditEvent-000001.ndjson', count: draft.fhir.length }],
    error: [],
  };
  return draft;
}
