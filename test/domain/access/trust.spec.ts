import { access } from '../../../src/domain/access/access.js';
import { majorityOf } from '../../../src/domain/access/trust-rules.js';
import type { AccessCommand, AccessEvent } from '../../../src/domain/access/access-vocabulary.js';
import type { Instant, LocalDate } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';
import { specification } from '../../support/specification.js';

const { given } = specification(access);
const byAlice = { at: p.DAY_0, by: p.alice };
const block = (professional: string): AccessCommand => ({ type: 'BlockProfessional', professional });

describe('Blocking', () => {
  const { id } = s.doctor;
  const facility = s.CLINIC.id;
  it.each<[string, AccessCommand, AccessEvent, AccessEvent[]]>([
    ['a professional', block(id), s.blocked(s.doctor), []],
    ['the attending doctor', block(id), s.blocked(s.doctor), [s.attending(s.doctor)]],
    ['a place of care', { type: 'BlockFacility', facility }, s.placeBlocked(s.CLINIC), []],
    [
      'no more, of a professional',
      { type: 'UnblockProfessional', professional: id },
      { type: 'ProfessionalUnblocked', v: 1, professional: id },
      [s.blocked(s.doctor)],
    ],
    [
      'no more, of a place',
      { type: 'UnblockFacility', facility },
      { type: 'FacilityUnblocked', v: 1, facility },
      [s.placeBlocked(s.CLINIC)],
    ],
  ])('%s', (_, wish, fact, past) => {
    given(...past)
      .when(wish, byAlice)
      .then(fact);
    given(...past, fact)
      .when(wish, byAlice)
      .thenNothing();
  });

  it('in the holder’s name: an administrator blocks others, but neither himself nor the attending doctor', () => {
    const byAdministrator = { at: p.DAY_0, by: s.asking(s.colleague) };
    const past = [s.administrator(s.colleague), s.attending(s.doctor)];
    given(...past)
      .when(block(s.stranger.id), byAdministrator)
      .then(s.blocked(s.stranger));
    given(...past)
      .when(block(s.colleague.id), byAdministrator)
      .thenRefused('access/not-yourself');
    given(...past)
      .when(block(s.doctor.id), byAdministrator)
      .thenRefused('access/attending-doctor-blocked-by-holder-only');
  });
});

describe('The attending doctor', () => {
  const ended = (id: string): AccessEvent => ({ type: 'AttendingDoctorEnded', v: 1, professional: id });
  const byInsurer = { at: p.DAY_0, by: s.insurer };

  it('is one at a time: the former ends with the declaration of the next', () => {
    const declare = (id: string): AccessCommand => ({ type: 'DeclareAttendingDoctor', professional: id });
    given().when(declare(s.doctor.id), byInsurer).then(s.attending(s.doctor));
    given(s.attending(s.doctor)).when(declare(s.doctor.id), byInsurer).thenNothing();
    given(s.attending(s.doctor)).when(declare(s.colleague.id), byInsurer).then(ended(s.doctor.id), s.attending(s.colleague));
  });

  it('ends once, and only if he is it', () => {
    const end = (id: string): AccessCommand => ({ type: 'EndAttendingDoctor', professional: id });
    given(s.attending(s.doctor)).when(end(s.doctor.id), byInsurer).then(ended(s.doctor.id));
    given(s.attending(s.colleague)).when(end(s.doctor.id), byInsurer).thenNothing();
    given().when(end(s.doctor.id), byInsurer).thenNothing();
  });
});

describe('An administrator', () => {
  it.each([
    [s.G15, '10', true],
    ['1.2.250.1.71.1.2.8', '10', true],
    [s.G15, '60', false],
    ['1.2.250.1.213.1.6.1.4', '10', false],
  ])('is a doctor: %s|%s %p', (system, code, accepted) => {
    const wish: AccessCommand = { type: 'GrantAdministrator', professional: s.doctor.id, profession: { system, code } };
    if (accepted) given().when(wish, byAlice).then(s.administrator(s.doctor));
    else given().when(wish, byAlice).thenRefused('access/profession-may-not-administer');
  });

  it('is revoked, once', () => {
    const revoke: AccessCommand = { type: 'RevokeAdministrator', professional: s.doctor.id };
    given(s.administrator(s.doctor)).when(revoke, byAlice).then({ type: 'AdministratorRevoked', v: 1, professional: s.doctor.id });
    given().when(revoke, byAlice).thenNothing();
  });
});

describe('The three switches', () => {
  it.each([
    ['BTG', 'deny', 'permit'],
    ['ETREAT', 'deny', 'permit'],
    ['MASKED', 'permit', 'deny'],
  ] as const)('%s can be set to %s, and back to %s', (which, other, usual) => {
    const set = (value: 'permit' | 'deny'): AccessCommand => ({ type: 'SetEmergencyPreference', which, value });
    given().when(set(usual), byAlice).thenNothing();
    given().when(set(other), byAlice).then(s.preferred(which, other));
    given(s.preferred(which, other)).when(set(usual), byAlice).then(s.preferred(which, usual));
  });
});

describe('An emergency', () => {
  type Mode = 'bris_de_glace' | 'centre_15';
  const open = (mode: Mode = 'bris_de_glace', reason = 'personne inconsciente'): AccessCommand => ({
    type: 'OpenEmergencyAccess',
    mode,
    reason,
  });
  const HOUR = '2026-11-20T08:00:00.000Z' as Instant;
  const by = (one = s.doctor) => ({ at: p.DAY_0, by: s.asking(one) });

  it('is opened for an hour, with its reason', () => {
    given()
      .when(open(), by())
      .then(s.glassBroken(s.doctor, 'bris_de_glace', HOUR));
    given()
      .when(open('bris_de_glace', '  personne inconsciente '), by(s.nurse))
      .then(s.glassBroken(s.nurse, 'bris_de_glace', HOUR));
    given()
      .when(open('centre_15'), by(s.regulator))
      .then(s.glassBroken(s.regulator, 'centre_15', HOUR));
  });

  it('does not become longer by being asked for again; once over it is opened anew', () => {
    const fact = s.glassBroken(s.doctor, 'bris_de_glace', HOUR);
    const asked = { by: s.asking(s.doctor) };
    given(fact)
      .when(open(), { ...asked, at: p.later(HOUR, -1) })
      .thenNothing();
    given(fact)
      .when(open(), { ...asked, at: HOUR })
      .then(s.glassBroken(s.doctor, 'bris_de_glace', p.later(HOUR, 3_600_000)));
  });

  it.each(['', 'urgent', '         ', 'neuf cara'])('is not opened for the reason %p', (reason) => {
    given().when(open('bris_de_glace', reason), by()).thenRefused('access/reason-too-short');
  });

  it.each<[string, Mode, AccessEvent[], typeof s.doctor, string]>([
    ['the holder refused break-glass', 'bris_de_glace', [s.preferred('BTG', 'deny')], s.doctor, 'access/emergency-refused'],
    ['the holder refused the SAMU', 'centre_15', [s.preferred('ETREAT', 'deny')], s.regulator, 'access/emergency-refused'],
    ['he does not regulate', 'centre_15', [], s.doctor, 'access/not-regulating'],
    ['he regulates, but is no doctor', 'centre_15', [], { ...s.nurse, regulating: true }, 'access/not-regulating'],
    ['he practises medicine at work', 'bris_de_glace', [], s.workDoctor, 'access/express-consent-needed'],
    [
      'he is no health professional',
      'bris_de_glace',
      [],
      { ...s.nurse, profession: { system: '1.2.250.1.213.1.6.1.4', code: '41' } },
      'access/profession-without-access',
    ],
  ])('is not opened when %s', (_, mode, past, who, code) => {
    given(...past)
      .when(open(mode), by(who))
      .thenRefused(code);
  });

  it('is for professionals', () => {
    given().when(open(), { at: p.DAY_0, by: s.software() }).thenRefused('access/not-allowed');
  });

  it('is open to medicine at work under an express consent, and to the blocked: it has its own switches', () => {
    const express = s.consented(s.oneOf(s.workDoctor), { basis: 'EXPRESS' });
    given(express)
      .when(open(), by(s.workDoctor))
      .then(s.glassBroken(s.workDoctor, 'bris_de_glace', HOUR));
    given(s.blocked(s.doctor))
      .when(open(), by())
      .then(s.glassBroken(s.doctor, 'bris_de_glace', HOUR));
  });
});

describe('A legal representative', () => {
  const until = majorityOf('2010-06-02' as LocalDate);
  const link: AccessCommand = { type: 'LinkLegalRepresentative', subject: p.bruno.subject, until };
  const linked: AccessEvent = { type: 'LegalRepresentativeLinked', v: 1, subject: p.bruno.subject, until };

  it.each([
    ['2010-06-02', '2028-06-01T22:00:00.000Z'],
    ['2010-12-02', '2028-12-01T23:00:00.000Z'],
    ['2008-02-29', '2026-02-27T23:00:00.000Z'],
  ])('of somebody born on %s is one until %s', (birthDate, end) => {
    expect(majorityOf(birthDate as LocalDate)).toBe(end);
  });

  it('is linked once, and only to a minor', () => {
    const by = p.agent;
    given()
      .when(link, { at: p.later(until, -1), by })
      .then(linked);
    given(linked).when(link, { at: p.DAY_0, by }).thenNothing();
    given().when(link, { at: until, by }).thenRefused('access/already-adult');
  });

  it('may be two, and each ends for himself', () => {
    const other = { ...p.bruno.subject, sub: 'carol' };
    const end: AccessCommand = { type: 'EndLegalRepresentation', subjects: [p.bruno.subject], reason: 'jugement' };
    const ended: AccessEvent = { type: 'LegalRepresentationEnded', v: 1, subject: p.bruno.subject, reason: 'jugement' };
    given(linked, { ...linked, subject: other })
      .when(end, { at: p.DAY_0, by: p.agent })
      .then(ended);
    given({ ...linked, subject: other })
      .when(end, { at: p.DAY_0, by: p.agent })
      .thenNothing();
    given(linked, { ...linked, subject: other })
      .when({ ...end, subjects: null }, { at: p.DAY_0, by: p.agent })
      .then(ended, { ...ended, subject: other });
    given()
      .when({ ...end, subjects: null }, { at: p.DAY_0, by: p.agent })
      .thenNothing();
  });
});
