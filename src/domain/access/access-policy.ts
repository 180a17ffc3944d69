import type { Period } from '../shared/time.js';

/** Every number and choice about access that the law leaves open or may change, named (domain reference 12 and 13). */
export const accessPolicy = {
  /** How long a consent of the care team lets read, from the day it was recorded. */
  careTeamConsent: { months: 12 } satisfies Period,
  /** A consent outside the team is given for one consultation: minutes. */
  explicitConsentMinutes: 60,
  /** An express consent (occupational doctor) lasts as long. */
  expressConsentMinutes: 60,
  /** A code of the holder must be used within this time, minutes. */
  temporaryCodeMinutes: 15,
  /** What such a code opens when the holder names no other length, and at most, minutes. */
  temporaryAccessMinutes: 24 * 60,
  longestTemporaryAccessMinutes: 7 * 24 * 60,
  /** Wrong codes after which a code of the holder is dead. */
  temporaryCodeTries: 5,
  /** Length of an emergency session, minutes. */
  emergencyMinutes: 60,
  /** Shortest reason that is accepted as one, characters. */
  emergencyReasonLength: 10,
  /** What a block of the present attending doctor reaches (domain reference 3.4, reading 3). */
  attendingDoctorBlock: 'DOCUMENTS_ONLY' as 'DOCUMENTS_ONLY' | 'NONE' | 'ALL',
  /** Sets named in one act of masking, at most. */
  documentsMaskedAtOnce: 500,
  /** Codes (TRE_G15 and trainees) that may be administrators. */
  administratorProfessions: ['10'] as readonly string[],
  /** How long before it applies a version of the authorisation matrix is proposed at the latest, milliseconds. */
  matrixNotice: 5_000,
  /** How long before it applies it is published at the latest: longer than any process goes on with what it read, and than clocks differ. */
  matrixPublicationNotice: 4_000,
} as const;

/** TRE_G15 and the same numbers for professionals in training (NOS J65). */
export const HEALTH_PROFESSIONS = ['1.2.250.1.71.1.2.7', '1.2.250.1.71.1.2.8'] as const;
/** Doctors, in both: the only ones who regulate calls. */
export const DOCTOR = '10';
/** Occupational medicine, by specialty or by sector (domain reference 3.6). */
export const OCCUPATIONAL = { specialty: 'SM25', sectors: ['SA66', 'SA13'] as readonly string[] } as const;
/** Categories behind the three rubrics that a block never hides from the attending doctor: vaccinations, care history, wishes. */
export const RUBRICS: Readonly<Record<string, 'VACCINATIONS' | 'CARE_HISTORY' | 'WISHES'>> = {
  CAR_VAC: 'VACCINATIONS',
  REMB: 'CARE_HISTORY',
  VDP: 'WISHES',
  DIR_ANT: 'WISHES',
};
/** Advance directives: doctors, and in an emergency every health professional (domain reference 13.15). */
export const DIRECTIVES = 'EXPPAT_3';
