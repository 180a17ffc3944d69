import type { PassageEvent } from '../../src/domain/access/passage.js';
import type { CampaignEvent } from '../../src/domain/enrolment/campaign.js';
import type { EndingEvent } from '../../src/domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../src/domain/enrolment/space-vocabulary.js';
import type { Of } from '../../src/domain/shared/decider.js';
import { instant, startOfDay, type LocalDate } from '../../src/domain/shared/time.js';

type Facts<E extends { type: string }> = { readonly [T in E['type']]: Of<E, T> };
const day = (text: string) => startOfDay(text as LocalDate);

/** The account of Camille, an invented person. */
export const camille = { issuer: 'https://identity.example', sub: 'camille' } as const;
export const sentAt = instant('2026-11-20T07:00:00Z');
/** Six weeks after 20 November 2026 and the day behind it. */
export const opposableUntil = instant('2027-01-01T22:59:59.999Z');
export const opensAt = day('2027-01-02');
export const archivedUntil = instant('2037-02-10T22:59:59.999Z');

const issue = { seed: 's1', codeDigest: 'd1', issuedAt: sentAt, expiresAt: opposableUntil } as const;

/** One fact of each kind in the life of Camille's space. */
export const spaceFacts: Facts<SpaceEvent> = {
  PersonDeclaredEligible: {
    type: 'PersonDeclaredEligible',
    v: 1,
    ins: '258113399990203',
    insOid: '1.2.250.1.213.1.4.10',
    familyName: 'EXEMPLE',
    givenNames: 'CAMILLE',
    sex: 'F',
    birthDate: '1960-05-12' as LocalDate,
    birthPlace: '88151',
    email: 'camille@example.org',
    address: '1 rue du Moulin',
    postalCode: '88000',
    city: 'ÉPINAL',
    regime: 'CPAM',
    vitaleSerial: '12345678901',
    handle: 'h-camille',
    campaign: 'c1',
  },
  InvitationSent: { type: 'InvitationSent', v: 1, channel: 'EMAIL', campaign: 'c1', letter: '2026-01', sentAt, opposableUntil, opensAt },
  InvitationBounced: { type: 'InvitationBounced', v: 1, report: 'r1' },
  InvitationDelayed: { type: 'InvitationDelayed', v: 1 },
  ProvisionalCodeIssued: { type: 'ProvisionalCodeIssued', v: 1, ...issue, channel: 'EMAIL' },
  ProvisionalCodeRenewed: { type: 'ProvisionalCodeRenewed', v: 1, ...issue, codeDigest: 'd2', channel: 'POST' },
  ProvisionalCodeRefused: { type: 'ProvisionalCodeRefused', v: 1, codeDigest: 'd1', tries: 1 },
  ProvisionalCodeLocked: { type: 'ProvisionalCodeLocked', v: 1, codeDigest: 'd1' },
  ProvisionalCodeConsumed: { type: 'ProvisionalCodeConsumed', v: 1, codeDigest: 'd1' },
  OppositionRegistered: { type: 'OppositionRegistered', v: 1, channel: 'PHONE_3422' },
  OppositionWithdrawn: { type: 'OppositionWithdrawn', v: 1, channel: 'WEB' },
  SpaceOpened: { type: 'SpaceOpened', v: 1, mode: 'AUTOMATIC' },
  AutomaticOpeningFailed: { type: 'AutomaticOpeningFailed', v: 1, reason: 'STORE_FULL' },
  AutomaticCreationBlocked: { type: 'AutomaticCreationBlocked', v: 1, reason: 'NOT_LEGAL_REPRESENTATIVE' },
  SpaceOpeningRevoked: { type: 'SpaceOpeningRevoked', v: 1 },
  SpaceActivated: { type: 'SpaceActivated', v: 1, subject: camille },
  TermsAccepted: { type: 'TermsAccepted', v: 1, conditions: '2026-01', privacy: '2026-01' },
  SpaceClosed: { type: 'SpaceClosed', v: 1, reason: 'HOLDER_REQUEST', requestedBy: 'HOLDER', archivedUntil },
  SpaceReopened: { type: 'SpaceReopened', v: 1, subject: camille, restoredFromArchive: true },
  DestructionRequested: { type: 'DestructionRequested', v: 1, ground: 'RETENTION', archivedUntil },
};

/** One fact of each kind about the end of an archive. */
export const endingFacts: Facts<EndingEvent> = {
  ErasureRequested: { type: 'ErasureRequested', v: 1, requestedBy: 'HOLDER', executeOn: day('2027-03-15') },
  ErasureRequestCancelled: { type: 'ErasureRequestCancelled', v: 1, cancelledBy: 'HOLDER' },
  LegalHoldPlaced: {
    type: 'LegalHoldPlaced',
    v: 1,
    hold: 'hold-1',
    order: 'TJ-2027-0042',
    keys: ['life', 'content', 'trace'],
    second: 'compliance-1',
    reviewOn: day('2028-02-10'),
  },
  LegalHoldLifted: { type: 'LegalHoldLifted', v: 1, hold: 'hold-1', second: 'compliance-1' },
};

export const campaignFacts: Facts<CampaignEvent> = {
  CampaignOpened: { type: 'CampaignOpened', v: 1, label: 'Automne 2026' },
  CampaignFileImported: {
    type: 'CampaignFileImported',
    v: 1,
    file: 'f1',
    lines: 12,
    declared: 9,
    known: 1,
    suppressed: 0,
    deferred: 0,
    rejected: 2,
  },
  CampaignPaused: { type: 'CampaignPaused', v: 1, reason: 'the printer is away' },
  CampaignResumed: { type: 'CampaignResumed', v: 1 },
};

export const passageFacts: Facts<PassageEvent> = {
  AccessGranted: { type: 'AccessGranted', v: 1, action: 'GetSpaceOverview' },
};
