import { access } from '../../../src/domain/access/access.js';
import type { AccessCommand, AccessEvent } from '../../../src/domain/access/access-vocabulary.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import type { Of } from '../../../src/domain/shared/decider.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';
import { specification } from '../../support/specification.js';

const { given } = specification(access);
type Wish = Of<AccessCommand, 'RecordConsent'>;
const CLINIC = s.placeOf(s.CLINIC);
const record = (own: Partial<Wish> = {}): Wish => ({
  type: 'RecordConsent',
  grantee: CLINIC,
  basis: 'CARE_TEAM',
  scope: ['CONSULT', 'FEED'],
  means: 'ORAL',
  informed: true,
  ...own,
});
const fact = (n: number, own: Partial<Of<AccessEvent, 'AccessConsentRecorded'>> = {}): AccessEvent => ({
  ...s.consented(CLINIC, { until: '2027-11-20T23:00:00.000Z' as Instant }),
  consent: `consent-${n}`,
  ...own,
});
const byDoctor = { at: p.DAY_0, by: s.asking(s.doctor) };
const HOUR_LATER = '2026-11-20T08:00:00.000Z' as Instant;

describe('A consent', () => {
  it('of the care team lets read until the end of the day twelve months later, in Paris', () => {
    given().when(record(), byDoctor).thenEachTime(fact(0));
  });

  it.each(['EXPLICIT', 'EXPRESS'] as const)('%s lasts an hour', (basis) => {
    const grantee = s.oneOf(s.doctor);
    given()
      .when(record({ grantee, basis }), byDoctor)
      .thenEachTime(fact(0, { grantee, basis, until: HOUR_LATER }));
  });

  it('is a fact each time it is recorded, with a name of its own: nothing renews it silently', () => {
    given(fact(0)).when(record(), byDoctor).thenEachTime(fact(1));
  });

  it('names what it is given for once, reading before feeding', () => {
    given()
      .when(record({ scope: ['FEED', 'CONSULT', 'FEED'] }), byDoctor)
      .thenEachTime(fact(0));
  });

  it.each<[string, Partial<Wish>, string]>([
    ['the person was not informed', { informed: false }, 'access/person-not-informed'],
    ['it is given for nothing', { scope: [] }, 'access/consent-to-nothing'],
    ['it is explicit, and given to a place', { basis: 'EXPLICIT' }, 'access/consent-names-nobody'],
    ['it is express, and given to a place', { basis: 'EXPRESS' }, 'access/consent-names-nobody'],
    ['it is for another place', { grantee: s.placeOf(s.ELSEWHERE) }, 'access/consent-not-for-others'],
    ['it is for a colleague, and he has no access himself', { grantee: s.oneOf(s.colleague) }, 'access/no-access-of-your-own'],
  ])('is refused when %s', (_, own, code) => {
    given().when(record(own), byDoctor).thenRefused(code);
  });

  it.each<[string, readonly AccessEvent[], boolean]>([
    ['under a consent of his team', [s.consented(CLINIC)], true],
    ['as attending doctor', [s.attending(s.doctor)], true],
    ['under a consent to feed alone', [s.consented(CLINIC, { scope: ['FEED'] })], false],
    ['under one that is over', [s.consented(CLINIC, { until: p.DAY_0 })], false],
    ['and is blocked', [s.consented(CLINIC), s.blocked(s.doctor)], false],
    ['as attending doctor who is blocked', [s.attending(s.doctor), s.blocked(s.doctor)], false],
    ['and his own consent was withdrawn', [s.consented(CLINIC), s.withdrawn(s.oneOf(s.doctor))], false],
  ])('for a colleague is taken by whoever has access himself: %s', (_, past, accepted) => {
    const grantee = s.oneOf(s.colleague);
    const told = given(...past).when(record({ grantee, basis: 'EXPLICIT' }), byDoctor);
    if (accepted) told.thenEachTime(fact(past.length, { grantee, basis: 'EXPLICIT', until: HOUR_LATER }));
    else told.thenRefused('access/no-access-of-your-own');
  });

  it.each<[string, Partial<Wish>, string | null]>([
    ['to feed, for its own place', { scope: ['FEED'] }, null],
    ['to read', { scope: ['CONSULT'] }, 'access/software-only-feeds'],
    ['to read and feed', {}, 'access/software-only-feeds'],
    ['for another place', { scope: ['FEED'], grantee: s.placeOf(s.ELSEWHERE) }, 'access/consent-not-for-others'],
    ['for a professional', { scope: ['FEED'], grantee: s.oneOf(s.doctor) }, 'access/consent-not-for-others'],
  ])('recorded by software %s', (_, own, code) => {
    const told = given().when(record(own), { at: p.DAY_0, by: s.software() });
    if (code === null) told.thenEachTime(fact(0, { scope: ['FEED'] }));
    else told.thenRefused(code);
  });

  it.each<[Partial<Wish>, string | null]>([
    [{ grantee: s.oneOf(s.workDoctor), basis: 'EXPRESS' }, null],
    [{ grantee: s.oneOf(s.workDoctor), basis: 'EXPLICIT' }, 'access/express-consent-needed'],
    [{ grantee: s.oneOf(s.workDoctor), basis: 'CARE_TEAM' }, 'access/express-consent-needed'],
    [{ basis: 'CARE_TEAM' }, 'access/express-consent-needed'],
  ])('of medicine at work is express: %p', (own, code) => {
    const told = given().when(record(own), { at: p.DAY_0, by: s.asking(s.workDoctor) });
    if (code === null) told.thenEachTime(fact(0, { grantee: s.oneOf(s.workDoctor), basis: 'EXPRESS', until: HOUR_LATER }));
    else told.thenRefused(code);
  });

  it('is recorded by nobody else', () => {
    for (const by of [p.alice, s.insurer, p.agent, p.scheduler] as Actor[])
      given().when(record(), { at: p.DAY_0, by }).thenRefused('access/not-allowed');
  });
});

describe('Withdrawing a consent', () => {
  const withdraw = (grantee = s.oneOf(s.doctor)): AccessCommand => ({ type: 'WithdrawConsent', grantee });
  const byAlice = { at: p.DAY_0, by: p.alice };

  it('takes away what was given, also to somebody who only comes with his team', () => {
    given(s.consented(s.oneOf(s.doctor)))
      .when(withdraw(), byAlice)
      .then(s.withdrawn(s.oneOf(s.doctor)));
    given(s.consented(CLINIC))
      .when(withdraw(), byAlice)
      .then(s.withdrawn(s.oneOf(s.doctor)));
    given(s.consented(CLINIC)).when(withdraw(CLINIC), byAlice).then(s.withdrawn(CLINIC));
  });

  it('adds nothing when there is nothing left', () => {
    given(s.withdrawn(s.oneOf(s.doctor)))
      .when(withdraw(), byAlice)
      .thenNothing();
  });

  it('works again after a consent was given again', () => {
    given(s.withdrawn(s.oneOf(s.doctor)), s.consented(s.oneOf(s.doctor), { scope: ['FEED'] }))
      .when(withdraw(), byAlice)
      .then(s.withdrawn(s.oneOf(s.doctor)));
  });
});
