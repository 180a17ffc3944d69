import { valueOf } from '../../../src/domain/shared/growing-map.js';
import { documentDestruction } from '../../../src/domain/record/document-destruction.js';
import { record, veil } from '../../../src/domain/record/documents.js';
import { replay } from '../../../src/domain/shared/decider.js';
import * as d from '../../support/documents.js';
import { reacting } from '../../support/reacting.js';
import { specification } from '../../support/specification.js';

const visible = specification(record);
const hidden = specification(veil);
const byAuthor = { at: d.NOW, by: d.AUTHOR };
const byHolder = { at: d.NOW, by: d.HOLDER };
const past = [d.deposited('a'), d.described('a')];
const veiled = [d.veilOpened('a', 'HOLDER'), d.deposited('a', { confidentiality: ['INVISIBLE_PATIENT'] }), d.described('a')];
const archive = { type: 'ArchiveDocument', document: 'a' } as const;
const unarchive = { type: 'UnarchiveDocument', document: 'a' } as const;
const unpublish = { type: 'UnpublishDocument', document: 'a', reason: 'ERROR' } as const;

describe('Archiving', () => {
  it('and taking out again is for those who answer for the document', () => {
    visible
      .given(...past)
      .when(archive, byAuthor)
      .then(d.archived('a'));
    visible
      .given(...past, d.archived('a'))
      .when(archive, byAuthor)
      .thenNothing();
    visible
      .given(...past, d.archived('a'))
      .when(unarchive, { at: d.NOW, by: d.CLINIC })
      .then(d.unarchived('a'));
    visible
      .given(...past)
      .when(unarchive, byAuthor)
      .thenNothing();
    for (const wish of [archive, unarchive])
      visible
        .given(...past)
        .when(wish, { at: d.NOW, by: d.COLLEAGUE })
        .thenRefused('record/nothing-here');
  });

  it('is for the version that counts', () => {
    const replacedBy = [d.deposited('b', { set: 'a', version: 2 }), d.replaced('a', 'b')];
    for (const wish of [archive, unarchive]) {
      visible
        .given(...past, ...replacedBy)
        .when(wish, byAuthor)
        .thenRefused('record/already-replaced');
      visible
        .given(...past, d.unpublished('a'))
        .when(wish, byAuthor)
        .thenRefused('record/destroyed');
    }
  });
});

describe('Taking back', () => {
  it('is for the author, the depositor and the software of his place of care, once, and not for a colleague', () => {
    for (const by of [d.AUTHOR, d.CLINIC])
      visible
        .given(...past)
        .when(unpublish, { at: d.NOW, by })
        .then(d.unpublished('a'));
    visible
      .given(...past, d.unpublished('a'))
      .when(unpublish, byAuthor)
      .thenNothing();
    visible
      .given(...past, d.archived('a'))
      .when(unpublish, byAuthor)
      .then(d.unpublished('a'));
    for (const by of [d.COLLEAGUE, d.STRANGER, d.HOLDER, d.INSURER, d.TIMER])
      visible
        .given(...past)
        .when(unpublish, { at: d.NOW, by })
        .thenRefused('record/nothing-here');
  });

  it('waits while an authority has the documents kept; whose business it is not learns nothing of that', () => {
    const kept = { ...unpublish, kept: true } as const;
    visible
      .given(...past)
      .when(kept, byAuthor)
      .thenRefused('enrolment/legal-hold');
    visible
      .given(...past, d.unpublished('a'))
      .when(kept, byAuthor)
      .thenNothing();
    for (const by of [d.COLLEAGUE, d.STRANGER, d.HOLDER])
      visible
        .given(...past)
        .when(kept, { at: d.NOW, by })
        .thenRefused('record/nothing-here');
  });

  it('is the same under a veil', () =>
    hidden
      .given(...veiled)
      .when(unpublish, byAuthor)
      .then(d.unpublished('a')));

  it('knows its depositor also when the description died with its key', () =>
    visible.given(d.deposited('a')).when(unpublish, byAuthor).then(d.unpublished('a')));
});

describe('Deleting', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `h${n}`);
  const own = (documents: readonly string[]) => documents.flatMap((id) => [d.depositedByHolder(id), d.described(id, d.ownWords)]);
  const wish = (documents: readonly string[]) => ({ type: 'DeleteDocuments', documents }) as const;

  it('waits as well while an authority has the documents kept', () => {
    visible
      .given(...own(['h0']))
      .when({ ...wish(['h0']), kept: true }, byHolder)
      .thenRefused('enrolment/legal-hold');
    visible
      .given(...own(['h0']), d.deleted('h0'))
      .when({ ...wish(['h0']), kept: true }, byHolder)
      .thenNothing();
    visible
      .given(...past)
      .when({ ...wish(['a']), kept: true }, byHolder)
      .thenRefused('record/not-yours-to-delete');
  });

  it('A25: a professional’s document is refused, and with it everything that was asked for', () => {
    visible
      .given(...past)
      .when(wish(['a']), byHolder)
      .thenRefused('record/not-yours-to-delete');
    visible
      .given(...past, ...own(ids(2)))
      .when(wish(['h0', 'a', 'h1']), byHolder)
      .thenRefused('record/not-yours-to-delete');
    visible
      .given(...own(ids(2)))
      .when(wish(['h0', 'nothing']), byHolder)
      .thenRefused('record/nothing-here');
  });

  it('A25: eleven own documents at once are refused, ten are deleted', () => {
    visible
      .given(...own(ids(11)))
      .when(wish(ids(11)), byHolder)
      .thenRefused('record/too-many-at-once');
    visible
      .given(...own(ids(11)))
      .when(wish(ids(10)), byHolder)
      .then(...ids(10).map(d.deleted));
  });

  it('counts each document once, and what is gone already as done', () => {
    visible
      .given(...own(['h0']))
      .when(wish(Array.from({ length: 11 }, () => 'h0')), byHolder)
      .then(d.deleted('h0'));
    visible
      .given(...own(ids(2)), d.deleted('h0'))
      .when(wish(ids(2)), byHolder)
      .then(d.deleted('h1'));
    visible
      .given(...own(ids(1)), d.deleted('h0'))
      .when(wish(ids(1)), byHolder)
      .thenNothing();
  });

  it('is for what either of the holder’s side deposited', () =>
    visible
      .given(d.depositedByHolder('h0', { depositor: 'REPRESENTATIVE' }), d.described('h0', d.ownWords))
      .when(wish(['h0']), byHolder)
      .then(d.deleted('h0')));
});

describe('A document whose description died with its key', () => {
  it('is still known, and its description is forgotten', () => {
    const whole = replay(record, [...past, d.unpublished('a')]);
    expect(replay(record, [d.deposited('a'), d.unpublished('a')])).toEqual(whole);
    expect(valueOf(whole.byId, 'a')).toMatchObject({ status: 'GONE', described: null, set: 'a', version: 1 });
  });

  it('leaves everything else as it is, and facts about documents that nobody knows change nothing', () => {
    const state = replay(record, [d.deposited('a'), d.unpublished('a'), d.deposited('b'), d.described('b')]);
    expect(valueOf(state.byId, 'b')).toMatchObject({ status: 'CURRENT' });
    const strays = [d.described('z'), d.replaced('z', 'y'), d.archived('z'), d.unpublished('z'), d.deleted('z'), d.announced('z')];
    expect(replay(record, [...past, ...strays, d.reminded('z'), d.revealed('z'), d.unarchived('z')])).toEqual(replay(record, past));
  });
});

describe('The destruction of documents', () => {
  const { given } = reacting(documentDestruction);
  const destroy = { type: 'DestroyDocument', space: d.SPACE, document: 'a', blob: 'blob-a' } as const;

  it('follows what is taken back and what is deleted', () => {
    given(`record-${d.SPACE}`, ...past, d.unpublished('a')).then({ id: d.SPACE, wish: destroy });
    given(`record-${d.SPACE}`, d.depositedByHolder('a'), d.deleted('a')).then({ id: d.SPACE, wish: destroy });
  });

  it('finds the key of a veiled document in the ring of its space', () =>
    given('veil-x', ...veiled, d.unpublished('a')).then({ id: 'x', wish: destroy }));
});
