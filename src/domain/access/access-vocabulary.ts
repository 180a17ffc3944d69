import type { Professional, Subject } from '../shared/actor.js';
import type { Event, Intent } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';

/** To whom a right is given or from whom it is taken: one professional wherever he works, or everybody of one place of care. */
export type Grantee = { readonly kind: 'PROFESSIONAL'; readonly id: string } | { readonly kind: 'FACILITY'; readonly id: string };
/** What somebody is allowed: to read, to deposit. */
export type Operation = 'CONSULT' | 'FEED';
/** TRE_R248-ModeAcces, OID 1.2.250.1.213.1.1.4.248. */
export type AccessMode = 'normal' | 'bris_de_glace' | 'centre_15';
/** The three switches of the holder: break-glass, SAMU, masked documents too (domain reference 3.5). */
export type EmergencySwitch = 'BTG' | 'ETREAT' | 'MASKED';
export type Permission = 'permit' | 'deny';
/**
 * On what a consent rests. `CARE_TEAM`: deemed given to the whole team, the person was informed and did not object (CSP L.1110-12, R.1111-46);
 * `EXPLICIT`: said for this consultation; `EXPRESS`: written down, after information on what may be restricted (occupational doctor, CSP L.1111-17 IV).
 */
export type ConsentBasis = 'CARE_TEAM' | 'EXPLICIT' | 'EXPRESS';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** All that gives visibility or takes it away, in `access-<space>`. */
export type AccessEvent =
  | Event<
      'AccessConsentRecorded',
      1,
      {
        consent: string;
        grantee: Grantee;
        basis: ConsentBasis;
        scope: readonly Operation[];
        means: 'ORAL' | 'WRITTEN' | 'ELECTRONIC';
        /** Reading under it ends before this moment; feeding goes on until it is withdrawn (CSP R.1111-46, R.1111-47). */ until: Instant;
      }
    >
  | Event<'AccessConsentWithdrawn', 1, { grantee: Grantee }>
  | Event<
      'TemporaryAccessGranted',
      1,
      {
        access: string;
        codeDigest: string;
        /** To be used before. */ usableUntil: Instant;
        /** How long it then opens, minutes. */ minutes: number;
      }
    >
  | Event<'TemporaryAccessRefused', 1, { tries: number }>
  | Event<'TemporaryAccessUsed', 1, { access: string; grantee: Grantee; until: Instant }>
  | Event<'ProfessionalBlocked', 1, { professional: string }>
  | Event<'ProfessionalUnblocked', 1, { professional: string }>
  | Event<'FacilityBlocked', 1, { facility: string }>
  | Event<'FacilityUnblocked', 1, { facility: string }>
  /** Declared to Assurance Maladie (CSS L.162-5-3); one at a time, the former ends. */
  | Event<'AttendingDoctorDeclared', 1, { professional: string }>
  | Event<'AttendingDoctorEnded', 1, { professional: string }>
  | Event<'AdministratorGranted', 1, { professional: string }>
  | Event<'AdministratorRevoked', 1, { professional: string }>
  | Event<'EmergencyPreferenceSet', 1, { which: EmergencySwitch; value: Permission }>
  /** One emergency session of one professional, with its reason (CSP L.1111-17 I, R.1111-48). */
  | Event<'BreakGlassUsed', 1, { professional: string; mode: Exclude<AccessMode, 'normal'>; reason: string; until: Instant }>
  /** `until`: the eighteenth birthday, when the link ends by itself (exclusive). */
  | Event<'LegalRepresentativeLinked', 1, { subject: Subject; until: Instant }>
  | Event<'LegalRepresentationEnded', 1, { subject: Subject; reason: string }>
  | Event<'DocumentsMasked', 1, { sets: readonly string[] }>
  | Event<'DocumentsUnmasked', 1, { sets: readonly string[] }>
  /** Everything deposited until now, in one act; what is masked or unmasked one by one afterwards goes before. */
  | Event<'AllDocumentsMasked', 1>
  | Event<'AllDocumentsUnmasked', 1>
  | Event<'DefaultConfidentialitySet', 1, { masked: boolean }>
  /** For one professional or one place of care, from `from` (inclusive) until `until` (exclusive; null: until it is lifted). */
  | Event<'DocumentMaskedFrom', 1, { set: string; whom: Grantee; from: Instant; until: Instant | null }>
  | Event<'DocumentMaskLifted', 1, { set: string; whom: Grantee }>;

export type AccessCommand =
  | Intent<
      'RecordConsent',
      { grantee: Grantee; basis: ConsentBasis; scope: readonly Operation[]; means: 'ORAL' | 'WRITTEN' | 'ELECTRONIC'; informed: boolean }
    >
  | Intent<'WithdrawConsent', { grantee: Grantee }>
  | Intent<'GrantTemporaryAccess', { access: string; codeDigest: string; minutes: number }>
  | Intent<'UseTemporaryAccess', { codeDigest: string }>
  | Intent<'BlockProfessional', { professional: string }>
  | Intent<'UnblockProfessional', { professional: string }>
  | Intent<'BlockFacility', { facility: string }>
  | Intent<'UnblockFacility', { facility: string }>
  | Intent<'DeclareAttendingDoctor', { professional: string }>
  | Intent<'EndAttendingDoctor', { professional: string }>
  /** `profession`: as the directory states it; only doctors (10) may be administrators by default. */
  | Intent<'GrantAdministrator', { professional: string; profession: Professional['profession'] }>
  | Intent<'RevokeAdministrator', { professional: string }>
  | Intent<'SetEmergencyPreference', { which: EmergencySwitch; value: Permission }>
  | Intent<'OpenEmergencyAccess', { mode: Exclude<AccessMode, 'normal'>; reason: string }>
  | Intent<'LinkLegalRepresentative', { subject: Subject; until: Instant }>
  /** `subjects` null: whoever represents him. */
  | Intent<'EndLegalRepresentation', { subjects: readonly Subject[] | null; reason: string }>
  | Intent<'MaskDocuments', { sets: readonly string[] }>
  | Intent<'UnmaskDocuments', { sets: readonly string[] }>
  | Intent<'MaskAllDocuments'>
  | Intent<'UnmaskAllDocuments'>
  | Intent<'SetDefaultConfidentiality', { masked: boolean }>
  | Intent<'MaskDocumentFrom', { set: string; whom: Grantee; from?: Instant; until?: Instant }>
  | Intent<'LiftDocumentMask', { set: string; whom: Grantee }>;
