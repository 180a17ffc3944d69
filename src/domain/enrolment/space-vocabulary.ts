import type { DestructionGround } from '../shared/destruction-ground.js';
import type { Event, Intent } from '../shared/decider.js';
import type { Subject } from '../shared/actor.js';
import type { Instant } from '../shared/time.js';
import type { Beneficiary } from './beneficiary.js';
import type { Terms } from './policy.js';
import type { CardProof, Channel, Code, CodeEvent, CodeProof, FreshCode, IdentityOnFile, PhoneProof } from './provisional-code.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
export type OpeningMode = 'AUTOMATIC' | 'VOLUNTARY' | 'AFTER_OPPOSITION';
export type SpaceEvent =
  | CodeEvent
  | Event<'PersonDeclaredEligible', 1, Beneficiary & { handle: string; campaign: string }>
  | Event<
      'InvitationSent',
      1,
      { channel: Channel; campaign: string; letter: string; sentAt: Instant; opposableUntil: Instant; opensAt: Instant }
    >
  | Event<'InvitationBounced', 1, { report: string }>
  | Event<'InvitationDelayed', 1>
  | Event<'OppositionRegistered', 1, { channel: 'WEB' | 'PHONE_3422'; supervisor?: string }>
  | Event<'OppositionWithdrawn', 1, { channel: 'WEB' | 'PHONE_3422' }>
  | Event<'SpaceOpened', 1, { mode: OpeningMode }>
  | Event<'AutomaticOpeningFailed', 1, { reason: string }>
  | Event<'AutomaticCreationBlocked', 1, { reason: 'NOT_LEGAL_REPRESENTATIVE' }>
  | Event<'SpaceOpeningRevoked', 1>
  | Event<'SpaceActivated', 1, { subject: Subject }>
  | Event<'TermsAccepted', 1, Terms>
  | Event<'SpaceClosed', 1, { reason: 'HOLDER_REQUEST'; requestedBy: 'HOLDER' | 'SUPPORT'; archivedUntil: Instant }>
  | Event<'SpaceReopened', 1, { subject: Subject; restoredFromArchive: true }>
  | Event<'DestructionRequested', 1, { ground: DestructionGround; archivedUntil: Instant }>;

export type SpaceCommand =
  | Intent<'DeclareEligible', { beneficiary: Beneficiary; handle: string; campaign: string }>
  | Intent<'InviteHolder', { campaign: string; code: FreshCode }>
  | Intent<'ReportBounce', { report: string }>
  | Intent<'ReportDelay', { /** Of the invitation that it speaks of. */ sentAt: Instant }>
  | Intent<'RenewProvisionalCode', { proof: CardProof | PhoneProof; channel: Channel; code: FreshCode }>
  | Intent<'RegisterOpposition', { proof: CodeProof | PhoneProof; /** Backdating, by two people. */ on?: Instant; supervisor?: string }>
  | Intent<'WithdrawOpposition', { proof: CodeProof | PhoneProof }>
  | Intent<'OpenAutomatically'>
  | Intent<'ReportOpeningFailure', { reason: string }>
  | Intent<'BlockAutomaticCreation', { proof: CodeProof | PhoneProof; reason: 'NOT_LEGAL_REPRESENTATIVE' }>
  | Intent<'ActivateSpace', { proof: CodeProof; terms: Terms }>
  | Intent<'AcceptTerms', { terms: Terms }>
  | Intent<'CloseSpace', { proof?: PhoneProof }>
  | Intent<'ReopenSpace', { proof?: CodeProof }>;

/** What stands between an invitation and the opening by itself; several may hold, and none hides another. */
export type Hindrance = 'BOUNCED' | 'DELAYED' | 'FAILED' | 'BLOCKED';
/** The information that was sent: how, until when it may be opposed, when the space opens by itself, and what stands in the way. */
export interface Invitation {
  readonly channel: Channel;
  readonly sentAt: Instant;
  readonly opposableUntil: Instant;
  readonly opensAt: Instant;
  readonly hindrances: readonly Hindrance[];
}
/** What every rule about a declared person may rest on. */
export interface Known {
  readonly person: IdentityOnFile & { readonly email: string | null };
  readonly code: Code;
}
export type SpaceStatus = Space['status'];
export type Space =
  | { readonly status: 'NONE' }
  | (Known & { readonly status: 'ELIGIBLE' })
  | (Known & { readonly status: 'INVITED'; readonly invitation: Invitation })
  | (Known & { readonly status: 'OPPOSED'; readonly invitation: Invitation | null })
  | (Known & { readonly status: 'OPENED'; readonly invitation: Invitation })
  | (Known & { readonly status: 'ACTIVE'; readonly holder: Subject; readonly terms: Terms | null })
  | (Known & {
      readonly status: 'CLOSED';
      readonly holder: Subject | null;
      readonly terms: Terms | null;
      readonly archivedUntil: Instant;
      /** True once the end was decided: nothing can be brought back. */
      readonly ending?: true;
    });
/** A space of somebody: any status but none. */
export type Declared = Exclude<Space, { status: 'NONE' }>;
