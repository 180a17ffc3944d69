import { describe, expect, it } from '@jest/globals';
import type { CopyFact } from '../../src/application/portability/copy-facts.js';
import { copiesOf } from '../../src/application/portability/copy-list.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { copyFacts, documentFacts } from '../support/record-facts.js';

const { CopyRequested, CopyReady, CopyEnded } = copyFacts;
const gone = documentFacts('s', 'd1').DocumentUnpublished;
const NOW = '2026-03-05T08:00:00.000Z' as Instant;
const LATE = '2026-03-10T08:00:00.000Z' as Instant;
const told = (...events: readonly CopyFact['event'][]) =>
  events.map((event, n) => ({ event, at: `2026-03-02T08:0${n}:00.000Z`, position: BigInt(n) }) as CopyFact);
const only = (facts: readonly CopyFact[], now = NOW) => copiesOf(facts, CopyRequested.asker, now).map(({ status, why }) => [status, why]);

describe('A copy of which a document was taken back', () => {
  it.each([
    ['later, and nobody wrote yet that it ended', [CopyRequested, CopyReady, gone]],
    ['in the moment in which it was put together', [CopyRequested, gone, CopyReady]],
    ['later, and its days are over too by now', [CopyRequested, CopyReady, gone], LATE],
  ])('%s, has ended', (_, events, now = NOW) => {
    expect(only(told(...events), now)).toEqual([['ENDED', 'DOCUMENT_WITHDRAWN']]);
  });

  it('has ended for the reason that was written, where one was', () => {
    expect(only(told(CopyRequested, CopyReady, CopyEnded, gone))).toEqual([['ENDED', 'EXPIRED']]);
  });

  it('was ready until then', () => {
    expect(only(told(CopyRequested, CopyReady, gone), '2026-03-02T08:01:30.000Z' as Instant)).toEqual([['READY', null]]);
  });

  it('is no other copy', () => {
    expect(only(told(CopyRequested, CopyReady, { ...gone, document: 'd2' }))).toEqual([['READY', null]]);
  });
});
