import { describe, expect, it } from '@jest/globals';
import { copies } from '../../../src/domain/portability/copies.js';
import { copyReactions } from '../../../src/domain/portability/copy-reactions.js';
import type { CopyCommand, CopyEvent } from '../../../src/domain/portability/copy-vocabulary.js';
import { REACTOR, type Actor } from '../../../src/domain/shared/actor.js';
import { decide, replay } from '../../../src/domain/shared/decider.js';
import type { Recorded } from '../../../src/domain/shared/fact.js';
import { isRejection } from '../../../src/domain/shared/rejection.js';
import type { Instant } from '../../../src/domain/shared/time.js';

const AT = '2026-03-02T08:00:00.000Z' as Instant;
const person = (sub: string): Actor => ({ role: 'person', subject: { issuer: 'x', sub }, assurance: 'substantial', authenticatedAt: 0 });
const [holder, parent] = [person('alice'), person('bruno')];
const asked = (copy: string, who = 'alice'): CopyEvent => ({ type: 'CopyRequested', v: 1, copy, asker: `person:x|${who}` });
const UNTIL = '2026-03-09T23:00:00.000Z' as Instant;
const made = (copy: string, documents: readonly string[] = []) => ({
  copy,
  blob: `blob-${copy}`,
  size: 9,
  sha256: 'ab',
  documents,
  lines: 3,
});
const ready = (copy: string, documents: readonly string[] = [], until = UNTIL): CopyEvent => ({
  type: 'CopyReady',
  v: 1,
  ...made(copy, documents),
  until,
});
const ended = (copy: string, why: 'EXPIRED' | 'DOCUMENT_WITHDRAWN'): CopyEvent => ({
  ...{ type: 'CopyEnded', v: 1, copy },
  blob: `blob-${copy}`,
  why,
});

const after = (history: readonly CopyEvent[], command: CopyCommand, by: Actor = REACTOR, at = AT) =>
  decide(copies, { ...command, by, at }, replay(copies, history));
const refusalOf = (decision: ReturnType<typeof after>) => (isRejection(decision) ? decision.rejected : null);

describe('A copy of the data of a space', () => {
  it('is asked for by an account, and is for that account', () => {
    expect(after([], { type: 'RequestCopy', copy: 'a' }, holder)).toEqual([asked('a')]);
  });

  it('is the same one as long as it is being made, however often it is asked for', () => {
    expect(after([asked('a')], { type: 'RequestCopy', copy: 'b' }, holder)).toEqual([]);
    expect(after([asked('a')], { type: 'RequestCopy', copy: 'b' }, parent)).toEqual([asked('b', 'bruno')]);
  });

  it('can be asked for anew once it is ready, ended, or could not be made', () => {
    const failed: CopyEvent = { type: 'CopyFailed', v: 1, copy: 'a', reason: 'NOT_MADE' };
    for (const before of [[ready('a')], [ready('a'), ended('a', 'EXPIRED')], [failed]])
      expect(after([asked('a'), ...before], { type: 'RequestCopy', copy: 'b' }, holder)).toEqual([asked('b')]);
  });

  it('is not made a fourth time while three lie ready for the same account', () => {
    const three = ['a', 'b', 'c'].flatMap((copy) => [asked(copy), ready(copy)]);
    expect(refusalOf(after(three, { type: 'RequestCopy', copy: 'd' }, holder))).toBe('portability/too-many-copies');
    expect(after(three, { type: 'RequestCopy', copy: 'd' }, parent)).toEqual([asked('d', 'bruno')]);
    const then = after(three, { type: 'RequestCopy', copy: 'd' }, holder, UNTIL);
    expect(then).toEqual([...['a', 'b', 'c'].map((copy) => ended(copy, 'EXPIRED')), asked('d')]);
  });

  it('is ready until the end of the seventh day after, in Paris', () => {
    expect(after([asked('a')], { type: 'DeliverCopy', ...made('a') })).toEqual([ready('a')]);
  });

  it('is delivered once: what somebody else made a second time is not taken', () => {
    expect(after([asked('a'), ready('a')], { type: 'DeliverCopy', ...made('a'), blob: 'another' })).toEqual([]);
    expect(after([asked('a'), ready('a')], { type: 'FailCopy', copy: 'a', reason: 'NOT_MADE' })).toEqual([]);
  });

  it('ends on its day, and not a moment before', () => {
    const history = [asked('a'), ready('a')];
    expect(after(history, { type: 'ExpireCopies' }, REACTOR, '2026-03-09T22:59:59.999Z' as Instant)).toEqual([]);
    expect(after(history, { type: 'ExpireCopies' }, REACTOR, UNTIL)).toEqual([ended('a', 'EXPIRED')]);
  });

  it('ends when a document in it is taken back, and only then', () => {
    const history = [asked('a'), ready('a', ['d1']), asked('b'), ready('b', ['d2'])];
    expect(after(history, { type: 'WithdrawCopies', document: 'd1' })).toEqual([ended('a', 'DOCUMENT_WITHDRAWN')]);
    expect(after(history, { type: 'WithdrawCopies', document: 'd3' })).toEqual([]);
  });
});

describe('What follows from the facts of a copy', () => {
  const follows = (event: CopyEvent) =>
    copyReactions.on[event.type]?.({ event, stream: 'record-s', rev: 0, at: AT } as unknown as Recorded<never>, 's');

  it('asked for, it is made; ready, it ends on its day; ended, its key and its bytes go', () => {
    expect(follows(asked('a'))).toEqual([{ id: 's', wish: { type: 'MakeCopy', copy: 'a' } }]);
    expect(follows(ready('a'))).toEqual([{ id: 's', wish: { type: 'ExpireCopies' }, notBefore: UNTIL }]);
    expect(follows(ended('a', 'EXPIRED'))).toEqual([
      { id: 's', wish: { type: 'DestroyDocument', space: 's', document: 'a', blob: 'blob-a' } },
    ]);
  });

  it('a space that was closed and is open again: what nobody could write of its copies meanwhile is written', () => {
    const event = { type: 'SpaceReopened', v: 1, subject: { issuer: 'x', sub: 'alice' }, restoredFromArchive: true } as const;
    const fact = { event, stream: 'space-s', rev: 7, at: AT } as unknown as Recorded<typeof event>;
    expect(copyReactions.on.SpaceReopened?.(fact, 's')).toEqual([{ id: 's', wish: { type: 'SettleCopies', reopened: AT } }]);
    expect(copyReactions.listensTo).toContain('space');
  });

  it('a document that is taken back, also under a veil, takes the copies of its space with it', () => {
    const event = { type: 'DocumentUnpublished', v: 1, document: 'd', space: 's', reason: 'ERROR', blob: 'b' } as const;
    expect(copyReactions.on.DocumentUnpublished?.({ event, stream: 'veil-v' } as unknown as Recorded<typeof event>, 'v')).toEqual([
      { id: 's', wish: { type: 'WithdrawCopies', document: 'd' } },
    ]);
  });
});
