import { draftOf, policyOf, recounted, type Draft } from './draft.js';
import { packageOf } from './files.js';
import { GrowingLog, SPACE_A } from './log.js';
import { LOG, KINDS } from './samples.js';
import type { Json } from './sealing.js';
import { fileIn, flipped, forged, KEYS, refiled, withLine, type Tampering } from './tampering.js';

const SPACE = 'nominative, space';
type Key = Json & { index: number; body: string; ke: string };
const keyAt = (made: Draft, place: number): Key => made.keys[place] as Key;

/** One key line is altered; the finding names its place. */
const altered = (code: string, alter: (key: Key, made: Draft, place: number) => void, below = 20): Tampering =>
  forged(SPACE, (made, dice) => {
    const place = dice.below(below);
    const key = { ...keyAt(made, place) };
    made.keys[place] = key;
    alter(key, made, place);
    return { code, file: KEYS, line: place + 1, ...(code === 'event/canonical' ? {} : { index: key.index }) };
  });

const bitOf = (text: string, dice: { below: (limit: number) => number }): string => {
  const bytes = Buffer.from(text, 'base64url');
  const at = dice.below(bytes.length);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes.toString('base64url');
};

/** Alterations of what opens events. */
export const KEY_TAMPERING: Readonly<Record<string, Tampering>> = {
  'a bit of a key': altered('key/opens', (key) => (key.ke = bitOf(key.ke, { below: () => 7 }))),
  'the key of another event': altered('key/opens', (key, made, place) => (key.ke = keyAt(made, place + 1).ke)),
  'no key': altered('key/opens', (key) => delete (key as Json)['ke']),
  'a key of 31 bytes': altered('event/canonical', (key) => (key.ke = Buffer.alloc(31).toString('base64url'))),
  'a bit of a body': altered('key/body', (key) => (key.body = bitOf(key.body, { below: (limit) => limit - 30 }))),
  'the body of another event': altered('key/body', (key, made, place) => (key.body = keyAt(made, place + 1).body)),
  'a body cut off': altered('key/body', (key) => (key.body = Buffer.from(key.body, 'base64url').subarray(0, -16).toString('base64url'))),
  'a body in another alphabet': altered('event/canonical', (key) => (key.body = `${key.body.slice(0, -4)}+/==`)),
  'a key for an event that is not here': forged(SPACE, (made) => {
    const known = new Set(made.lines.map(({ index }) => index));
    const index = LOG.events.findIndex((_, place) => !known.has(place));
    const place = made.keys.findIndex((key) => (key['index'] as number) > index);
    made.keys.splice(place, 0, { ...keyAt(made, 0), index });
    recounted(made);
    return { code: 'key/body', file: KEYS, line: place + 1, index };
  }),
  'a key line twice': forged(SPACE, (made, dice) => {
    const place = dice.below(20);
    made.keys.splice(place, 0, keyAt(made, place));
    recounted(made);
    return { code: 'event/duplicate', file: KEYS, line: place + 2 };
  }),
  'key lines in another order': forged(SPACE, (made, dice) => {
    const place = dice.below(20);
    [made.keys[place], made.keys[place + 1]] = [keyAt(made, place + 1), keyAt(made, place)];
    return { code: 'event/order', file: KEYS, line: place + 2 };
  }),
  'a key left out': forged(SPACE, (made, dice) => {
    made.keys.splice(dice.below(made.keys.length), 1);
    return { code: 'request/count', cell: 'counts/opened' };
  }),
  'a key for a line that is closed': forged(SPACE, (made, dice) => {
    const place = dice.below(20);
    made.lines[place] = { ...made.lines[place], closed: 'destroyed' };
    return { code: 'opened/mismatch', index: made.lines[place]['index'] as number };
  }),
  'a line that shows what was not written': forged(SPACE, (made, dice) => {
    const place = dice.below(20);
    const { t, tv, m } = LOG.events[made.lines[place]?.['index'] as number]!.plain as Json;
    made.lines[place] = { ...made.lines[place], t, tv, m, d: { n: 1_000 } };
    recounted(made);
    return { code: 'opened/mismatch', index: made.lines[place]['index'] as number };
  }),
  'keys where the request names none': forged('authority, whole log', (made) => {
    const { index, body, ke } = LOG.events[0]!;
    made.keys = [{ index, body: body.toString('base64url'), ke: ke!.toString('base64url') }];
    (made as { wanted: Draft['wanted'] }).wanted = { ...made.wanted, mode: 'nominative' };
    return { code: 'request/count', cell: 'keys' };
  }),
  'any bit of the keys, with fitting lists': refiled(SPACE, (payload, dice) => {
    payload.set(KEYS, flipped(fileIn(payload, KEYS), dice));
    return { code: '', file: KEYS };
  }),
  'a key line in another form': refiled(SPACE, (payload, dice) => {
    const spoil = dice.of<(line: string) => string>([
      (line) => `${line}\r`,
      (line) => line.replace(',', ', '),
      () => 'null',
      (line) => `${line}${' '.repeat(2 << 20)}`,
    ]);
    return { code: 'event/canonical', file: KEYS, line: withLine(payload, KEYS, dice, spoil) };
  }),
  'a body that opens under two keys': (dice) => {
    const log = new GrowingLog();
    const commitment = Buffer.alloc(32);
    commitment.writeUInt8(1 + dice.below(255), dice.below(32));
    log.add({ stream: `space-${SPACE_A}`, t: 'SpaceOpened' });
    log.add({ stream: `space-${SPACE_A}`, t: 'EmailChanged', commitment });
    const made = draftOf(log, { mode: 'nominative', scope: 'space' });
    return {
      files: packageOf(made),
      expected: { code: 'key/commitment', file: KEYS, line: 2, index: 1, rev: 1 },
      policy: policyOf('none'),
    };
  },
  'a body that is not what its header announces': (dice) => {
    const log = new GrowingLog();
    log.add({ stream: `space-${SPACE_A}`, t: 'SpaceOpened' });
    log.add({ stream: `record-${SPACE_A}`, t: 'DocumentDeposited' });
    const { header: _, ...event } = log.events[dice.below(2)]!;
    const made = draftOf(log, { ...KINDS[SPACE], heads: false, cosigned: false, mode: 'nominative', scope: 'space', earlier: 1 });
    made.lines[event.index] = { ...made.lines[event.index], t: 'PersonDeclaredEligible', tv: 1 };
    recounted(made);
    return { files: packageOf(made), expected: { code: 'opened/mismatch', index: event.index }, policy: policyOf('none') };
  },
};
