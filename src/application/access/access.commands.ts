import { access } from '../../domain/access/access.js';
import type { AccessCommand } from '../../domain/access/access-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends AccessCommand['type']> = Of<AccessCommand, T>;

export class RecordConsent extends DomainCommand<Wish<'RecordConsent'>> {}
export class WithdrawConsent extends DomainCommand<Wish<'WithdrawConsent'>> {}
export class GrantTemporaryAccess extends DomainCommand<Wish<'GrantTemporaryAccess'>> {}
export class UseTemporaryAccess extends DomainCommand<Wish<'UseTemporaryAccess'>> {}
export class BlockProfessional extends DomainCommand<Wish<'BlockProfessional'>> {}
export class UnblockProfessional extends DomainCommand<Wish<'UnblockProfessional'>> {}
export class BlockFacility extends DomainCommand<Wish<'BlockFacility'>> {}
export class UnblockFacility extends DomainCommand<Wish<'UnblockFacility'>> {}
export class DeclareAttendingDoctor extends DomainCommand<Wish<'DeclareAttendingDoctor'>> {}
export class EndAttendingDoctor extends DomainCommand<Wish<'EndAttendingDoctor'>> {}
export class GrantAdministrator extends DomainCommand<Wish<'GrantAdministrator'>> {}
export class RevokeAdministrator extends DomainCommand<Wish<'RevokeAdministrator'>> {}
export class SetEmergencyPreference extends DomainCommand<Wish<'SetEmergencyPreference'>> {}
export class OpenEmergencyAccess extends DomainCommand<Wish<'OpenEmergencyAccess'>> {}
export class LinkLegalRepresentative extends DomainCommand<Wish<'LinkLegalRepresentative'>> {}
export class EndLegalRepresentation extends DomainCommand<Wish<'EndLegalRepresentation'>> {}
export class MaskDocuments extends DomainCommand<Wish<'MaskDocuments'>> {}
export class UnmaskDocuments extends DomainCommand<Wish<'UnmaskDocuments'>> {}
export class MaskAllDocuments extends DomainCommand<Wish<'MaskAllDocuments'>> {}
export class UnmaskAllDocuments extends DomainCommand<Wish<'UnmaskAllDocuments'>> {}
export class SetDefaultConfidentiality extends DomainCommand<Wish<'SetDefaultConfidentiality'>> {}
export class MaskDocumentFrom extends DomainCommand<Wish<'MaskDocumentFrom'>> {}
export class LiftDocumentMask extends DomainCommand<Wish<'LiftDocumentMask'>> {}

/** Every wish about access, by name: what the buses know it by. */
export const accessCommands = {
  RecordConsent,
  WithdrawConsent,
  GrantTemporaryAccess,
  UseTemporaryAccess,
  BlockProfessional,
  UnblockProfessional,
  BlockFacility,
  UnblockFacility,
  DeclareAttendingDoctor,
  EndAttendingDoctor,
  GrantAdministrator,
  RevokeAdministrator,
  SetEmergencyPreference,
  OpenEmergencyAccess,
  LinkLegalRepresentative,
  EndLegalRepresentation,
  MaskDocuments,
  UnmaskDocuments,
  MaskAllDocuments,
  UnmaskAllDocuments,
  SetDefaultConfidentiality,
  MaskDocumentFrom,
  LiftDocumentMask,
} as const;

export const accessHandlers = handlersOf(access, accessCommands);
