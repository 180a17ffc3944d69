import { describe, expect, it } from '@jest/globals';
import type { PhoneCheck } from '../../../src/domain/enrolment/provisional-code.js';
import { suppression, type SuppressionCommand, type SuppressionEvent } from '../../../src/domain/enrolment/suppression.js';
import { isRejection } from '../../../src/domain/shared/rejection.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(suppression);

const PERSON = 'ZGlnZXN0LW9mLWFsaWNl';
const CHECKED: readonly PhoneCheck[] = ['INS', 'BIRTH_DATE', 'ADDRESS'];
const byAgent = { at: p.day(4), by: p.agent };
const lift = (more: Partial<SuppressionCommand> = {}): SuppressionCommand => ({
  type: 'LiftSuppression',
  person: PERSON,
  checked: CHECKED,
  suppressed: true,
  ...more,
});
const lifted: SuppressionEvent = { type: 'SuppressionLifted', v: 1, person: PERSON, checked: CHECKED };

describe('Somebody whose space was destroyed', () => {
  it('may have one again when he says so by phone; each time it was so, for it may come again', () => {
    given().when(lift(), byAgent).thenEachTime(lifted);
    given(lifted).when(lift(), byAgent).thenEachTime(lifted);
  });

  it('has nothing to be lifted where nothing stands against a space', () => {
    given()
      .when(lift({ suppressed: false }), byAgent)
      .thenRefused('enrolment/not-suppressed');
    given(lifted)
      .when(lift({ suppressed: false }), byAgent)
      .thenRefused('enrolment/not-suppressed');
  });

  it.each<[string, readonly PhoneCheck[], string | null]>([
    ['INS, birth date and address', CHECKED, null],
    ['INS, birth date and card', ['INS', 'BIRTH_DATE', 'VITALE_SERIAL'], null],
    ['INS and birth date', ['INS', 'BIRTH_DATE'], 'enrolment/checks-missing'],
    ['birth date and address', ['BIRTH_DATE', 'ADDRESS'], 'enrolment/checks-missing'],
    ['nothing', [], 'enrolment/checks-missing'],
  ])('asked for %s', (_, checked, code) => {
    const decided = given().when(lift({ checked }), byAgent);
    if (code === null) decided.thenEachTime({ ...lifted, checked });
    else decided.thenRefused(code);
  });

  it('is not told of to who checked too little, or is no agent: the same answer whether or not there was a destruction', () => {
    for (const suppressed of [true, false]) {
      given()
        .when(lift({ suppressed, checked: ['INS'] }), byAgent)
        .thenRefused('enrolment/checks-missing');
      given()
        .when(lift({ suppressed }), { at: p.day(4), by: p.operator })
        .thenRefused('enrolment/agent-needed');
    }
  });

  it('is named by a digest alone', () => {
    const decision = suppression.decide.LiftSuppression({ ...lift(), ...byAgent }, suppression.initial);
    if (isRejection(decision)) throw new Error(decision.rejected);
    expect(decision.map((fact) => Object.keys(fact).sort())).toEqual([['checked', 'person', 'type', 'v']]);
  });
});
