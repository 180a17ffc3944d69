import { access } from '../../../src/domain/access/access.js';
import type { AccessCommand, AccessEvent } from '../../../src/domain/access/access-vocabulary.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';
import { specification } from '../../support/specification.js';

const { given } = specification(access);
const byAlice = { at: p.DAY_0, by: p.alice };
const sets = (n: number): string[] => Array.from({ length: n }, (_, i) => `set-${i}`);

describe('Masking documents', () => {
  const mask = (...named: string[]): AccessCommand => ({ type: 'MaskDocuments', sets: named });
  const unmask = (...named: string[]): AccessCommand => ({ type: 'UnmaskDocuments', sets: named });
  const unmasked = (...named: string[]): AccessEvent => ({ type: 'DocumentsUnmasked', v: 1, sets: named });

  it('by name is one fact, of those that are not masked already', () => {
    given()
      .when(mask('a', 'b', 'a'), byAlice)
      .then(s.masked('a', 'b'));
    given(s.masked('a')).when(mask('a', 'b'), byAlice).then(s.masked('b'));
    given(s.masked('a'), unmasked('a')).when(mask('a'), byAlice).then(s.masked('a'));
    given(s.masked('a')).when(mask('a'), byAlice).thenNothing();
  });

  it.each([
    [0, 'access/no-document-named'],
    [500, null],
    [501, 'access/too-many-documents'],
  ])('%d at once', (n, code) => {
    const masking = given().when(mask(...sets(n)), byAlice);
    const unmasking = given().when(unmask(...sets(n)), byAlice);
    if (code === null) {
      masking.then(s.masked(...sets(n)));
      unmasking.thenEachTime(unmasked(...sets(n)));
    } else {
      masking.thenRefused(code);
      unmasking.thenRefused(code);
    }
  });

  it('no more is said each time: a version deposited since may be masked again', () => {
    given(unmasked('a')).when(unmask('a', 'a'), byAlice).thenEachTime(unmasked('a'));
  });

  it('all together is said each time, of everything deposited until then', () => {
    given({ type: 'AllDocumentsMasked', v: 1 })
      .when({ type: 'MaskAllDocuments' }, byAlice)
      .thenEachTime({ type: 'AllDocumentsMasked', v: 1 });
    given().when({ type: 'UnmaskAllDocuments' }, byAlice).thenEachTime({ type: 'AllDocumentsUnmasked', v: 1 });
  });

  it('makes all that was said by name void when it is said of all', () => {
    given(s.masked('a'), { type: 'AllDocumentsUnmasked', v: 1 }).when(mask('a'), byAlice).then(s.masked('a'));
  });

  it('to come is a preference, off by default', () => {
    const prefer = (masked: boolean): AccessCommand => ({ type: 'SetDefaultConfidentiality', masked });
    const preferred = (masked: boolean): AccessEvent => ({ type: 'DefaultConfidentialitySet', v: 1, masked });
    given().when(prefer(false), byAlice).thenNothing();
    given().when(prefer(true), byAlice).then(preferred(true));
    given(preferred(true)).when(prefer(false), byAlice).then(preferred(false));
  });
});

describe('Masking a document from somebody', () => {
  const whom = s.oneOf(s.doctor);
  const mask = (own: { from?: Instant; until?: Instant } = {}): AccessCommand => ({ type: 'MaskDocumentFrom', set: 'a', whom, ...own });
  const NEXT_WEEK = p.day(7);

  it.each<[string, { from?: Instant; until?: Instant }, AccessEvent | string]>([
    ['from now until it is lifted', {}, s.maskedFrom('a', whom)],
    ['for a week', { until: NEXT_WEEK }, s.maskedFrom('a', whom, p.DAY_0, NEXT_WEEK)],
    ['for a millisecond', { until: p.later(p.DAY_0, 1) }, s.maskedFrom('a', whom, p.DAY_0, p.later(p.DAY_0, 1))],
    ['from next week on', { from: NEXT_WEEK }, s.maskedFrom('a', whom, NEXT_WEEK)],
    ['in the past', { from: p.later(p.DAY_0, -1) }, 'access/mask-in-the-past'],
    ['until the moment it begins', { until: p.DAY_0 }, 'access/mask-ends-before-it-begins'],
    ['until before it begins', { from: NEXT_WEEK, until: p.day(6) }, 'access/mask-ends-before-it-begins'],
  ])('%s', (_, own, outcome) => {
    const told = given().when(mask(own), byAlice);
    if (typeof outcome === 'string') told.thenRefused(outcome);
    else told.then(outcome);
  });

  it('adds nothing when a period that was said before holds all of it', () => {
    const week = s.maskedFrom('a', whom, p.DAY_0, NEXT_WEEK);
    given(week)
      .when(mask({ from: p.day(1), until: NEXT_WEEK }), byAlice)
      .thenNothing();
    given(week, s.maskedFrom('a', whom, p.day(8), p.day(9)))
      .when(mask({ until: p.day(2) }), byAlice)
      .thenNothing();
    given(week)
      .when(mask({ until: p.later(NEXT_WEEK, 1) }), byAlice)
      .then(s.maskedFrom('a', whom, p.DAY_0, p.later(NEXT_WEEK, 1)));
    given(week).when(mask(), byAlice).then(s.maskedFrom('a', whom));
  });

  it('is lifted with every period of it, once', () => {
    const lift: AccessCommand = { type: 'LiftDocumentMask', set: 'a', whom };
    const lifted: AccessEvent = { type: 'DocumentMaskLifted', v: 1, set: 'a', whom };
    given(s.maskedFrom('a', whom), s.maskedFrom('a', whom, NEXT_WEEK))
      .when(lift, byAlice)
      .then(lifted);
    given(s.maskedFrom('a', s.placeOf(s.CLINIC)))
      .when(lift, byAlice)
      .thenNothing();
  });
});
