import { nothing, type Decider, type Decision, type Event, type Intent, type Issued, type Of } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { epochOf, instantOf, type Instant } from '../shared/time.js';
import { registersPolicy } from './registers-policy.js';

/** What was lost: GDPR art. 4(12). */
export const BREACH_KINDS = ['CONFIDENTIALITY', 'INTEGRITY', 'AVAILABILITY'] as const;
export type BreachKind = (typeof BREACH_KINDS)[number];
/** `UNLIKELY`: no notice to the authority is due; `HIGH`: the people are told too (GDPR art. 33(1), 34(1)). */
export const RISKS = ['UNLIKELY', 'RISK', 'HIGH'] as const;
export type Risk = (typeof RISKS)[number];

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `breach-<id>`: a breach of personal data and what was done about it (GDPR art. 33(5)). Texts name no person. */
export type BreachEvent =
  | Event<
      'BreachRecorded',
      1,
      {
        kinds: readonly BreachKind[];
        /** What happened, its consequences and the measures taken. */ facts: string;
        consequences: string;
        measures: string;
        /** People concerned, approximately. */ people: number;
        awareSince: Instant;
        /** First instant at which the notice to the authority is late. */ noticeDue: Instant;
      }
    >
  | Event<'BreachJudged', 1, { risk: Risk; reason: string }>
  | Event<'AuthorityNotified', 1, { reference: string; late: boolean; /** Why so late. */ reason: string }>
  | Event<'PeopleInformed', 1, { people: number; how: string }>
  | Event<'BreachClosed', 1, { lesson: string }>;

export type BreachCommand =
  | Intent<
      'RecordBreach',
      { kinds: readonly BreachKind[]; facts: string; consequences: string; measures: string; people: number; awareSince: Instant }
    >
  | Intent<'JudgeBreach', { risk: Risk; reason: string }>
  | Intent<'NotifyAuthority', { reference: string; reason: string }>
  | Intent<'InformPeople', { people: number; how: string }>
  | Intent<'CloseBreach', { lesson: string }>;

export interface Breach {
  readonly status: 'NONE' | 'OPEN' | 'CLOSED';
  readonly noticeDue: Instant | null;
  readonly risk: Risk | null;
  readonly notified: boolean;
  readonly informed: boolean;
}

type Rule<T extends BreachCommand['type']> = (command: Issued<Of<BreachCommand, T>>, breach: Breach) => Decision<BreachEvent>;

const unknown = reject('not-found', 'registers/no-such-breach');
const closed = reject('conflict', 'registers/breach-closed');
const unlessOpen = ({ status }: Breach) => (status === 'NONE' ? unknown : status === 'CLOSED' ? closed : null);

const record: Rule<'RecordBreach'> = ({ kinds, facts, consequences, measures, people, awareSince, at }, { status }) => {
  if (status !== 'NONE') return nothing;
  if (awareSince > at) return reject('invalid', 'registers/not-yet');
  const noticeDue = instantOf(epochOf(awareSince) + registersPolicy.breachNotice);
  return [{ type: 'BreachRecorded', v: 1, kinds, facts, consequences, measures, people, awareSince, noticeDue }];
};

const judge: Rule<'JudgeBreach'> = ({ risk, reason }, breach) => {
  const refused = unlessOpen(breach);
  if (refused) return refused;
  if (reason.trim() === '') return reject('invalid', 'registers/reason-needed');
  return breach.risk === risk ? nothing : [{ type: 'BreachJudged', v: 1, risk, reason }];
};

/** After 72 hours too, but then with the reasons for the delay (GDPR art. 33(1)). */
const notify: Rule<'NotifyAuthority'> = ({ reference, reason, at }, breach) => {
  const refused = unlessOpen(breach);
  if (refused) return refused;
  if (breach.notified) return nothing;
  const late = breach.noticeDue !== null && at > breach.noticeDue;
  if (late && reason.trim() === '') return reject('invalid', 'registers/reason-for-delay-needed');
  return [{ type: 'AuthorityNotified', v: 1, reference, late, reason }];
};

const inform: Rule<'InformPeople'> = ({ people, how }, breach) =>
  unlessOpen(breach) ?? (breach.informed ? nothing : [{ type: 'PeopleInformed', v: 1, people, how }]);

/** Not before its risk was judged, nor while somebody has to be told that was not. */
const close: Rule<'CloseBreach'> = ({ lesson }, breach) => {
  const refused = unlessOpen(breach);
  if (refused) return breach.status === 'CLOSED' ? nothing : refused;
  if (breach.risk === null) return reject('conflict', 'registers/risk-not-judged');
  if (breach.risk !== 'UNLIKELY' && !breach.notified) return reject('conflict', 'registers/authority-not-notified');
  if (breach.risk === 'HIGH' && !breach.informed) return reject('conflict', 'registers/people-not-informed');
  return [{ type: 'BreachClosed', v: 1, lesson }];
};

/** A breach of personal data (GDPR art. 33, 34). */
export const breaches: Decider<BreachCommand, Breach, BreachEvent> = {
  category: 'breach',
  initial: { status: 'NONE', noticeDue: null, risk: null, notified: false, informed: false },
  decide: { RecordBreach: record, JudgeBreach: judge, NotifyAuthority: notify, InformPeople: inform, CloseBreach: close },
  evolve: {
    BreachRecorded: (breach, { noticeDue }) => ({ ...breach, status: 'OPEN', noticeDue }),
    BreachJudged: (breach, { risk }) => ({ ...breach, risk }),
    AuthorityNotified: (breach) => ({ ...breach, notified: true }),
    PeopleInformed: (breach) => ({ ...breach, informed: true }),
    BreachClosed: (breach) => ({ ...breach, status: 'CLOSED' }),
  },
};
