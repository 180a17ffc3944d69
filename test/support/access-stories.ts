import type { AccessEvent, Grantee } from '../../src/domain/access/access-vocabulary.js';
import type { AccessFacts } from '../../src/domain/access/facts.js';
import { foldAccess } from '../../src/domain/access/fold-access.js';
import type { HabilitationMatrix } from '../../src/domain/access/habilitation.js';
import type { DocumentFacts, Law } from '../../src/domain/access/policy.js';
import type { SpaceEvent } from '../../src/domain/enrolment/space-vocabulary.js';
import type { Actor, Facility, Professional } from '../../src/domain/shared/actor.js';
import type { Of, Tagged } from '../../src/domain/shared/decider.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import type { Instant } from '../../src/domain/shared/time.js';
import * as p from '../personas/index.js';

/** TRE_G15-ProfessionSante. */
export const G15 = '1.2.250.1.71.1.2.7';
export const CLINIC: Facility = { id: '990000010', name: 'Clinique Inventée' };
export const ELSEWHERE: Facility = { id: '990000028', name: 'Hôpital Imaginaire' };

const professional = (id: string, code: string, own: Partial<Professional> = {}): Professional => ({
  id: `8${id}`,
  name: `Professionnel ${id}`,
  profession: { system: G15, code },
  facility: CLINIC,
  regulating: false,
  ...own,
});
export const doctor = professional('99990000012', '10');
export const colleague = professional('99990000020', '10');
/** Works somewhere else. */
export const stranger = professional('99990000038', '10', { facility: ELSEWHERE });
export const nurse = professional('99990000046', '60');
export const regulator = professional('99990000053', '10', { facility: ELSEWHERE, regulating: true });
/** Medicine at work, by its specialty. */
export const workDoctor = professional('99990000061', '10', { specialty: 'SM25' });
/** TRE_G15 36: without a row in the matrix. */
export const ambulanceDriver = professional('99990000079', '36');

export const asking = (one: Professional): Extract<Actor, { role: 'professional' }> => ({
  role: 'professional',
  subject: { issuer: 'https://psc.test', sub: one.id },
  assurance: 'substantial',
  professional: one,
});
export const software = (facility: Facility = CLINIC): Extract<Actor, { role: 'facility' }> => ({
  role: 'facility',
  client: 'logiciel-inventé',
  facility,
});
export const insurer: Actor = { role: 'insurer', subject: { issuer: 'https://am.test', sub: 'agent' }, assurance: 'substantial' };
export const oneOf = ({ id }: Professional): Grantee => ({ kind: 'PROFESSIONAL', id });
export const placeOf = ({ id }: Facility): Grantee => ({ kind: 'FACILITY', id });

/** Doctors read everything here; nurses reports of biology, and no psychological assessment. */
export const matrixOfTests: HabilitationMatrix = {
  version: 7,
  professions: new Set([`${G15}|10`, `${G15}|60`]),
  allowed: new Set([
    ...['11502-2', '83901-9', 'EXPPAT_3', '11369-6'].map((type) => `${G15}|10 ${type}`),
    `${G15}|60 11502-2`,
    `${G15}|60 11369-6`,
  ]),
};
export const law: Law = { matrix: matrixOfTests };

/** Facts as the log gives them back: each stream dense from 0. */
export const recorded = (stream: 'space' | 'access', events: readonly Tagged[], at: Instant = p.DAY_0): Recorded[] =>
  events.map((event, rev) => ({
    event,
    stream: `${stream}-1`,
    rev,
    at,
    position: BigInt(rev),
    meta: { who: p.scheduler, cause: 'c', corr: 'c', command: { id: 'i', digest: 'd' } },
  }));
/** What the gate knows of the space of Alice after these facts about access. */
export const factsAfter = (
  access: readonly AccessEvent[] = [],
  life: readonly SpaceEvent[] = p.toActive,
  at: Instant = p.DAY_0,
): AccessFacts => foldAccess([...recorded('space', life), ...recorded('access', access, at)]);

type Fact<T extends AccessEvent['type']> = Of<AccessEvent, T>;
/** Far beyond every moment of the stories. */
export const LATE = '2099-01-01T00:00:00.000Z' as Instant;
export const consented = (
  grantee: Grantee,
  { basis = 'CARE_TEAM', scope = ['CONSULT', 'FEED'], until = LATE }: Partial<Omit<Fact<'AccessConsentRecorded'>, 'type' | 'v'>> = {},
): Fact<'AccessConsentRecorded'> => ({
  type: 'AccessConsentRecorded',
  v: 1,
  consent: 'consent',
  grantee,
  basis,
  scope,
  means: 'ORAL',
  until,
});
export const withdrawn = (grantee: Grantee): Fact<'AccessConsentWithdrawn'> => ({ type: 'AccessConsentWithdrawn', v: 1, grantee });
export const blocked = ({ id }: Professional): Fact<'ProfessionalBlocked'> => ({ type: 'ProfessionalBlocked', v: 1, professional: id });
export const placeBlocked = ({ id }: Facility): Fact<'FacilityBlocked'> => ({ type: 'FacilityBlocked', v: 1, facility: id });
export const attending = ({ id }: Professional): Fact<'AttendingDoctorDeclared'> => ({
  type: 'AttendingDoctorDeclared',
  v: 1,
  professional: id,
});
export const administrator = ({ id }: Professional): Fact<'AdministratorGranted'> => ({
  type: 'AdministratorGranted',
  v: 1,
  professional: id,
});
export const preferred = (which: 'BTG' | 'ETREAT' | 'MASKED', value: 'permit' | 'deny'): Fact<'EmergencyPreferenceSet'> => ({
  type: 'EmergencyPreferenceSet',
  v: 1,
  which,
  value,
});
export const glassBroken = (
  { id }: Professional,
  mode: 'bris_de_glace' | 'centre_15' = 'bris_de_glace',
  until: Instant = LATE,
): Fact<'BreakGlassUsed'> => ({ type: 'BreakGlassUsed', v: 1, professional: id, mode, reason: 'personne inconsciente', until });
export const masked = (...sets: readonly string[]): Fact<'DocumentsMasked'> => ({ type: 'DocumentsMasked', v: 1, sets });
export const maskedFrom = (
  set: string,
  whom: Grantee,
  from: Instant = p.DAY_0,
  until: Instant | null = null,
): Fact<'DocumentMaskedFrom'> => ({
  type: 'DocumentMaskedFrom',
  v: 1,
  set,
  whom,
  from,
  until,
});

/** A report of biology that the doctor deposited. */
export const report = (own: Partial<DocumentFacts> = {}): DocumentFacts => ({
  document: 'document-1',
  set: 'set-1',
  since: p.DAY_0,
  depositedAt: p.DAY_0,
  typeCode: '11502-2',
  category: 'BIOLOGIE',
  authors: [doctor.id],
  masked: false,
  hiddenFrom: [],
  status: 'CURRENT',
  because: { stream: 'record', rev: 0 },
  ...own,
});
