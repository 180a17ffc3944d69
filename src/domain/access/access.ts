import type { Decider } from '../shared/decider.js';
import { accessEvolution, NOTHING_SAID, type AccessState } from './access-state.js';
import type { AccessCommand, AccessEvent } from './access-vocabulary.js';
import { recordConsent, withdrawConsent } from './consent-rules.js';
import * as masks from './mask-rules.js';
import { grantTemporaryAccess, useTemporaryAccess } from './temporary-access.js';
import * as trust from './trust-rules.js';

/** All that gives visibility in a space or takes it away, in `access-<space>`. Decision table: README.md beside this file. */
export const access: Decider<AccessCommand, AccessState, AccessEvent> = {
  category: 'access',
  initial: NOTHING_SAID,

  decide: {
    RecordConsent: recordConsent,
    WithdrawConsent: withdrawConsent,
    GrantTemporaryAccess: grantTemporaryAccess,
    UseTemporaryAccess: useTemporaryAccess,
    BlockProfessional: trust.blockProfessional,
    UnblockProfessional: trust.unblockProfessional,
    BlockFacility: trust.blockFacility,
    UnblockFacility: trust.unblockFacility,
    DeclareAttendingDoctor: trust.declareAttendingDoctor,
    EndAttendingDoctor: trust.endAttendingDoctor,
    GrantAdministrator: trust.grantAdministrator,
    RevokeAdministrator: trust.revokeAdministrator,
    SetEmergencyPreference: trust.setEmergencyPreference,
    OpenEmergencyAccess: trust.openEmergencyAccess,
    LinkLegalRepresentative: trust.linkRepresentative,
    EndLegalRepresentation: trust.endRepresentation,
    MaskDocuments: masks.maskDocuments,
    UnmaskDocuments: masks.unmaskDocuments,
    MaskAllDocuments: masks.maskAllDocuments,
    UnmaskAllDocuments: masks.unmaskAllDocuments,
    SetDefaultConfidentiality: masks.setDefaultConfidentiality,
    MaskDocumentFrom: masks.maskDocumentFrom,
    LiftDocumentMask: masks.liftDocumentMask,
  },

  evolve: accessEvolution,
};
