import { access } from '../../../src/domain/access/access.js';
import type { AccessCommand, AccessEvent } from '../../../src/domain/access/access-vocabulary.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';
import { specification } from '../../support/specification.js';

const { given } = specification(access);
const MINUTE = 60_000;
const USABLE = p.later(p.DAY_0, 15 * MINUTE);
const grant = (minutes: number, access = 'access-1', codeDigest = 'right'): AccessCommand => ({
  type: 'GrantTemporaryAccess',
  access,
  codeDigest,
  minutes,
});
const granted = (own: { access?: string; codeDigest?: string; minutes?: number } = {}): AccessEvent => ({
  type: 'TemporaryAccessGranted',
  v: 1,
  access: 'access-1',
  codeDigest: 'right',
  usableUntil: USABLE,
  minutes: 60,
  ...own,
});
const use = (codeDigest = 'right'): AccessCommand => ({ type: 'UseTemporaryAccess', codeDigest });
const used = (at: Instant, { id } = s.doctor): AccessEvent => ({
  type: 'TemporaryAccessUsed',
  v: 1,
  access: 'access-1',
  grantee: { kind: 'PROFESSIONAL', id },
  until: p.later(at, 60 * MINUTE),
});
const refused = (tries: number): AccessEvent => ({ type: 'TemporaryAccessRefused', v: 1, tries });
const tries = (n: number): AccessEvent[] => Array.from({ length: n }, (_, i) => refused(i + 1));
const doctor = s.asking(s.doctor);

describe('A code of the holder', () => {
  it.each([
    [1, true],
    [24 * 60, true],
    [7 * 24 * 60, true],
    [0, false],
    [-1, false],
    [1.5, false],
    [7 * 24 * 60 + 1, false],
  ])('that opens for %d minutes: %p', (minutes, accepted) => {
    const told = given().when(grant(minutes), { at: p.DAY_0, by: p.alice });
    if (accepted) told.then(granted({ minutes }));
    else told.thenRefused('access/duration-out-of-range');
  });

  it('opens for so long from when it is used', () => {
    given(granted())
      .when(use(), { at: p.later(p.DAY_0, MINUTE), by: doctor })
      .then(used(p.later(p.DAY_0, MINUTE)));
  });

  it('is used within a quarter of an hour', () => {
    const last = p.later(USABLE, -1);
    given(granted()).when(use(), { at: last, by: doctor }).then(used(last));
    given(granted()).when(use(), { at: USABLE, by: doctor }).thenRefused('access/code-expired');
  });

  it('serves one professional, once', () => {
    given(granted(), used(p.DAY_0)).when(use(), { at: p.DAY_0, by: doctor }).thenNothing();
    given(granted(), used(p.DAY_0))
      .when(use(), { at: p.DAY_0, by: s.asking(s.colleague) })
      .thenRefused('access/code-already-used');
  });

  it('takes the place of one that was not used', () => {
    const second = granted({ access: 'access-2', codeDigest: 'second' });
    given(granted())
      .when(grant(60, 'access-2', 'second'), { at: p.DAY_0, by: p.alice })
      .then(second);
    given(granted(), second).when(use(), { at: p.DAY_0, by: doctor }).thenRefused('access/code-wrong', refused(1));
  });

  it.each([0, 1, 2, 3, 4])('that was guessed at is remembered as such: after %d wrong tries', (n) => {
    given(granted(), ...tries(n))
      .when(use('wrong'), { at: p.DAY_0, by: doctor })
      .thenRefused('access/code-wrong', refused(n + 1));
  });

  it('is dead after five wrong tries, also for who knows it', () => {
    given(granted(), ...tries(4))
      .when(use(), { at: p.DAY_0, by: doctor })
      .then(used(p.DAY_0));
    given(granted(), ...tries(5))
      .when(use(), { at: p.DAY_0, by: doctor })
      .thenRefused('access/code-locked');
    given(granted(), ...tries(5))
      .when(use('wrong'), { at: p.DAY_0, by: doctor })
      .thenRefused('access/code-wrong');
  });

  it('that does not exist, is used or is over gives a guess the same answer, and nothing is counted', () => {
    for (const past of [[], [granted(), used(p.DAY_0)]])
      given(...past)
        .when(use('wrong'), { at: p.DAY_0, by: doctor })
        .thenRefused('access/code-wrong');
    given(granted()).when(use('wrong'), { at: USABLE, by: doctor }).thenRefused('access/code-wrong');
  });

  it('is no express consent, and nothing for anybody but professionals', () => {
    given(granted())
      .when(use(), { at: p.DAY_0, by: s.asking(s.workDoctor) })
      .thenRefused('access/express-consent-needed');
    given(granted()).when(use(), { at: p.DAY_0, by: s.software() }).thenRefused('access/not-allowed');
  });
});
