import { recounted, type Draft } from './draft.js';
import { SPACE_A } from './log.js';
import { sha256, type Json } from './sealing.js';
import { fileIn, flipped, forged, refiled, withLine, type Tampering } from './tampering.js';

const HEADS = 'data/tetes-de-flux.ndjson';
const PROOFS = 'data/preuves/tetes-preuves.ndjson';
const STATS = 'data/stats.json';
const REQUEST = 'data/demande.json';
const WHOLE = 'authority, whole log';
const SPACE = 'nominative, space';

type Line = Json & { index: number; h: { stream: string; rev: number } };
const passages = `passage-${SPACE_A}.202601`;
const head = (made: Draft, stream: string) => made.heads.find((line) => line.stream === stream)!;
const without = (made: Draft, gone: (line: Line) => boolean): void => {
  const indexes = new Set((made.lines as Line[]).filter(gone).map(({ index }) => index));
  made.lines = made.lines.filter(({ index }) => !indexes.has(index as number));
  made.keys = made.keys.filter(({ index }) => !indexes.has(index as number));
  if (made.inclusion !== null) made.inclusion = made.inclusion.filter(({ index }) => !indexes.has(index as number));
};
const is =
  (stream: string, rev: number) =>
  ({ h }: Line) =>
    h.stream === stream && h.rev === rev;

const requested = (cell: string, change: Json): Tampering =>
  forged(WHOLE, (made) => {
    Object.assign(made.request, change);
    return { code: 'request/count', file: REQUEST, cell };
  });
const counted = (kind: string, cell: string, change: (stats: Json & Record<string, Json>) => void): Tampering =>
  forged(kind, (made) => {
    change(made.stats as Json & Record<string, Json>);
    return { code: 'stats/count', file: STATS, cell };
  });

/** Alterations of what is counted and summed up: streams, statistics, request, FHIR. */
export const COUNT_TAMPERING: Readonly<Record<string, Tampering>> = {
  'one passage left out, everything else made to fit': forged(SPACE, (made, dice) => {
    const rev = dice.below(12);
    without(made, is(passages, rev));
    head(made, passages).count -= 1;
    recounted(made);
    return { code: 'stream/gap', stream: passages, rev };
  }),
  'one passage left out and its count kept': forged('nominative, space, by proofs', (made, dice) => {
    const rev = dice.below(12);
    without(made, is(passages, rev));
    recounted(made);
    return { code: 'stream/gap', stream: passages, rev };
  }),
  'the last passage left out': forged(SPACE, (made) => {
    without(made, is(passages, 12));
    head(made, passages).count -= 1;
    recounted(made);
    return { code: 'stream/gap', file: HEADS, stream: passages, rev: 12 };
  }),
  'a stream cut off and its head lowered': forged(SPACE, (made) => {
    without(made, ({ h }) => h.stream === passages && h.rev >= 10);
    Object.assign(head(made, passages), { rev: 9, count: 10 });
    recounted(made);
    return { code: 'stream/head', file: PROOFS, stream: passages };
  }),
  'a stream left out whole, and its head': forged(WHOLE, (made) => {
    without(made, ({ h }) => h.stream === passages);
    made.heads = made.heads.filter(({ stream }) => stream !== passages);
    recounted(made);
    return { code: 'heads/proof', file: PROOFS, stream: passages };
  }),
  'a head that says too much': forged(SPACE, (made, dice) => {
    const line = dice.of(made.heads);
    line.rev += 1 + dice.below(3);
    return { code: 'stream/head', file: HEADS, stream: line.stream };
  }),
  'a head that says too little': forged(WHOLE, (made, dice) => {
    const line = dice.of(made.heads.filter(({ rev }) => rev > 1));
    Object.assign(line, { rev: line.rev - 1, count: line.count - 1 });
    return { code: 'stream/head', stream: line.stream, rev: line.rev + 1 };
  }),
  'a count of lines in a stream': forged('pseudonymised, professional', (made, dice) => {
    const line = dice.of(made.heads);
    line.count += dice.of([1, -1]);
    return { code: 'stream/gap', file: HEADS, stream: line.stream };
  }),
  'a revision missing within a period': forged('authority, period', (made) => {
    const inside = (made.lines as Line[]).filter(({ h }) => h.stream === passages);
    const { h } = inside[Math.floor(inside.length / 2)]!;
    without(made, is(passages, h.rev));
    head(made, passages).count -= 1;
    recounted(made);
    return { code: 'stream/gap', stream: passages, rev: h.rev };
  }),
  'a head without a stream, and a stream without a head': forged(SPACE, (made, dice) => {
    const [gone] = made.heads.splice(dice.below(made.heads.length), 1);
    recounted(made);
    return { code: 'stream/head', stream: gone!.stream };
  }),
  'heads in another order': forged(SPACE, (made) => {
    made.heads.reverse();
    return { code: 'stream/head', file: HEADS, line: 2 };
  }),
  'any bit of the heads, with fitting lists': refiled('nominative, space', (payload, dice) => {
    payload.set(HEADS, flipped(fileIn(payload, HEADS), dice));
    return { code: '' };
  }),
  'no heads at all': refiled(SPACE, (payload) => {
    payload.delete(HEADS);
    return { code: 'stream/head', file: HEADS };
  }),
  'a line of the heads in another form': refiled(SPACE, (payload, dice) => ({
    code: 'event/canonical',
    file: HEADS,
    line: withLine(
      payload,
      HEADS,
      dice,
      dice.of([(line) => `${line}\r`, (line) => line.replace('"rev"', '"rev" '), (line) => line.replace(/"count":\d+/, '"count":"1"')]),
    ),
  })),

  'another root of the map of heads': forged(SPACE, (made) => {
    const body = Buffer.from(String(made.mapNote?.['body']), 'base64url')
      .toString()
      .replace(/"heads":"..../, '"heads":"AAAA');
    made.mapNote = { ...made.mapNote, body: Buffer.from(body).toString('base64url') };
    return { code: 'heads/root' };
  }),
  'another event instead of the map of heads': forged(SPACE, (made) => {
    made.mapNote = { ...made.mapNote, index: 3 };
    return { code: 'heads/root' };
  }),
  'no map of heads under its proofs': forged('nominative, space, by proofs', (made) => {
    made.mapNote = null;
    return { code: 'heads/root' };
  }),
  'a proof of a head': forged(SPACE, (made, dice) => {
    const lines = made.mapProofs as (Json & { stream: string; proof: string[]; rev: number | null; count: number })[];
    const line = dice.of(lines.filter(({ rev, proof }) => rev !== null && proof.length > 1));
    const change = dice.of<(one: { proof: string[]; rev: number | null; count: number }) => void>([
      (one) => one.proof.pop(),
      (one) => one.proof.reverse(),
      (one) => (one.count += 1),
      (one) => one.proof.push(one.proof[0] ?? ''),
    ]);
    change(line);
    return { code: 'heads/proof', file: PROOFS, stream: line.stream };
  }),
  'a head that is said to be in no map': forged(SPACE, (made) => {
    const place = made.mapProofs.findIndex(({ stream }) => stream === passages);
    const { proof } = made.mapProofs[place]!;
    made.mapProofs[place] = { stream: passages, rev: null, count: 0, leaf: null, other: null, proof };
    return { code: 'heads/proof', file: PROOFS, stream: passages };
  }),
  'a head that is said to end in another': forged(SPACE, (made) => {
    const place = made.mapProofs.findIndex(({ stream }) => stream === passages);
    const [own, another] = [made.mapProofs[place]!, made.mapProofs.find(({ stream, rev }) => stream !== passages && rev !== null)!];
    const other = {
      key: sha256(String(another['stream'])).toString('base64'),
      rev: another['rev'],
      count: another['count'],
      leaf: another['leaf'],
    };
    made.mapProofs[place] = { stream: passages, rev: null, count: 0, leaf: null, other, proof: own['proof'] };
    return { code: 'heads/proof', file: PROOFS, stream: passages };
  }),
  'a head without a proof': forged('nominative, space, by proofs', (made) => {
    made.mapProofs = made.mapProofs.filter(({ stream }) => stream !== passages);
    return { code: 'heads/proof', file: HEADS, stream: passages };
  }),
  'a stream of the space of which the map is left unasked': forged('nominative, space, by proofs', (made, dice) => {
    const { stream } = dice.of(made.mapProofs.filter(({ rev }) => rev === null));
    made.mapProofs = made.mapProofs.filter((line) => line['stream'] !== stream);
    return { code: 'heads/proof', file: PROOFS, stream: String(stream) };
  }),

  'a cell of the statistics': counted(WHOLE, 'byCategory/record', ({ byCategory }) => (byCategory!['record'] = 1)),
  'a cell that is not there': counted(WHOLE, 'byDay/2030-01-01', ({ byDay }) => (byDay!['2030-01-01'] = 1)),
  'a cell left out': counted(WHOLE, 'byCategory/space', ({ byCategory }) => delete byCategory!['space']),
  'a cell of nothing': counted(WHOLE, 'byRole/nobody', ({ byRole }) => (byRole!['nobody'] = 0)),
  'a sum': counted(WHOLE, 'events', (stats) => (stats['events'] = 3 as never)),
  'a cell that is true': counted(WHOLE, 'byCategory/matrix', ({ byCategory }) => (byCategory!['matrix'] = true)),
  'a cell suppressed that is not small': counted('pseudonymised, whole log', 'byCategory/record', (stats) => {
    stats['byCategory'] = { ...stats['byCategory'], record: null };
    stats['suppressed'] = [...(stats['suppressed'] as unknown as string[]), 'byCategory/record'].sort() as never;
  }),
  'a small cell shown': counted(
    'pseudonymised, whole log',
    'byCategory/space',
    (stats) => (stats['byCategory'] = { ...stats['byCategory'], space: 5 }),
  ),
  'a suppressed cell of nothing': counted('pseudonymised, whole log', 'byCategory/agenda', (stats) => {
    stats['byCategory'] = { ...stats['byCategory'], agenda: null };
    stats['suppressed'] = [...(stats['suppressed'] as unknown as string[]), 'byCategory/agenda'].sort() as never;
  }),
  'a small cell that no list names': counted('pseudonymised, whole log', 'byCategory/space', (stats) => {
    stats['suppressed'] = (stats['suppressed'] as unknown as string[]).filter((cell) => cell !== 'byCategory/space') as never;
  }),
  'suppression where nobody is hidden': counted(WHOLE, 'suppressed', (stats) => (stats['suppressed'] = ['byDay/1999-01-01'] as never)),

  'the number of events in the request': requested('counts/events', { counts: { events: 1, streams: 9, opened: 9 } }),
  'another log in the request': requested('log', { log: { origin: 'x', size: 1, root: '' } }),
  'an export cut short': requested('truncated', { truncated: true }),
  'a mode that is none': requested('mode', { mode: 'complete' }),
  'a scope that is none': requested('scope', { scope: { kind: 'everything' } }),
  'a period without an end': requested('period', { period: { from: '2026-01-01T00:00:00.000Z' } }),
  'an event outside of the period': forged('authority, period', (made) => {
    made.request['period'] = { from: '2026-01-05T15:00:00.000Z', until: '2026-01-06T09:00:00.000Z' };
    return { code: 'request/count', file: 'data/evenements/evenements-000001.ndjson', line: 1 };
  }),
  'the request of another export': forged(WHOLE, (made) => {
    const id = made.request['id'];
    made.request['id'] = 1;
    return { code: 'request/count', file: id === 1 ? '' : 'bag-info.txt' };
  }),
  'no request': refiled(WHOLE, (payload) => {
    payload.delete(REQUEST);
    return { code: 'request/count', file: REQUEST };
  }),

  'FHIR lines left out': forged(WHOLE, (made) => {
    made.fhir.pop();
    return { code: 'fhir/count', file: 'data/fhir/AuditEvent-000001.ndjson' };
  }),
  'FHIR of another type': forged(WHOLE, (made) => {
    made.fhir[2] = { resourceType: 'Provenance' };
    return { code: 'fhir/count', file: 'data/fhir/AuditEvent-000001.ndjson', line: 3 };
  }),
  'a FHIR file that is named and not there': forged(WHOLE, (made) => {
    (made.fhirManifest['output'] as Json[]).push({ type: 'Provenance', url: '../stats.json', count: 1 });
    return { code: 'fhir/count', file: 'data/fhir/manifest.json' };
  }),
  'a file of JSON in another form': refiled(WHOLE, (payload, dice) => {
    const file = dice.of([STATS, REQUEST, 'data/fhir/manifest.json', 'data/preuves/tetes.note']);
    payload.set(file, Buffer.concat([fileIn(payload, file), Buffer.from(dice.of([' ', '\n', '\0']))]));
    return { code: 'event/canonical', file };
  }),
};
