import { announcement } from '../../../src/domain/record/announcement.js';
import { record, veil } from '../../../src/domain/record/documents.js';
import { hiddenFrom } from '../../../src/domain/record/hiding.js';
import type { DocumentEvent } from '../../../src/domain/record/document-vocabulary.js';
import { replay } from '../../../src/domain/shared/decider.js';
import { valueOf } from '../../../src/domain/shared/growing-map.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as d from '../../support/documents.js';
import { reacting } from '../../support/reacting.js';
import { specification } from '../../support/specification.js';

const { given } = specification(veil);
const HIDDEN = { confidentiality: ['INVISIBLE_PATIENT'] } as const;
const SECRET = { confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] } as const;
const veiled = [d.veilOpened('a', 'HOLDER'), d.deposited('a', HIDDEN), d.described('a')];
const secondVersion = [d.deposited('b', { set: 'a', version: 2, ...HIDDEN }), d.described('b'), d.replaced('a', 'b')];
const REMINDER = d.at('2026-02-14T00:00:00+01:00');
const VISIBLE = d.at('2026-02-28T00:00:00+01:00');
const justBefore = (moment: string) => d.at(new Date(Date.parse(moment) - 1).toISOString());
const remind = { type: 'RemindOfAnnouncement', document: 'a' } as const;
const reveal = { type: 'RevealDocument', document: 'a' } as const;
const announce = { type: 'RecordAnnouncement', document: 'a' } as const;
/** From whom the document `a` is hidden at this moment. */
const hiddenAt = (at: Instant, ...facts: readonly DocumentEvent[]) => {
  const document = valueOf(replay(veil, facts).byId, 'a');
  return document && hiddenFrom(document, at);
};
const timer = (at: typeof REMINDER) => ({ at, by: d.TIMER });
const doctorSays = { at: d.NOW, by: d.STRANGER };

describe('A15: a document deposited on 31 January 2026 and hidden from the holder', () => {
  const process = reacting(announcement);

  it('calls for a reminder on 14 February and shows on 28 February, at midnight in Paris', () => {
    const space = d.SPACE;
    process
      .given('veil-x', ...veiled)
      .then({ id: 'x', wish: { ...remind, space }, notBefore: REMINDER }, { id: 'x', wish: { ...reveal, space }, notBefore: VISIBLE });
    process
      .given('veil-x', ...veiled, ...secondVersion)
      .then({ id: 'x', wish: { ...remind, space }, notBefore: REMINDER }, { id: 'x', wish: { ...reveal, space }, notBefore: VISIBLE });
    process.given('veil-x', d.deposited('a', SECRET)).then();
  });

  it('is told of on that day, once, and not when it shows anyway', () => {
    given(...veiled)
      .when(remind, timer(justBefore(REMINDER)))
      .thenNothing();
    given(...veiled)
      .when(remind, timer(REMINDER))
      .then(d.reminded('a'));
    given(...veiled, d.reminded('a'))
      .when(remind, timer(REMINDER))
      .thenNothing();
    given(...veiled, ...secondVersion)
      .when(remind, timer(REMINDER))
      .then(d.reminded('b'));
    given(...veiled)
      .when(remind, timer(VISIBLE))
      .thenNothing();
    given(...veiled, d.announced('a'))
      .when(remind, timer(REMINDER))
      .thenNothing();
    given(...veiled, d.unpublished('a'))
      .when(remind, timer(REMINDER))
      .thenNothing();
    given().when(remind, timer(REMINDER)).thenNothing();
  });

  it('shows on that day, in every version that is left, once, the older ones along with the newest', () => {
    given(...veiled)
      .when(reveal, timer(justBefore(VISIBLE)))
      .thenNothing();
    given(...veiled)
      .when(reveal, timer(VISIBLE))
      .then(d.revealed('a'));
    given(...veiled, ...secondVersion)
      .when(reveal, timer(VISIBLE))
      .then(d.revealed('a', { along: 'b' }), d.revealed('b'));
    given(...veiled, ...secondVersion, d.unpublished('a'))
      .when(reveal, timer(VISIBLE))
      .then(d.revealed('b'));
    given(...veiled, d.revealed('a'))
      .when(reveal, timer(VISIBLE))
      .thenNothing();
    given(...veiled, d.announced('a'))
      .when(reveal, timer(VISIBLE))
      .thenNothing();
    given().when(reveal, timer(VISIBLE)).thenNothing();
  });

  it('shows earlier when a professional announced it, in every version, the older ones along with the newest', () => {
    given(...veiled)
      .when(announce, doctorSays)
      .then(d.announced('a'));
    given(...veiled, ...secondVersion)
      .when(announce, doctorSays)
      .then(d.announced('a', { along: 'b' }), d.announced('b'));
    given(...veiled, d.announced('a'))
      .when(announce, doctorSays)
      .thenNothing();
  });

  it('is hidden until then, whether the timer is late or not', () => {
    expect(hiddenAt(d.NOW, ...veiled)).toEqual(['HOLDER']);
    expect(hiddenAt(justBefore(VISIBLE), ...veiled)).toEqual(['HOLDER']);
    expect(hiddenAt(VISIBLE, ...veiled)).toEqual([]);
    expect(hiddenAt(d.NOW, ...veiled, d.announced('a'))).toEqual([]);
    expect(hiddenAt(d.NOW, ...veiled, d.revealed('a'))).toEqual([]);
    expect(hiddenAt(d.NOW, ...veiled, d.announced('z'))).toEqual(['HOLDER']);
  });
});

describe('An announcement', () => {
  it('is only of what is hidden from the holder, and still is', () => {
    specification(record).given(d.deposited('a')).when(announce, doctorSays).thenRefused('record/not-hidden');
    given(d.deposited('a', SECRET)).when(announce, doctorSays).thenRefused('record/not-hidden');
    given(...veiled, d.revealed('a'))
      .when(announce, doctorSays)
      .thenRefused('record/not-hidden');
    given(...veiled)
      .when(announce, { at: VISIBLE, by: d.STRANGER })
      .thenRefused('record/not-hidden');
    given(...veiled, d.unpublished('a'))
      .when(announce, doctorSays)
      .thenRefused('record/nothing-here');
    given().when(announce, doctorSays).thenRefused('record/nothing-here');
  });
});

describe('A17: what is hidden from the legal representatives', () => {
  it('stays so, whatever is announced and however long it is', () => {
    const both = d.deposited('a', { confidentiality: ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] });
    expect(hiddenAt(d.NOW, both)).toEqual(['HOLDER', 'REPRESENTATIVES']);
    expect(hiddenAt(d.at('2036-01-31T10:00:00Z'), both, d.announced('a'))).toEqual(['REPRESENTATIVES']);
  });

  it('is neither told of nor revealed by the calendar', () => {
    given(d.deposited('a', SECRET)).when(remind, timer(REMINDER)).thenNothing();
    given(d.deposited('a', SECRET)).when(reveal, timer(VISIBLE)).thenNothing();
  });
});
