import { matrixPublication } from '../../../src/domain/access/matrix-publication.js';
import { habilitations, inForceFrom, matrixOf, type MatrixCommand, type MatrixEvent } from '../../../src/domain/access/matrix-version.js';
import { hasRow, mayRead } from '../../../src/domain/access/habilitation.js';
import { IMPORTER, REACTOR } from '../../../src/domain/shared/actor.js';
import type { Of } from '../../../src/domain/shared/decider.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(habilitations);

const DOCTOR = 'h|10';
const NURSE = 'h|60';
const known = { professions: [DOCTOR, NURSE], types: ['11488-4', '83901-9', 'WISHES'] };
const source = (digit: string) => `sha256:${digit.repeat(64)}`;
const first = [
  { profession: DOCTOR, allowed: ['11488-4', '83901-9', 'WISHES'] },
  { profession: NURSE, allowed: [] },
];
const second = [first[0]!, { profession: NURSE, allowed: ['11488-4'] }];
const soon = p.later(p.DAY_0, 5_000);
const past = p.day(-1);

type Proposal = Of<MatrixCommand, 'ProposeMatrixVersion'>;
const propose = (more: Partial<Proposal> = {}): Proposal => ({
  type: 'ProposeMatrixVersion',
  appliesFrom: soon,
  source: source('b'),
  reason: 'order of the minister',
  rows: second,
  known,
  ...more,
});
const firstText = { version: 1, appliesFrom: past, source: source('a'), rows: first };
const secondText = { version: 2, appliesFrom: soon, source: source('b'), rows: second };
const proposed: MatrixEvent = { type: 'MatrixVersionProposed', v: 1, ...firstText, reason: 'first start' };
const published: MatrixEvent = { type: 'MatrixVersionPublished', v: 1, ...firstText };
const proposedNext: MatrixEvent = { type: 'MatrixVersionProposed', v: 1, ...secondText, reason: 'order of the minister' };
const publish = (version: number): MatrixCommand => ({ type: 'PublishMatrixVersion', version });
const told = { at: p.DAY_0, by: p.operator };
const bySoftware = { at: p.DAY_0, by: IMPORTER };
const reacting = (at: Instant) => ({ at, by: REACTOR });

describe('Proposing a version of the authorisation matrix', () => {
  it('the first one may apply from the past: before it nothing was decided', () => {
    given()
      .when(propose({ appliesFrom: past, source: source('a'), rows: first, reason: 'first start' }), bySoftware)
      .then(proposed);
  });

  it('the software proposes only where there is none', () => {
    given(proposed).when(propose(), bySoftware).thenNothing();
  });

  it('an operator proposes the next one, five seconds ahead at least', () => {
    given(proposed, published).when(propose(), told).then(proposedNext);
    for (const appliesFrom of [p.later(p.DAY_0, 4_999), p.DAY_0, past])
      given(proposed, published).when(propose({ appliesFrom }), told).thenRefused('access/matrix-too-soon');
  });

  it('is refused without a reason', () => {
    given(proposed, published)
      .when(propose({ reason: ' ' }), told)
      .thenRefused('access/matrix-reason-needed');
  });

  it('is refused when it changes nothing, whatever the order of its rows', () => {
    const turned = [first[1]!, { profession: DOCTOR, allowed: ['WISHES', '83901-9', '11488-4'] }];
    given(proposed, published)
      .when(propose({ rows: turned }), told)
      .thenRefused('access/matrix-unchanged');
  });

  it('losing a row without rights is a change: its people take no part in care any more', () => {
    given(proposed, published)
      .when(propose({ rows: [first[0]!] }), told)
      .then({ ...proposedNext, rows: [first[0]!] });
  });

  it.each([
    ['no row', { rows: [] }],
    ['a profession twice', { rows: [...first, first[0]!] }],
    ['a type twice', { rows: [{ profession: DOCTOR, allowed: ['11488-4', '11488-4'] }] }],
    ['a source that says something', { source: 'the file of Ms Example' }],
  ])('is refused with %s', (_, more) => {
    given(proposed, published).when(propose(more), told).thenRefused('access/matrix-malformed');
    given().when(propose(more), bySoftware).thenRefused('access/matrix-malformed');
  });

  it.each([
    ['profession', [{ profession: 'h|11', allowed: [] }]],
    ['type', [{ profession: DOCTOR, allowed: ['00000-0'] }]],
  ])('is refused with a %s that the code lists do not have', (_, rows) => {
    given(proposed, published).when(propose({ rows }), told).thenRefused('access/matrix-code-unknown');
  });

  it('goes back to what an earlier version said', () => {
    const later = p.day(2);
    given(proposed, published, proposedNext)
      .when(propose({ rows: first, source: source('a'), appliesFrom: later }), { ...told, at: p.day(1) })
      .then({
        type: 'MatrixVersionProposed',
        v: 1,
        version: 3,
        appliesFrom: later,
        source: source('a'),
        reason: 'order of the minister',
        rows: first,
      });
  });
});

describe('Publishing a version', () => {
  it('says in public what was proposed, without the reason, once', () => {
    given(proposed).when(publish(1), reacting(p.DAY_0)).then(published);
    given(proposed, published).when(publish(1), reacting(p.DAY_0)).thenNothing();
    given(proposed, published, proposedNext)
      .when(publish(2), reacting(p.later(p.DAY_0, 1_000)))
      .then({ type: 'MatrixVersionPublished', v: 1, ...secondText });
  });

  it('late, it applies late: nothing that was decided meanwhile is decided anew', () => {
    given(proposed, published, proposedNext)
      .when(publish(2), reacting(p.day(1)))
      .then({ type: 'MatrixVersionPublished', v: 1, ...secondText, appliesFrom: p.later(p.day(1), 4_000) });
  });

  it('of a version that nobody proposed is refused', () => {
    for (const version of [0, 2, -1])
      given(proposed).when(publish(version), reacting(p.DAY_0)).thenRefused('access/no-such-matrix-version');
  });

  it('is what follows from every proposal', () => {
    const fact = { event: proposedNext, stream: 'matrix-habilitations', rev: 2, position: 3n, at: p.DAY_0, meta: {} } as never;
    expect(matrixPublication.on.MatrixVersionProposed?.(fact, 'habilitations')).toEqual([{ id: 'habilitations', wish: publish(2) }]);
    expect(matrixPublication.listensTo).toEqual(['matrix']);
  });
});

describe('A published version', () => {
  it('counts from the moment it names, and not before every process has heard of it', () => {
    expect(inForceFrom(firstText, p.DAY_0)).toBe(past);
    expect(inForceFrom(secondText, p.DAY_0)).toBe(soon);
    expect(inForceFrom(secondText, p.later(p.DAY_0, 1_001))).toBe(p.later(p.DAY_0, 5_001));
  });

  it('knows who takes part in care without a single right', () => {
    const matrix = matrixOf(firstText);
    expect(hasRow(matrix, { system: 'h', code: '60' })).toBe(true);
    expect(mayRead(matrix, { system: 'h', code: '60' }, '11488-4')).toBe(false);
    expect(mayRead(matrix, { system: 'h', code: '10' }, 'WISHES')).toBe(true);
    expect(hasRow(matrix, { system: 'other', code: '10' })).toBe(false);
  });
});
