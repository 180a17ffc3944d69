import type { Professional } from '../shared/actor.js';
import { nothing } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { dayAfter, startOfDay, type Instant, type LocalDate } from '../shared/time.js';
import { accessPolicy, HEALTH_PROFESSIONS } from './access-policy.js';
import type { AccessRule } from './access-state.js';
import { facilityKey, professionalKey, sameAccount } from './access-steps.js';
import type { AccessEvent } from './access-vocabulary.js';
import { answers } from './answers.js';
import { minutesAfter } from './consent-rules.js';
import { obstacleInEmergency } from './emergency.js';

/** Immediately, for reading and for feeding. An administrator blocks in the holder's name, but neither himself nor whom the law lets see all. */
export const blockProfessional: AccessRule<'BlockProfessional'> = ({ professional, by }, { facts }) => {
  if (by.role === 'professional') {
    if (by.professional.id === professional) return reject('forbidden', 'access/not-yourself');
    if (facts.attendingDoctor?.professional === professional) return reject('forbidden', 'access/attending-doctor-blocked-by-holder-only');
  }
  return facts.blocked.has(professionalKey(professional)) ? nothing : [{ type: 'ProfessionalBlocked', v: 1, professional }];
};
export const unblockProfessional: AccessRule<'UnblockProfessional'> = ({ professional }, { facts: { blocked } }) =>
  blocked.has(professionalKey(professional)) ? [{ type: 'ProfessionalUnblocked', v: 1, professional }] : nothing;
export const blockFacility: AccessRule<'BlockFacility'> = ({ facility }, { facts: { blocked } }) =>
  blocked.has(facilityKey(facility)) ? nothing : [{ type: 'FacilityBlocked', v: 1, facility }];
export const unblockFacility: AccessRule<'UnblockFacility'> = ({ facility }, { facts: { blocked } }) =>
  blocked.has(facilityKey(facility)) ? [{ type: 'FacilityUnblocked', v: 1, facility }] : nothing;

/** One at a time: the former ends with the declaration of the next (CSS L.162-5-3). */
export const declareAttendingDoctor: AccessRule<'DeclareAttendingDoctor'> = ({ professional }, { facts: { attendingDoctor } }) => {
  if (attendingDoctor?.professional === professional) return nothing;
  const declared: AccessEvent = { type: 'AttendingDoctorDeclared', v: 1, professional };
  return attendingDoctor ? [{ type: 'AttendingDoctorEnded', v: 1, professional: attendingDoctor.professional }, declared] : [declared];
};
export const endAttendingDoctor: AccessRule<'EndAttendingDoctor'> = ({ professional }, { facts: { attendingDoctor } }) =>
  attendingDoctor?.professional === professional ? [{ type: 'AttendingDoctorEnded', v: 1, professional }] : nothing;

const mayAdminister = ({ system, code }: Professional['profession']): boolean =>
  (HEALTH_PROFESSIONS as readonly string[]).includes(system) && accessPolicy.administratorProfessions.includes(code);
export const grantAdministrator: AccessRule<'GrantAdministrator'> = ({ professional, profession }, { facts: { administrators } }) => {
  if (administrators.has(professional)) return nothing;
  return mayAdminister(profession)
    ? [{ type: 'AdministratorGranted', v: 1, professional }]
    : reject('conflict', 'access/profession-may-not-administer');
};
export const revokeAdministrator: AccessRule<'RevokeAdministrator'> = ({ professional }, { facts: { administrators } }) =>
  administrators.has(professional) ? [{ type: 'AdministratorRevoked', v: 1, professional }] : nothing;

export const setEmergencyPreference: AccessRule<'SetEmergencyPreference'> = ({ which, value }, { facts: { switches } }) =>
  switches[which].value === value ? nothing : [{ type: 'EmergencyPreferenceSet', v: 1, which, value }];

/** A session of one hour, with its reason; one that runs is not made longer by asking again (CSP L.1111-17 I, R.1111-48). */
export const openEmergencyAccess: AccessRule<'OpenEmergencyAccess'> = ({ mode, reason, at, by }, { facts }) => {
  if (by.role !== 'professional') return answers['not-allowed'];
  const { professional } = by;
  const obstacle = obstacleInEmergency({ professional, operation: 'CONSULT', mode, at }, facts);
  if (obstacle) return answers[obstacle.denial];
  const said = reason.trim();
  if (said.length < accessPolicy.emergencyReasonLength) return reject('invalid', 'access/reason-too-short');
  const session = facts.emergencies.get(professional.id);
  if (session?.mode === mode && at < session.until) return nothing;
  const until = minutesAfter(at, accessPolicy.emergencyMinutes);
  return [{ type: 'BreakGlassUsed', v: 1, professional: professional.id, mode, reason: said, until }];
};

/** 00:00 Paris of the eighteenth birthday; born on 29 February: 28 February (domain reference 13.4). */
export const majorityOf = (birthDate: LocalDate): Instant => startOfDay(dayAfter(birthDate, { years: 18 }));

export const linkRepresentative: AccessRule<'LinkLegalRepresentative'> = ({ subject, until, at }, { facts: { representatives } }) => {
  if (until <= at) return reject('conflict', 'access/already-adult');
  const already = representatives.some((one) => sameAccount(one.subject, subject) && one.until === until);
  return already ? nothing : [{ type: 'LegalRepresentativeLinked', v: 1, subject, until }];
};
export const endRepresentation: AccessRule<'EndLegalRepresentation'> = ({ subjects, reason }, { facts: { representatives } }) =>
  representatives
    .filter((link) => subjects === null || subjects.some((subject) => sameAccount(subject, link.subject)))
    .map(({ subject }) => ({ type: 'LegalRepresentationEnded', v: 1, subject, reason }));
