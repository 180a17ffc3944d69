import { describe, it } from '@jest/globals';
import { deadlineAfter, instant, startOfDay, type LocalDate } from '../../src/domain/shared/time.js';
import { retention } from '../../src/projections/registers/retention.js';
import type { Projection } from '../../src/projections/shared/projection.js';
import { endingFacts as e, spaceFacts as s } from '../support/enrolment-facts.js';
import { projecting, rowsAfter, told, writtenAt } from '../support/projecting.js';

const { given } = projecting(retention);
const closed = { space_id: 'a', archived_until: s.SpaceClosed.archivedUntil, decided: null };
const notAsked = { asked_at: null, erased_from: null, late_from: null };
const parts = [
  { events: 3, digest: 'one' },
  { events: 2, digest: 'two' },
];

describe('What must be gone, and what is', () => {
  it('counts from the moment the holder said it, not from the one it was written down at', () => {
    const on = instant('2026-08-31T21:59:59Z');
    const [shut, asked] = told<{ readonly type: string }>('space-a', s.SpaceClosed, e.ErasureRequested);
    const late = { ...asked!, at: instant('2026-08-31T22:00:01Z'), meta: { ...asked!.meta, on } };
    expect(rowsAfter(retention as unknown as Projection, [shut!, late])['space_end']).toMatchObject([
      { asked_at: on, late_from: '2026-11-30T23:00:00.000Z' },
    ]);
  });

  it.each([
    ['a closed space waits for the end of its archive', [s.SpaceClosed], [{ ...closed, ...notAsked }]],
    [
      'one whose holder asked waits for its day, and is late three months after the day he asked on',
      [s.SpaceClosed, e.ErasureRequested],
      [
        {
          ...closed,
          asked_at: writtenAt(1),
          erased_from: e.ErasureRequested.executeOn,
          late_from: deadlineAfter(writtenAt(1), { months: 3 }).over,
        },
      ],
    ],
    [
      'one who took it back waits as if he had not',
      [s.SpaceClosed, e.ErasureRequested, e.ErasureRequestCancelled],
      [{ ...closed, ...notAsked }],
    ],
    ['a space that was reopened waits for nothing', [s.SpaceClosed, e.ErasureRequested, s.SpaceReopened], []],
    ['what was decided says on which ground', [s.SpaceClosed, s.DestructionRequested], [{ ...closed, ...notAsked, decided: 'RETENTION' }]],
  ])('%s', (_, facts, rows) => given('space-a', ...facts).then({ space_end: rows, legal_hold: [], destruction: [] }));

  it('a hold stands until it is lifted', () => {
    given('space-a', s.SpaceClosed, e.LegalHoldPlaced).then({ legal_hold: [{ space_id: 'a', hold: 'hold-1' }] });
    given('space-a', s.SpaceClosed, e.LegalHoldPlaced, e.LegalHoldLifted).then({ legal_hold: [] });
  });

  it.each([
    ['the day of the request, and from when on it would have been late', 'SPACE', '2026-08-31' as LocalDate, '2026-12-01'],
    ['neither, where nobody asked', 'TRACE', null, null],
    ['neither, where the certificate is of the first form', null, null, null],
  ] as const)('a certificate is a row that knows no space, with %s', (_, scope, askedOn, late) => {
    const row = { stream: 'audit-202611-erasure-0a', rev: 0, scope, asked_on: askedOn, streams: 2, events: 5, done_at: writtenAt(0) };
    const late_from = late && startOfDay(late as LocalDate);
    given('audit-202611-erasure-0a', { type: 'SpaceDestroyed', v: 2, ground: 'ERASURE', scope, askedOn, parts }).then({
      destruction: [{ ...row, late_from }],
      space_end: [],
    });
  });
});
