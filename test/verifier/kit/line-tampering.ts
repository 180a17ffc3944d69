import { digestOf, type Json } from './sealing.js';
import { recounted, type Draft } from './draft.js';
import { LOG } from './samples.js';
import { carelessly, EVENTS, fileIn, flipped, forged, fromLines, linesIn, refiled, withLine, type Tampering } from './tampering.js';

type Line = Json & { index: number; h: Json & { stream: string; rev: number; at: string; by: string }; c: string };
const lineAt = (made: Draft, place: number): Line => made.lines[place] as Line;
const anyPlace = (made: Draft, below: (limit: number) => number): number => below(Math.min(made.lines.length, 40));

const WHOLE = 'authority, whole log';
const SPACE = 'nominative, space';

/** A line of the first file of events is written in another way. */
const written = (change: (line: string) => string): Tampering =>
  refiled(SPACE, (payload, dice) => ({ code: 'event/canonical', file: EVENTS, line: withLine(payload, EVENTS, dice, change) }));

/** The first of two other heads or digests: the leaf is another one, whatever else was made to fit. */
const altered = (alter: (line: Line, below: (limit: number) => number) => void): Tampering =>
  forged(WHOLE, (made, dice) => {
    const place = anyPlace(made, (limit) => dice.below(limit));
    const line = structuredClone(lineAt(made, place));
    alter(line, (limit) => dice.below(limit));
    made.lines[place] = line;
    recounted(made);
    return { code: 'event/leaf', file: EVENTS, line: place + 1, index: line.index };
  });

/** Alterations of the lines of events. */
export const LINE_TAMPERING: Readonly<Record<string, Tampering>> = {
  'a line in Windows form': written((line) => `${line}\r`),
  'a mark of byte order': written((line) => `\ufeff${line}`),
  'a space in a line': written((line) => line.replace(':', ': ')),
  'a space behind a line': written((line) => `${line} `),
  'an empty line': written(() => ''),
  'a number with a point': written((line) => line.replace(/"rev":(\d+)/, '"rev":$1.0')),
  'a number with an exponent': written((line) => line.replace(/"rev":(\d+)/, '"rev":$1e0')),
  'a negative zero': written((line) => line.replace(/"rev":\d+/, '"rev":-0')),
  'a number beyond what is exact': written((line) => line.replace(/"index":\d+/, '"index":9007199254740993')),
  'a number of five thousand digits': written((line) => line.replace(/"index":\d+/, `"index":1${'0'.repeat(5000)}`)),
  'half of a surrogate pair': written((line) => line.replace(/"by":"\w+"/, '"by":"\\ud800"')),
  'an escape where none is needed': written((line) => line.replace('"by":"', '"by":"\\u0070')),
  'a member twice': written((line) => line.replace('"v":1', '"v":1,"v":1')),
  'a member twice, the other first': written((line) => line.replace('{"c":', '{"c":"x","c":')),
  'members in another order': written((line) => line.replace(/^\{"c":("[^"]+"),(.*)\}$/, '{$2,"c":$1}')),
  'a member that is none': written((line) => line.replace('"index"', '"indeks":1,"index"')),
  'not a number': written((line) => line.replace(/"rev":\d+/, '"rev":NaN')),
  'an array in a line': written((line) => `[${line}]`),
  'nesting without end': written(() => `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  'nesting deeper than allowed': written((line) => line.replace('"v":1', `"v":1,"x":${'['.repeat(80)}${']'.repeat(80)}`)),
  'bytes that are no UTF-8': refiled(SPACE, (payload, dice) => {
    const lines = linesIn(fileIn(payload, EVENTS));
    const place = dice.below(lines.length);
    const bad = Buffer.concat([Buffer.from((lines[place] ?? '').slice(0, -2)), Buffer.of(0xc3), Buffer.from('"}\n')]);
    payload.set(EVENTS, Buffer.concat([fromLines(lines.slice(0, place)), bad, fromLines(lines.slice(place + 1))]));
    return { code: 'event/canonical', file: EVENTS, line: place + 1 };
  }),
  'a line of three megabytes': written((line) => line.replace('"by"', `"b${'y'.repeat(3 << 20)}":1,"by"`)),
  'a file of one line without an end': refiled(SPACE, (payload) => {
    payload.set(EVENTS, Buffer.alloc(5 << 20, 'a'));
    return { code: 'event/canonical', file: EVENTS, line: 1 };
  }),
  'the last line feed missing': refiled(SPACE, (payload) => {
    const bytes = fileIn(payload, EVENTS);
    payload.set(EVENTS, bytes.subarray(0, -1));
    return { code: 'event/canonical', file: EVENTS, line: linesIn(bytes).length };
  }),
  'a header without a member': written((line) => line.replace(/"by":"\w+",/, '')),
  'a header of another version': written((line) => line.replace('"v":1', '"v":2')),
  'a revision below zero': written((line) => line.replace(/"rev":\d+/, '"rev":-1')),
  'a moment of another form': written((line) => line.replace(/\.000Z"/, 'Z"')),
  'an id in capitals': written((line) =>
    line.replace(/"id":"([0-9a-f-]+)"/, (_, id: string) => `"id":"${id.toUpperCase().replace(/^[0-9]/, 'A')}"`),
  ),
  'true for one': written((line) => line.replace('"tv":1', '"tv":true')),
  'a digest of another length': written((line) => line.replace(/"c":"../, '"c":"')),
  'a digest whose last bits are not zero': written((line) => line.replace(/"c":"(.{42})./, '"c":"$1B')),
  'a reason for being closed that is none': written((line) => line.replace(/"c":("[^"]+")/, '"c":$1,"closed":"lost"')),

  'any bit of a line, with fitting lists': refiled(SPACE, (payload, dice) => {
    const lines = linesIn(fileIn(payload, EVENTS));
    payload.set(EVENTS, flipped(fileIn(payload, EVENTS), dice, 0, Buffer.byteLength(lines[0] ?? '')));
    return { code: '', file: EVENTS };
  }),
  'the side on which an act was done': altered(({ h }) => (h.by = h.by === 'staff' ? 'system' : 'staff')),
  'when it was': altered(({ h }, below) => (h.at = h.at.replace(/:\d\d\./, `:${10 + below(50)}.`).replace('.000Z', '.001Z'))),
  'the type of it': altered(({ h }) => (h['type'] = 'SpaceClosed')),
  'a member that the header did not have': altered(({ h }) => (h['extra'] = 1)),
  'the digest of a body': altered((line, below) => (line.c = digestOf(Buffer.from(`${below(1000)}`)))),
  'the version of it': altered(({ h }) => (h['tv'] = 2)),
  'bodies of two events exchanged': forged(WHOLE, (made) => {
    const [one, other] = [structuredClone(lineAt(made, 3)), structuredClone(lineAt(made, 9))];
    [one.c, other.c] = [other.c, one.c];
    made.lines[3] = one;
    made.lines[9] = other;
    return { code: 'event/leaf', index: 3 };
  }),
  'two events exchanged, with their places': forged(WHOLE, (made) => {
    const [one, other] = [structuredClone(lineAt(made, 3)), structuredClone(lineAt(made, 9))];
    made.lines[3] = { ...other, index: 3 };
    made.lines[9] = { ...one, index: 9 };
    return { code: 'event/leaf', index: 9 };
  }),
  'two lines in another order': forged(SPACE, (made, dice) => {
    const place = dice.below(20);
    [made.lines[place], made.lines[place + 1]] = [lineAt(made, place + 1), lineAt(made, place)];
    return { code: 'event/order', file: EVENTS, line: place + 2 };
  }),
  'a line twice': forged(SPACE, (made, dice) => {
    const place = dice.below(20);
    made.lines.splice(place, 0, lineAt(made, place));
    recounted(made);
    return { code: 'event/duplicate', file: EVENTS, line: place + 2 };
  }),
  'an event that was never in the log': forged(WHOLE, (made) => {
    const last = structuredClone(lineAt(made, made.lines.length - 1));
    last.index += 1;
    last.h.rev += 1;
    made.lines.push(last);
    const head = made.heads.find(({ stream }) => stream === last.h.stream)!;
    Object.assign(head, { rev: head.rev + 1, count: head.count + 1 });
    recounted(made);
    return { code: 'event/leaf', index: LOG.events.length, stream: last.h.stream };
  }),
  'an event of the whole log left out': forged(WHOLE, (made, dice) => {
    const [gone] = made.lines.splice(dice.below(made.lines.length), 1) as [Line];
    const head = made.heads.find(({ stream }) => stream === gone.h.stream)!;
    head.count -= 1;
    recounted(made);
    return { code: 'event/order', index: gone.index };
  }),
  'the end of the whole log left out': forged(WHOLE, (made) => {
    const gone = made.lines.splice(-2) as Line[];
    for (const { h } of gone) made.heads.find(({ stream }) => stream === h.stream)!.count -= 1;
    recounted(made);
    return { code: 'event/order', file: 'data/evenements', index: LOG.events.length - 2 };
  }),
  'an event moved into another stream': altered(({ h }) => (h.stream = 'constructor-1')),
  'only its leaf left, for no reason': forged(WHOLE, (made) => {
    const { index, h } = lineAt(made, 5);
    made.lines[5] = { index, leaf: LOG.events[6]!.leaf.toString('base64'), closed: 'purged' };
    made.heads.find(({ stream }) => stream === h.stream)!.count -= 1;
    recounted(made);
    return { code: 'event/leaf', index: 5 };
  }),
  'a public fact that says something else': forged(WHOLE, (made) => {
    const place = made.lines.findIndex(({ t }) => t === 'MatrixVersionPublished');
    made.lines[place] = { ...made.lines[place], d: { version: 4 } };
    return { code: 'opened/mismatch', index: place };
  }),
  'an open line whose header says another type': forged(WHOLE, (made) => {
    const place = made.lines.findIndex(({ t }) => t === 'SpaceOpened');
    made.lines[place] = { ...made.lines[place], t: 'SpaceErased' };
    recounted(made);
    return { code: 'opened/mismatch', index: place };
  }),
  'a closed line that shows something': forged(WHOLE, (made) => {
    made.lines[0] = { ...made.lines[0], closed: 'destroyed' };
    return { code: 'opened/mismatch', index: 0 };
  }),
  'lines removed by somebody careless': carelessly(WHOLE, (files, dice) => {
    const lines = linesIn(fileIn(files, EVENTS));
    const [gone] = lines.splice(dice.below(lines.length), 1);
    files.set(EVENTS, fromLines(lines));
    return { code: 'event/order', index: (JSON.parse(gone ?? '') as Line).index };
  }),
};
