import { describe, it } from '@jest/globals';
import { quarantine, type QuarantineCommand, type QuarantineEvent } from '../../../src/domain/audit/quarantine.js';
import * as p from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(quarantine);

const stood = {
  place: '0f3c8a3e-6c1f-4a58-9d0e-2a6a3c5a7b11',
  stream: 'record-11111111-1111-4111-8111-111111111111',
  rev: 7,
  since: p.DAY_0,
} as const;
const later = { ...stood, since: p.day(3) };
const told = { at: p.day(4), by: p.operator };
const retry = (which: typeof stood | typeof later = stood): QuarantineCommand => ({ type: 'RetryQuarantine', ...which });
const release = (reason = 'bytes lost with disk 12'): QuarantineCommand => ({ type: 'ReleaseQuarantine', ...stood, reason });
const retried: QuarantineEvent = { type: 'QuarantineRetried', v: 1, ...stood };
const released: QuarantineEvent = { type: 'QuarantineReleased', v: 1, ...stood, reason: 'bytes lost with disk 12' };

describe('The quarantine of an event', () => {
  it('is ended by a retry, once', () => {
    given().when(retry(), told).then(retried);
    given(retried).when(retry(), told).thenNothing();
  });

  it('is ended by a release, with a reason, once', () => {
    given().when(release(), told).then(released);
    given().when(release('  '), told).thenRefused('audit/reason-needed');
    given(released).when(release(), told).thenNothing();
    given(released).when(retry(), told).thenNothing();
  });

  it('can begin again, and is then ended again', () => {
    given(retried)
      .when(retry(later), told)
      .then({ ...retried, since: later.since });
  });
});
