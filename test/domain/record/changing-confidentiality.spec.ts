import { record, veil } from '../../../src/domain/record/documents.js';
import type { Confidentiality, DocumentCommand } from '../../../src/domain/record/document-vocabulary.js';
import { visibleAt } from '../../../src/domain/record/hiding.js';
import * as d from '../../support/documents.js';
import { specification } from '../../support/specification.js';

const visible = specification(record);
const hidden = specification(veil);
const byAuthor = { at: d.NOW, by: d.AUTHOR };
const MASKED = { confidentiality: ['MASQUE_PS'] } as const;
const OWN = { ...MASKED, ownMask: true } as const;
const changed = (...confidentiality: readonly Confidentiality[]): DocumentCommand => ({
  type: 'ChangeConfidentiality',
  document: 'a',
  confidentiality,
});
const past = (more: Parameters<typeof d.deposited>[1] = {}) => [d.deposited('a', more), d.described('a')];
const veiled = (...confidentiality: readonly Confidentiality[]) => [d.veilOpened('a', 'HOLDER'), ...past({ confidentiality })];

describe('An update of the confidentiality', () => {
  it('masks to professionals, by whoever answers for the document, archived or not', () => {
    for (const by of [d.AUTHOR, d.CLINIC])
      visible
        .given(...past())
        .when(changed('MASQUE_PS'), { at: d.NOW, by })
        .then(d.remasked('a', true));
    visible
      .given(...past(), d.archived('a'))
      .when(changed('N', 'MASQUE_PS'), byAuthor)
      .then(d.remasked('a', true));
    for (const by of [d.COLLEAGUE, d.STRANGER, d.HOLDER, d.INSURER])
      visible
        .given(...past())
        .when(changed('MASQUE_PS'), { at: d.NOW, by })
        .thenRefused('record/nothing-here');
  });

  it('takes back the mask that the depositor said, at the deposit or since, and says nothing twice', () => {
    visible.given().when(d.deposit('a', MASKED), byAuthor).then(d.deposited('a', OWN), d.described('a'));
    visible
      .given(...past(OWN))
      .when(changed('N'), byAuthor)
      .then(d.remasked('a', false));
    visible
      .given(...past(), d.remasked('a', true))
      .when(changed('N'), byAuthor)
      .then(d.remasked('a', false));
    for (const [given, asked] of [
      [past(), 'N'],
      [past(OWN), 'MASQUE_PS'],
      [[...past(OWN), d.remasked('a', false)], 'N'],
    ] as const)
      visible
        .given(...given)
        .when(changed(asked), byAuthor)
        .thenNothing();
  });

  it('never takes back a mask that the holder wanted on everything, also where the depositor had asked for it too, or took it over', () => {
    const holder = { ...d.ADULT, masksByDefault: true };
    visible
      .given()
      .when(d.deposit('a', { ...MASKED, holder }), byAuthor)
      .then(d.deposited('a', MASKED), d.described('a'));
    visible
      .given(...past(MASKED))
      .when(changed('N'), byAuthor)
      .thenNothing();
    visible
      .given(...past(MASKED))
      .when(d.deposit('b', { replaces: 'a', ...MASKED }), byAuthor)
      .then(d.deposited('b', { set: 'a', version: 2, ...MASKED }), d.described('b'), d.replaced('a', 'b'));
    visible
      .given(...past(OWN))
      .when(d.deposit('b', { replaces: 'a' }), byAuthor)
      .then(d.deposited('b', { set: 'a', version: 2, ...OWN }), d.described('b'), d.replaced('a', 'b'));
  });

  it('is for the version that counts, and takes the older ones along that still live', () => {
    const versions = [...past(), d.deposited('b', { set: 'a', version: 2 }), d.described('b'), d.replaced('a', 'b')];
    visible
      .given(...versions)
      .when(changed('MASQUE_PS'), byAuthor)
      .thenRefused('record/already-replaced');
    const newest = { ...changed('MASQUE_PS'), document: 'b' } as DocumentCommand;
    visible
      .given(...versions)
      .when(newest, byAuthor)
      .then(d.remasked('b', true), d.remasked('a', true, 'b'));
    visible
      .given(...versions, d.unpublished('a'))
      .when(newest, byAuthor)
      .then(d.remasked('b', true));
    visible
      .given(...past(), d.unpublished('a'))
      .when(changed('MASQUE_PS'), byAuthor)
      .thenRefused('record/destroyed');
  });

  it('hides nothing: that begins with the deposit', () => {
    for (const code of ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const)
      visible
        .given(...past())
        .when(changed(code), byAuthor)
        .thenRefused('record/hiding-begins-with-deposit');
    hidden
      .given(...veiled('INVISIBLE_PATIENT'))
      .when(changed('INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'), byAuthor)
      .thenRefused('record/hiding-begins-with-deposit');
    hidden
      .given(...veiled('INVISIBLE_PATIENT'), d.announced('a'))
      .when(changed('INVISIBLE_PATIENT'), byAuthor)
      .thenRefused('record/hiding-begins-with-deposit');
  });

  it('shows nothing that hides: the holder is told in person, and representatives never see it', () => {
    hidden
      .given(...veiled('INVISIBLE_PATIENT'))
      .when(changed('N'), byAuthor)
      .thenRefused('record/hiding-stays');
    hidden
      .given(...veiled('INVISIBLE_REPRESENTANTS_LEGAUX'))
      .when(changed('N'), byAuthor)
      .thenRefused('record/hiding-stays');
    hidden
      .given(...veiled('INVISIBLE_PATIENT'))
      .when(changed('INVISIBLE_PATIENT'), byAuthor)
      .thenNothing();
  });

  it('A16: masks nothing while it is hidden from the holder; by the calendar, also when the timer is late', () => {
    hidden
      .given(...veiled('INVISIBLE_PATIENT'))
      .when(changed('INVISIBLE_PATIENT', 'MASQUE_PS'), byAuthor)
      .thenRefused('record/hiding-excludes-masking');
    hidden
      .given(...veiled('INVISIBLE_PATIENT'))
      .when(changed('MASQUE_PS'), { at: visibleAt(d.NOW), by: d.AUTHOR })
      .then(d.remasked('a', true));
    hidden
      .given(...veiled('INVISIBLE_PATIENT'), d.announced('a'))
      .when(changed('MASQUE_PS'), byAuthor)
      .then(d.remasked('a', true));
    hidden
      .given(...veiled('INVISIBLE_REPRESENTANTS_LEGAUX'))
      .when(changed('INVISIBLE_REPRESENTANTS_LEGAUX', 'MASQUE_PS'), byAuthor)
      .then(d.remasked('a', true));
  });
});
