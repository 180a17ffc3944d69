import { record, veil } from '../../../src/domain/record/documents.js';
import type { DocumentMetadata } from '../../../src/domain/record/document-vocabulary.js';
import * as d from '../../support/documents.js';
import { specification } from '../../support/specification.js';

const visible = specification(record);
const hidden = specification(veil);
const byAuthor = { at: d.NOW, by: d.AUTHOR };
const byHolder = { at: d.NOW, by: d.HOLDER };
const HIDDEN = { confidentiality: ['INVISIBLE_PATIENT'] } as const;
const SECRET = { confidentiality: ['INVISIBLE_REPRESENTANTS_LEGAUX'], holder: d.CHILD } as const;

describe('A deposit', () => {
  it('lies in the record with what it is apart from the fact that it was deposited', () =>
    visible.given().when(d.deposit('a'), byAuthor).then(d.deposited('a'), d.described('a')));

  it('says on whose side it was made, and by whom only for professionals and places of care', () => {
    const holder = { metadata: d.ownWords };
    visible.given().when(d.deposit('a', holder), byHolder).then(d.depositedByHolder('a'), d.described('a', d.ownWords));
    visible
      .given()
      .when(d.deposit('a', { ...holder, holder: { ...d.ADULT, represented: true } }), byHolder)
      .then(d.depositedByHolder('a', { depositor: 'REPRESENTATIVE' }), d.described('a', d.ownWords));
    visible
      .given()
      .when(d.deposit('a'), { at: d.NOW, by: d.CLINIC })
      .then(d.deposited('a', { depositor: 'FACILITY', by: { facility: '750000001' } }), d.described('a'));
    visible
      .given()
      .when(d.deposit('a'), { at: d.NOW, by: d.INSURER })
      .then(d.depositedByHolder('a', { depositor: 'INSURER' }), d.described('a'));
    const alone = d.doctor('810000000009', null);
    visible
      .given()
      .when(d.deposit('a'), { at: d.NOW, by: alone })
      .then(d.deposited('a', { by: { professional: '810000000009' } }), d.described('a'));
  });

  it('is made by nobody else', () => visible.given().when(d.deposit('a'), { at: d.NOW, by: d.TIMER }).thenRefused('access/not-allowed'));

  it('of the same thing again adds nothing; of another, or of somebody else, under the same uniqueId is refused', () => {
    const { given } = visible;
    const past = [d.deposited('a'), d.described('a')];
    given(...past)
      .when(d.deposit('a'), byAuthor)
      .thenNothing();
    for (const by of [d.COLLEAGUE, d.CLINIC, d.INSURER, d.HOLDER])
      given(...past)
        .when(d.deposit('a'), { at: d.NOW, by })
        .thenRefused('record/unique-id-used');
    const shuffled = Object.fromEntries(Object.entries(d.report).reverse()) as unknown as DocumentMetadata;
    given(...past)
      .when(d.deposit('a', { metadata: shuffled }), byAuthor)
      .thenNothing();
    for (const other of [
      { metadata: { ...d.report, title: 'Autre' } },
      { metadata: { ...d.report, authors: [] } },
      { content: d.contentOf('b') },
      { confidentiality: ['MASQUE_PS'] as const },
    ])
      given(...past)
        .when(d.deposit('a', other), byAuthor)
        .thenRefused('record/unique-id-used');
    given(...past, d.unpublished('a'))
      .when(d.deposit('a'), byAuthor)
      .thenRefused('record/unique-id-used');
    given(d.deposited('a')).when(d.deposit('a'), byAuthor).thenRefused('record/unique-id-used');
  });

  it('is masked when the holder wants everything masked, but not while nobody else would see it', () => {
    const holder = { ...d.ADULT, masksByDefault: true };
    visible
      .given()
      .when(d.deposit('a', { holder }), byAuthor)
      .then(d.deposited('a', { confidentiality: ['MASQUE_PS'] }), d.described('a'));
    hidden
      .given()
      .when(d.deposit('a', { ...HIDDEN, holder }), byAuthor)
      .then(d.veilOpened('a', 'HOLDER'), d.deposited('a', HIDDEN), d.described('a'));
  });

  it('that hides goes under a veil, and nothing else does', () => {
    hidden.given().when(d.deposit('a', HIDDEN), byAuthor).then(d.veilOpened('a', 'HOLDER'), d.deposited('a', HIDDEN), d.described('a'));
    hidden.given().when(d.deposit('a'), byAuthor).thenRefused('record/wrong-place');
    visible.given().when(d.deposit('a', HIDDEN), byAuthor).thenRefused('record/wrong-place');
    hidden
      .given(d.veilOpened('a', 'HOLDER'), d.deposited('a', HIDDEN), d.described('a'))
      .when(d.deposit('b', HIDDEN), byAuthor)
      .thenRefused('record/wrong-place');
  });
});

describe('What a depositor may ask for', () => {
  it('A16: not visible to the patient and masked to professionals is refused', () =>
    hidden
      .given()
      .when(d.deposit('a', { confidentiality: ['INVISIBLE_PATIENT', 'MASQUE_PS'] }), byAuthor)
      .thenRefused('record/hiding-excludes-masking'));

  it('the holder and who represents him ask for a mask and nothing more; so does Assurance Maladie', () => {
    const own = { metadata: d.ownWords };
    visible
      .given()
      .when(d.deposit('a', { ...own, confidentiality: ['N', 'MASQUE_PS'] }), byHolder)
      .then(d.depositedByHolder('a', { confidentiality: ['MASQUE_PS'] }), d.described('a', d.ownWords));
    hidden
      .given()
      .when(d.deposit('a', { ...own, ...HIDDEN }), byHolder)
      .thenRefused('record/hiding-is-for-professionals');
    hidden
      .given()
      .when(d.deposit('a', { ...own, ...SECRET }), byHolder)
      .thenRefused('record/hiding-is-for-professionals');
    hidden.given().when(d.deposit('a', HIDDEN), { at: d.NOW, by: d.INSURER }).thenRefused('record/hiding-is-for-professionals');
    hidden
      .given()
      .when(d.deposit('a', HIDDEN), { at: d.NOW, by: d.CLINIC })
      .then(
        d.veilOpened('a', 'HOLDER'),
        d.deposited('a', { ...HIDDEN, depositor: 'FACILITY', by: { facility: '750000001' } }),
        d.described('a'),
      );
  });

  it('A17: under a secret connection only what is hidden from the legal representatives, of a minor, until his eighteenth birthday', () => {
    const secret = { ...SECRET, secret: true };
    hidden
      .given()
      .when(d.deposit('a', secret), byAuthor)
      .then(d.veilOpened('a', 'REPRESENTATIVES'), d.deposited('a', { confidentiality: SECRET.confidentiality }), d.described('a'));
    visible
      .given()
      .when(d.deposit('a', { holder: d.CHILD, secret: true }), byAuthor)
      .thenRefused('record/secret-must-be-hidden');
    hidden
      .given()
      .when(d.deposit('a', { ...HIDDEN, holder: d.CHILD, secret: true }), byAuthor)
      .thenRefused('record/secret-must-be-hidden');
    hidden
      .given()
      .when(d.deposit('a', { ...SECRET, holder: d.ADULT }), byAuthor)
      .thenRefused('record/holder-is-adult');
    const unknown = { ...d.ADULT, birthDate: null };
    hidden
      .given()
      .when(d.deposit('a', { ...SECRET, holder: unknown }), byAuthor)
      .thenRefused('record/holder-is-adult');
    const both = ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'] as const;
    hidden
      .given()
      .when(d.deposit('a', { holder: d.CHILD, confidentiality: both }), byAuthor)
      .then(d.veilOpened('a', 'HOLDER', 'REPRESENTATIVES'), d.deposited('a', { confidentiality: both }), d.described('a'));
  });

  it.each([
    ['2028-02-29T22:59:59.999Z', null],
    ['2028-02-29T23:00:00.000Z', 'record/holder-is-adult'],
  ])('who was born on 1 March 2010 is a minor at %s: %s', (iso, refusal) => {
    const outcome = hidden.given().when(d.deposit('a', SECRET), { at: d.at(iso), by: d.AUTHOR });
    if (refusal) outcome.thenRefused(refusal);
    else
      outcome.then(
        d.veilOpened('a', 'REPRESENTATIVES'),
        d.deposited('a', { confidentiality: SECRET.confidentiality, since: d.at(iso) }),
        d.described('a'),
      );
  });
});

describe('An entry', () => {
  const NEXT_DAY = d.at('2026-02-01T10:00:00+01:00');
  it.each<[string, Partial<DocumentMetadata>]>([
    ['record/title-length', { title: '' }],
    ['record/title-length', { title: '  ' }],
    ['record/title-length', { title: 'x'.repeat(129) }],
    ['record/language-unknown', { languageCode: 'français' }],
    ['record/service-ends-before-it-starts', { serviceStart: NEXT_DAY, serviceStop: d.NOW }],
    ['record/created-in-the-future', { creationTime: d.at('2026-01-31T10:02:00.001+01:00') }],
    ['record/author-missing', { authors: [] }],
    ['record/format-mismatch', { formatCode: 'urn:ihe:iti:xds-sd:text:2008' }],
  ])('is refused with %s: %j', (code, more) =>
    visible
      .given()
      .when(d.deposit('a', { metadata: { ...d.report, ...more } }), byAuthor)
      .thenRefused(code),
  );

  it.each<[string, Partial<DocumentMetadata>]>([
    ['a title of 128 characters', { title: 'x'.repeat(128) }],
    ['a language without a country', { languageCode: 'br' }],
    ['an act that ends as it starts', { serviceStop: d.NOW }],
    ['a clock that is two minutes ahead', { creationTime: d.at('2026-01-31T10:02:00+01:00') }],
  ])('may have %s', (_, more) => {
    const metadata = { ...d.report, ...more };
    visible.given().when(d.deposit('a', { metadata }), byAuthor).then(d.deposited('a'), d.described('a', metadata));
  });

  it('of a structured document names any format', () => {
    const metadata = { ...d.report, formatCode: 'urn:ihe:lab:xd-lab:2008' };
    const content = { ...d.contentOf('a'), mediaType: 'text/xml' };
    visible
      .given()
      .when(d.deposit('a', { metadata, content }), byAuthor)
      .then(d.deposited('a'), { ...d.described('a', metadata), content });
  });

  it('tells everything that is wrong with it at once', () =>
    visible
      .given()
      .when(d.deposit('a', { metadata: { ...d.report, title: '', authors: [] } }), byAuthor)
      .thenRefusedForAll(['record/title-length', 'record/author-missing']));

  it.each<[string, DocumentMetadata]>([
    ['the author', { ...d.ownWords, authors: d.report.authors }],
    ['the one who answers', { ...d.ownWords, legalAuthenticator: d.report.legalAuthenticator }],
    ['the place', { ...d.ownWords, healthcareFacilityType: 'SA04' }],
    ['the setting', { ...d.ownWords, practiceSetting: 'ETABLISSEMENT' }],
  ])('of the holder does not name somebody else as %s', (_, metadata) =>
    visible.given().when(d.deposit('a', { metadata }), byHolder).thenRefused('record/author-not-you'),
  );
});
