import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkAppend } from '../../../src/infrastructure/eventstore/append-check.js';
import { writeHeader } from '../../../src/infrastructure/eventstore/header.js';
import { typeLengthIn } from '../../../src/infrastructure/eventstore/plain-header.js';
import { instantOf } from '../../../src/domain/shared/time.js';

const AT = Date.parse('2026-11-23T08:15:30.250Z');
const STREAM = `space-${randomUUID()}`;
const HEADER = writeHeader({
  at: instantOf(AT),
  by: 'professional',
  id: randomUUID(),
  key: randomUUID(),
  rev: 7,
  stream: STREAM as `space-${string}`,
  tv: 1,
  type: 'SpaceActivated',
  v: 1,
});
const check = (header: Buffer): void =>
  checkAppend({ stream: STREAM as `space-${string}`, expected: 6, at: AT, events: [{ header, body: Buffer.from('x') }] });
const isTaken = (header: Buffer): boolean => {
  try {
    check(header);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

describe('A header that comes with an append', () => {
  it('is taken as it is written, without being parsed', () => {
    expect(isTaken(HEADER)).toBe(true);
    // A form that is written otherwise would be taken too, and slowly.
    expect(typeLengthIn(HEADER, { at: instantOf(AT), rev: 7, stream: STREAM })).toBe('SpaceActivated'.length);
  });

  it('is taken in another form too, if it says the same', () => {
    const { type, rev, ...rest } = JSON.parse(HEADER.toString()) as Record<string, unknown>;
    expect(isTaken(Buffer.from(JSON.stringify({ type, rev, ...rest, more: 'é' }, null, 1)))).toBe(true);
  });

  /** What it says, read the usual way. */
  const agrees = (text: string): boolean => {
    const read = JSON.parse(text) as Record<string, unknown>;
    return read['at'] === instantOf(AT) && read['stream'] === STREAM && read['rev'] === 7 && typeof read['type'] === 'string';
  };
  const parses = (text: string): boolean => {
    try {
      return JSON.parse(text) !== null;
    } catch {
      return false;
    }
  };

  it('with any of its bytes altered is taken only while it is JSON and says the same', () => {
    fc.assert(
      fc.property(fc.nat(HEADER.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\,{}0 '))), (place, byte) => {
        const altered = Buffer.from(HEADER);
        altered[place] = byte;
        const text = altered.toString('utf8');
        expect(isTaken(altered)).toBe(parses(text) && agrees(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['another stream', ['"stream":"space', '"stream":"spice']],
    ['another revision', ['"rev":7', '"rev":8']],
    ['a revision that is text', ['"rev":7', '"rev":"7"']],
    ['another instant', ['30.250Z', '30.251Z']],
    [
      'what it should say in another member',
      ['"by":"professional"', `"by":"{\\"at\\":\\"${instantOf(AT)}\\""`],
      ['"at":"2026', '"at":"2027'],
    ],
    ['a version of its type that is no number', ['"tv":1', '"tv":']],
    ['no type', ['"type":"SpaceActivated"', '"type":1']],
    ['a second revision behind the first', ['"v":1', '"v":1,"rev":9']],
    ['more behind its end', ['"v":1}', '"v":1}}']],
  ])('with %s is refused', (_, ...changes) => {
    let text = HEADER.toString();
    for (const [from, to] of changes as [string, string][]) {
      expect(text).toContain(from);
      text = text.replace(from, to);
    }
    expect(isTaken(Buffer.from(text))).toBe(false);
  });
});
