import { isFinal } from '../../src/application/shared/refused.js';
import { reject } from '../../src/domain/shared/rejection.js';

describe('A refusal', () => {
  it.each([
    ['that the rules give is final', 'conflict', 'enrolment/deadline-passed', true],
    ['because others were faster is asked again', 'conflict', 'request/too-busy', false],
    ['because something is away is asked again', 'unavailable', 'request/identity-provider-unavailable', false],
  ] as const)('%s', (_, kind, code, final) => {
    expect(isFinal(reject(kind, code))).toBe(final);
  });
});
