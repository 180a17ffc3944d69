import { record, veil } from '../../../src/domain/record/documents.js';
import * as d from '../../support/documents.js';
import { specification } from '../../support/specification.js';

const visible = specification(record);
const hidden = specification(veil);
const LATER = d.at('2026-02-10T10:00:00+01:00');
const byAuthor = { at: LATER, by: d.AUTHOR };
const past = (more: Parameters<typeof d.deposited>[1] = {}) => [d.deposited('a', more), d.described('a')];
const second = (more: Parameters<typeof d.deposited>[1] = {}) => d.deposited('b', { set: 'a', version: 2, ...more });
const toB = d.deposit('b', { replaces: 'a' });
const MASKED = { confidentiality: ['MASQUE_PS'] } as const;
const HIDDEN = { confidentiality: ['INVISIBLE_PATIENT'] } as const;
const SECRET = { confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'] } as const;

describe('Replacing', () => {
  it('A14: a masked document by its author gives a masked version, the old one is deprecated, and a second RPLC on it is refused', () => {
    visible
      .given(...past(MASKED))
      .when(toB, byAuthor)
      .then(second(MASKED), d.described('b'), d.replaced('a', 'b'));
    visible
      .given(...past(MASKED), second(MASKED), d.described('b'), d.replaced('a', 'b'))
      .when(d.deposit('c', { replaces: 'a' }), byAuthor)
      .thenRefused('record/already-replaced');
  });

  it('goes on with the set, its first day and the next version', () =>
    visible
      .given(...past(), second(), d.described('b'), d.replaced('a', 'b'))
      .when(d.deposit('c', { replaces: 'b' }), byAuthor)
      .then(d.deposited('c', { set: 'a', version: 3 }), d.described('c'), d.replaced('b', 'c')));

  it('is for the author, and for the software of the place of care he deposited for', () => {
    visible
      .given(...past())
      .when(toB, { at: LATER, by: d.CLINIC })
      .then(second({ depositor: 'FACILITY', by: { facility: '750000001' } }), d.described('b'), d.replaced('a', 'b'));
    const elsewhere = d.doctor('810000000001', '750000099');
    visible
      .given(...past())
      .when(toB, { at: LATER, by: elsewhere })
      .then(second({ by: { professional: '810000000001', facility: '750000099' } }), d.described('b'), d.replaced('a', 'b'));
    const fromSoftware = past({ depositor: 'FACILITY', by: { facility: '750000050' } });
    visible
      .given(...fromSoftware)
      .when(toB, byAuthor)
      .then(second(), d.described('b'), d.replaced('a', 'b'));
  });

  it('of what is not his own, or is not there, tells nobody anything', () => {
    for (const by of [d.COLLEAGUE, d.STRANGER, d.HOLDER, d.INSURER]) {
      const metadata = by === d.HOLDER ? d.ownWords : d.report;
      visible
        .given(...past())
        .when(d.deposit('b', { metadata, replaces: 'a' }), { at: LATER, by })
        .thenRefused('record/nothing-here');
      visible
        .given()
        .when(d.deposit('b', { metadata, replaces: 'a' }), { at: LATER, by })
        .thenRefused('record/nothing-here');
    }
    const holders = [d.depositedByHolder('a'), d.described('a', d.ownWords)];
    visible
      .given(...holders)
      .when(toB, byAuthor)
      .thenRefused('record/nothing-here');
    visible
      .given(...past({ depositor: 'INSURER' }))
      .when(toB, byAuthor)
      .thenRefused('record/nothing-here');
  });

  it('is for the whole side where there is no person behind it: the holder and who represents him, Assurance Maladie', () => {
    const own = { metadata: d.ownWords, replaces: 'a', holder: { ...d.ADULT, represented: true } };
    visible
      .given(d.depositedByHolder('a'), d.described('a', d.ownWords))
      .when(d.deposit('b', own), { at: LATER, by: d.HOLDER })
      .then(
        d.depositedByHolder('b', { set: 'a', version: 2, depositor: 'REPRESENTATIVE' }),
        d.described('b', d.ownWords),
        d.replaced('a', 'b'),
      );
    visible
      .given(d.depositedByHolder('a', { depositor: 'INSURER' }), d.described('a'))
      .when(toB, { at: LATER, by: d.INSURER })
      .then(d.depositedByHolder('b', { set: 'a', version: 2, depositor: 'INSURER' }), d.described('b'), d.replaced('a', 'b'));
  });

  it('needs the version that counts: not an archived one, not one that was taken back', () => {
    visible
      .given(...past(), d.archived('a'))
      .when(toB, byAuthor)
      .thenRefused('record/archived');
    visible
      .given(...past(), d.unpublished('a'))
      .when(toB, byAuthor)
      .thenRefused('record/destroyed');
  });

  it('masks when asked to, and when the holder wants everything masked', () => {
    visible
      .given(...past())
      .when(d.deposit('b', { replaces: 'a', ...MASKED }), byAuthor)
      .then(second({ ...MASKED, ownMask: true }), d.described('b'), d.replaced('a', 'b'));
    visible
      .given(...past())
      .when(d.deposit('b', { replaces: 'a', holder: { ...d.ADULT, masksByDefault: true } }), byAuthor)
      .then(second(MASKED), d.described('b'), d.replaced('a', 'b'));
  });

  it.each([
    ['this one', { sets: ['a'], until: null }, []],
    ['everything deposited until then', { sets: [], until: d.NOW }, []],
    ['another one', { sets: ['z'], until: null }, ['MASQUE_PS']],
    ['everything deposited before', { sets: [], until: d.at('2026-01-31T08:59:59Z') }, ['MASQUE_PS']],
  ] as const)('brings back no mask that the holder lifted: %s', (_, unmasked, left) => {
    const holder = { ...d.ADULT, masksByDefault: true, unmasked };
    const confidentiality = left.length > 0 ? left : (['N'] as const);
    visible
      .given(...past(MASKED))
      .when(d.deposit('b', { replaces: 'a', holder }), byAuthor)
      .then(second({ confidentiality }), d.described('b'), d.replaced('a', 'b'));
  });
});

describe('Replacing under a veil', () => {
  const veiled = (codes: Parameters<typeof d.deposited>[1] = HIDDEN) => [d.veilOpened('a', 'HOLDER'), ...past(codes)];

  it('hides the new version as long as the old one is hidden', () => {
    hidden
      .given(...veiled())
      .when(toB, byAuthor)
      .then(second(HIDDEN), d.described('b'), d.replaced('a', 'b'));
    hidden
      .given(...veiled(SECRET))
      .when(toB, byAuthor)
      .then(second(SECRET), d.described('b'), d.replaced('a', 'b'));
  });

  it('does not hide again what the holder was told, or what the month has shown him', () => {
    hidden
      .given(...veiled(), d.announced('a'))
      .when(toB, byAuthor)
      .then(second(), d.described('b'), d.replaced('a', 'b'));
    const afterTheMonth = { at: d.at('2026-02-28T00:00:00+01:00'), by: d.AUTHOR };
    hidden
      .given(...veiled())
      .when(toB, afterTheMonth)
      .then(second(), d.described('b'), d.replaced('a', 'b'));
    const again = d.deposit('b', { replaces: 'a', ...HIDDEN });
    hidden
      .given(...veiled(), d.announced('a'))
      .when(again, byAuthor)
      .thenRefused('record/already-visible');
    hidden
      .given(...veiled(), d.revealed('a'))
      .when(again, byAuthor)
      .thenRefused('record/already-visible');
  });

  it('hides from nobody who could see the old version', () => {
    visible
      .given(...past())
      .when(d.deposit('b', { replaces: 'a', ...HIDDEN }), byAuthor)
      .thenRefused('record/already-visible');
    const both = d.deposit('b', { replaces: 'a', holder: d.CHILD, ...SECRET });
    visible
      .given(...past())
      .when(both, byAuthor)
      .thenRefused('record/already-visible');
    hidden
      .given(...veiled(HIDDEN))
      .when(both, byAuthor)
      .thenRefused('record/already-visible');
    const third = d.deposit('b', { replaces: 'a', ...HIDDEN });
    hidden
      .given(...veiled(SECRET))
      .when(third, byAuthor)
      .thenRefused('record/already-visible');
  });

  it('does not mask what is still hidden from the holder', () =>
    hidden
      .given(...veiled())
      .when(d.deposit('b', { replaces: 'a', ...MASKED }), byAuthor)
      .thenRefused('record/hiding-excludes-masking'));
});

describe('Advance directives', () => {
  const own = { metadata: d.directives };
  const byHolder = { at: LATER, by: d.HOLDER };
  const former = [d.depositedByHolder('a'), d.described('a', d.directives)];
  const byDoctor = { authors: d.report.authors, legalAuthenticator: d.report.legalAuthenticator };

  it('take the place of the former ones, named or not', () => {
    const facts = [d.depositedByHolder('b', { set: 'a', version: 2 }), d.described('b', d.directives), d.replaced('a', 'b')];
    visible
      .given(...former)
      .when(d.deposit('b', own), byHolder)
      .then(...facts);
    visible
      .given(...former)
      .when(d.deposit('b', { ...own, replaces: 'a' }), byHolder)
      .then(...facts);
    visible
      .given(...former, ...past().map((fact) => ({ ...fact, document: 'z', set: 'z' })))
      .when(d.deposit('b', { ...own, replaces: 'z' }), byHolder)
      .then(...facts);
  });

  it('that take the place of somebody else’s begin a set of their own, and stay masked: what he may not see, they do not tell of', () => {
    const masked = [d.depositedByHolder('a', MASKED), d.described('a', d.directives)];
    const facts = [d.deposited('b', { since: LATER, ...MASKED }), d.described('b', { ...d.directives, ...byDoctor }), d.replaced('a', 'b')];
    for (const replaces of [{}, { replaces: 'a' }])
      visible
        .given(...masked)
        .when(d.deposit('b', { metadata: { ...d.directives, ...byDoctor }, ...replaces }), byAuthor)
        .then(...facts);
  });

  it('under a veil take the place of nobody else’s', () => {
    const metadata = { ...d.directives, ...byDoctor };
    const veiled = [d.veilOpened('a', 'HOLDER'), ...past(HIDDEN), second(), d.described('b', metadata), d.replaced('a', 'b')];
    hidden
      .given(...veiled)
      .when(d.deposit('c', { metadata, replaces: 'b' }), { at: LATER, by: d.STRANGER })
      .thenRefused('record/nothing-here');
  });

  it.each([
    ['this text', { masked: { sets: ['a'], until: null } }, 'MASQUE_PS'],
    ['everything deposited until then', { masked: { sets: [], until: LATER } }, 'MASQUE_PS'],
    ['everything deposited before', { masked: { sets: [], until: d.at('2026-01-31T08:59:59Z') } }, 'N'],
    ['everything but this text', { masked: { sets: [], until: LATER }, unmasked: { sets: ['a'], until: null } }, 'N'],
  ] as const)('stay masked where somebody else’s were, when the holder masked %s', (_, said, code) => {
    const holder = { ...d.ADULT, ...said };
    const facts = [
      d.deposited('b', { since: LATER, confidentiality: [code] }),
      d.described('b', { ...d.directives, ...byDoctor }),
      d.replaced('a', 'b'),
    ];
    visible
      .given(...former)
      .when(d.deposit('b', { metadata: { ...d.directives, ...byDoctor }, holder }), byAuthor)
      .then(...facts);
    visible
      .given(...former)
      .when(d.deposit('b', { ...own, holder }), byHolder)
      .then(d.depositedByHolder('b', { set: 'a', version: 2 }), d.described('b', d.directives), d.replaced('a', 'b'));
  });

  it.each([
    ['hidden', [] as const],
    ['announced since', [d.announced('a')] as const],
  ])('are no version of what lies under a veil, %s: nobody would find them, nor they the former ones', (_, since) => {
    hidden
      .given(d.veilOpened('a', 'HOLDER'), ...past(HIDDEN), ...since)
      .when(d.deposit('b', { metadata: { ...d.directives, ...byDoctor }, replaces: 'a' }), byAuthor)
      .thenRefused('record/directives-cannot-be-hidden');
  });

  it('begin anew when there are none, or none that count', () => {
    const anew = [d.depositedByHolder('b', { since: LATER }), d.described('b', d.directives)];
    visible
      .given(...past())
      .when(d.deposit('b', own), byHolder)
      .then(...anew);
    visible
      .given(...former, d.deleted('a'))
      .when(d.deposit('b', own), byHolder)
      .then(...anew);
  });

  it('that were archived before newer ones came do not come back beside them', () => {
    const wish = { type: 'UnarchiveDocument', document: 'a' } as const;
    visible
      .given(...former, d.archived('a'))
      .when(wish, byHolder)
      .then(d.unarchived('a'));
    visible
      .given(...former, d.archived('a'), d.depositedByHolder('b'), d.described('b', d.directives))
      .when(wish, byHolder)
      .thenRefused('record/already-replaced');
  });

  it('are for adults, and hidden from nobody', () => {
    visible
      .given()
      .when(d.deposit('b', { ...own, holder: d.CHILD }), byHolder)
      .thenRefused('record/directives-are-for-adults');
    hidden
      .given()
      .when(d.deposit('b', { ...own, ...HIDDEN }), byAuthor)
      .thenRefused('record/directives-cannot-be-hidden');
  });
});
