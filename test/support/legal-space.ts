import type { SpaceEvent, SpaceStatus } from '../../src/domain/enrolment/space-vocabulary.js';
import { dayNumber, isoOf, startOfParisDay, yearsLater, HOUR, parisOffset, DAY } from './hand-calendar.js';

/**
 * Every lawful change of status, by fact; a fact that isn't listed for a status is a breach. `=` keeps the status.
 * Activating opens first what is not open yet: a code is used on an open space, or on a closed one to bring it back.
 */
export const LAWFUL: Readonly<Record<string, Partial<Record<SpaceStatus, readonly (SpaceStatus | '=')[]>>>> = {
  PersonDeclaredEligible: { NONE: ['ELIGIBLE'] },
  InvitationSent: { ELIGIBLE: ['INVITED'], INVITED: ['='] },
  InvitationBounced: { INVITED: ['='], OPPOSED: ['='] },
  InvitationDelayed: { INVITED: ['='], OPPOSED: ['='] },
  AutomaticOpeningFailed: { INVITED: ['='] },
  AutomaticCreationBlocked: { INVITED: ['='] },
  OppositionRegistered: { ELIGIBLE: ['OPPOSED'], INVITED: ['OPPOSED'] },
  OppositionWithdrawn: { OPPOSED: ['INVITED', 'ELIGIBLE'] },
  'SpaceOpened AUTOMATIC': { INVITED: ['OPENED'] },
  'SpaceOpened VOLUNTARY': { ELIGIBLE: ['OPENED'], INVITED: ['OPENED'] },
  'SpaceOpened AFTER_OPPOSITION': { OPPOSED: ['OPENED'] },
  SpaceOpeningRevoked: { OPENED: ['INVITED'] },
  SpaceActivated: { OPENED: ['ACTIVE'] },
  TermsAccepted: { ACTIVE: ['='] },
  SpaceClosed: { OPENED: ['CLOSED'], ACTIVE: ['CLOSED'] },
  SpaceReopened: { CLOSED: ['ACTIVE'] },
  DestructionRequested: { CLOSED: ['='] },
  ProvisionalCodeIssued: { INVITED: ['='] },
  ProvisionalCodeRenewed: { ELIGIBLE: ['='], INVITED: ['='], OPPOSED: ['='], OPENED: ['='], ACTIVE: ['='], CLOSED: ['='] },
  ProvisionalCodeRefused: { ELIGIBLE: ['='], INVITED: ['='], OPPOSED: ['='], OPENED: ['='], ACTIVE: ['='], CLOSED: ['='] },
  ProvisionalCodeLocked: { ELIGIBLE: ['='], INVITED: ['='], OPPOSED: ['='], OPENED: ['='], ACTIVE: ['='], CLOSED: ['='] },
  ProvisionalCodeConsumed: { OPENED: ['='], CLOSED: ['='] },
};

/** What a lawyer would note on a sheet of paper about one space. Dates are computed by hand. */
export interface Sheet {
  status: SpaceStatus;
  informed: boolean;
  sentAt: string;
  opposableUntil: string;
  opensAt: string;
  byEmail: boolean;
  bounced: boolean;
  delayed: boolean;
  failed: boolean;
  blocked: boolean;
  archivedUntil: string;
  /** The account it belongs to. */
  holder: string | null;
  /** The one code that lives, if any. */
  code: { digest: string; until: string; tries: number } | null;
  formerCodes: string[];
}
export const blankSheet = (): Sheet => ({
  status: 'NONE',
  informed: false,
  sentAt: '',
  opposableUntil: '',
  opensAt: '',
  byEmail: false,
  bounced: false,
  delayed: false,
  failed: false,
  blocked: false,
  archivedUntil: '',
  holder: null,
  code: null,
  formerCodes: [],
});

/** Epoch milliseconds of a stored instant, by hand. */
export const epochByHand = (iso: string): number => {
  const [year, month, day, hour, minute, second, fraction] = iso.split(/[-T:.Z]/).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return dayNumber({ year, month, day }) * DAY + hour * HOUR + minute * 60_000 + second * 1_000 + fraction;
};
const parisDayNumber = (at: string): number => Math.floor((epochByHand(at) + parisOffset(epochByHand(at))) / DAY);
const endOf = (day: number): string => isoOf(startOfParisDay(day + 1) - 1);

export const nameOfFact = (fact: SpaceEvent): string => (fact.type === 'SpaceOpened' ? `SpaceOpened ${fact.mode}` : fact.type);
const STATUSES: readonly string[] = ['NONE', 'ELIGIBLE', 'INVITED', 'OPPOSED', 'OPENED', 'ACTIVE', 'CLOSED'];

/** Notes one fact; throws when the law knows no such change. Returns the change as text. */
export const note = (sheet: Sheet, fact: SpaceEvent, at: string): string => {
  const from = sheet.status;
  const targets = LAWFUL[nameOfFact(fact)]?.[from];
  if (!targets) throw new Error(`unlawful: ${nameOfFact(fact)} on ${from}`);
  const target = fact.type === 'OppositionWithdrawn' ? (sheet.informed ? 'INVITED' : 'ELIGIBLE') : targets[0];
  if (target && target !== '=' && STATUSES.includes(target)) sheet.status = target;
  noteMatters(sheet, fact, at);
  noteCode(sheet, fact, at);
  return `${nameOfFact(fact)}: ${from} -> ${sheet.status}`;
};

const noteMatters = (sheet: Sheet, fact: SpaceEvent, at: string): void => {
  if (fact.type === 'InvitationSent') {
    const last = parisDayNumber(at) + 42;
    Object.assign(sheet, { informed: true, byEmail: fact.channel === 'EMAIL', bounced: false, delayed: false, failed: false });
    Object.assign(sheet, { sentAt: fact.sentAt, opposableUntil: endOf(last), opensAt: isoOf(startOfParisDay(last + 1)) });
  }
  if (fact.type === 'InvitationBounced') sheet.bounced = true;
  if (fact.type === 'InvitationDelayed') sheet.delayed = true;
  if (fact.type === 'AutomaticOpeningFailed') sheet.failed = true;
  if (fact.type === 'AutomaticCreationBlocked') sheet.blocked = true;
  if (fact.type === 'SpaceActivated' || fact.type === 'SpaceReopened') sheet.holder = fact.subject.sub;
  if (fact.type === 'SpaceClosed') sheet.archivedUntil = endOf(yearsLater(parisDayNumber(at), 10));
};

const noteCode = (sheet: Sheet, fact: SpaceEvent, at: string): void => {
  if (fact.type === 'ProvisionalCodeIssued' || fact.type === 'ProvisionalCodeRenewed') {
    if (sheet.code) sheet.formerCodes.push(sheet.code.digest);
    sheet.code = { digest: fact.codeDigest, until: endOf(parisDayNumber(at) + 42), tries: 0 };
  }
  if (fact.type === 'ProvisionalCodeRefused' && sheet.code) sheet.code.tries++;
  if ((fact.type === 'ProvisionalCodeLocked' || fact.type === 'ProvisionalCodeConsumed') && sheet.code) {
    if (fact.codeDigest !== sheet.code.digest) throw new Error('a code ended that did not live');
    sheet.formerCodes.push(sheet.code.digest);
    sheet.code = null;
  }
};
