import { record, veil } from '../../../src/domain/record/documents.js';
import { revokedOpening } from '../../../src/domain/record/revoked-opening.js';
import * as d from '../../support/documents.js';
import { writtenAt } from '../../support/projecting.js';
import { reacting } from '../../support/reacting.js';
import { specification } from '../../support/specification.js';

const LATER = d.at('2026-02-20T10:00:00+01:00');
const told = { at: LATER, by: d.TIMER };
const discard = (before: typeof LATER | null) => ({ type: 'DiscardDeposits', before }) as const;
const gone = (document: string) => d.unpublished(document, 'OPENING_REVOKED');

describe('A space that had opened although its person had opposed in time', () => {
  const process = reacting(revokedOpening);

  it('loses all that was deposited there, at once, and once more what was on its way', () => {
    const wish = { type: 'DiscardDeposits' } as const;
    process.given('space-x', { type: 'SpaceOpeningRevoked', v: 1 }).then({ id: 'x', wish }, { id: 'x', wish, notBefore: writtenAt(1) });
  });

  it('loses every version, replaced and archived ones too, whoever deposited it', () => {
    const { given } = specification(record);
    const versions = [
      d.deposited('a'),
      d.described('a'),
      d.deposited('b', { set: 'a', version: 2 }),
      d.replaced('a', 'b'),
      d.archived('b'),
    ];
    given(...versions, d.depositedByHolder('c'), d.deposited('e'), d.deleted('e'))
      .when(discard(null), told)
      .then(gone('a'), gone('b'), gone('c'));
    given().when(discard(null), told).thenNothing();
  });

  it('loses what lies under a veil', () =>
    specification(veil)
      .given(d.veilOpened('a', 'HOLDER'), d.deposited('a', { confidentiality: ['INVISIBLE_PATIENT'] }))
      .when(discard(null), told)
      .then(gone('a')));

  it('keeps what was deposited from the moment on at which it opened again', () =>
    specification(record)
      .given(d.deposited('a'), d.deposited('b', { since: LATER }))
      .when(discard(LATER), told)
      .then(gone('a')));
});
