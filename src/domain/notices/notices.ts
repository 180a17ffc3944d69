import { nameOf } from '../shared/actor.js';
import { nothing, type Decider, type Of } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { isFirst, isGrouped, withAccess, type Access, type AccessSessions } from './access-sessions.js';
import type { NoticeKind, NoticePreference, NoticesCommand, NoticesEvent, NoticeWish } from './notice-vocabulary.js';
import { noticesPolicy } from './notices-policy.js';

/** One after the other, latest first: a stream of thousands is folded without copying what is there already. */
interface Chain {
  readonly last: string;
  readonly before: Chain | null;
}
const includes = (chain: Chain | null, wanted: string): boolean => {
  for (let link = chain; link !== null; link = link.before) if (link.last === wanted) return true;
  return false;
};

export interface Notices {
  readonly issued: Chain | null;
  /** `<reader> <notice>`. */
  readonly read: Chain | null;
  readonly sessions: AccessSessions;
  readonly unwanted: ReadonlySet<NoticePreference>;
}

/** Which preference switches a kind off; the others are always told (order of 26 October 2023 for the first access, CSP R.1111-48 for emergencies). */
const SWITCHES: Partial<Readonly<Record<NoticeKind, NoticePreference>>> = {
  DOCUMENT_ADDED: 'NOTIF_DOCUMENT',
  DOCUMENT_CHANGED: 'NOTIF_DOCUMENT',
  ACCESS: 'NOTIF_ACCESS',
};

const unknownNotice = reject('not-found', 'notices/no-such-notice');
const tooMany = reject('invalid', 'notices/too-many-at-once');

type Told = Pick<Of<NoticesEvent, 'NoticeIssued'>, 'kind' | 'on' | 'who' | 'hiddenFrom'>;
/** The access that a notice tells of; null for all other notices. */
const accessOf = ({ kind, on, who, hiddenFrom }: Told): Access | null => {
  if (kind !== 'ACCESS' && kind !== 'FIRST_ACCESS' && kind !== 'EMERGENCY_ACCESS') return null;
  return { professional: who?.id ?? '', on, emergency: kind === 'EMERGENCY_ACCESS', hidden: hiddenFrom.includes('REPRESENTATIVES') };
};

/** As what it is told; null when nobody needs to be told, or wants to be. */
function toldAs(wish: NoticeWish, { sessions, unwanted }: Notices): NoticeKind | null {
  const access = accessOf(wish);
  if (access && isGrouped(sessions, access)) return null;
  const kind = wish.kind === 'ACCESS' && access && isFirst(sessions, access) ? 'FIRST_ACCESS' : wish.kind;
  const preference = SWITCHES[kind];
  return preference !== undefined && unwanted.has(preference) ? null : kind;
}

/** What the holder of a space, and whoever represents him, is told of what others did: each fact at most once. */
export const notices: Decider<NoticesCommand, Notices, NoticesEvent> = {
  category: 'notices',
  initial: { issued: null, read: null, sessions: new Map(), unwanted: new Set() },

  decide: {
    IssueNotice: ({ notice, on, who, document, hiddenFrom, about, ...wish }, state) => {
      if (includes(state.issued, notice)) return nothing;
      const told = { notice, on, ...(who ? { who } : {}), ...(document === undefined ? {} : { document }), hiddenFrom, about };
      const kind = toldAs({ ...told, kind: wish.kind }, state);
      return kind === null ? nothing : [{ type: 'NoticeIssued', v: 1, ...told, kind, mandatory: SWITCHES[kind] === undefined }];
    },
    MarkNoticesRead: ({ notices: marked, by }, { issued, read }) => {
      if (marked.length > noticesPolicy.readAtOnce) return tooMany;
      if (marked.some((notice) => !includes(issued, notice))) return unknownNotice;
      const reader = nameOf(by);
      const fresh = [...new Set(marked)].filter((notice) => !includes(read, `${reader} ${notice}`));
      return fresh.length === 0 ? nothing : [{ type: 'NoticesRead', v: 1, reader, notices: fresh }];
    },
    SetNoticePreference: ({ preference, wanted }, { unwanted }) =>
      unwanted.has(preference) === !wanted ? nothing : [{ type: 'NoticePreferenceSet', v: 1, preference, wanted }],
  },

  evolve: {
    NoticeIssued: (state, told) => {
      const access = accessOf(told);
      const sessions = access ? withAccess(state.sessions, access) : state.sessions;
      return { ...state, sessions, issued: { last: told.notice, before: state.issued } };
    },
    NoticesRead: (state, { reader, notices: marked }) => ({
      ...state,
      read: marked.reduce<Chain | null>((before, notice) => ({ last: `${reader} ${notice}`, before }), state.read),
    }),
    NoticePreferenceSet: (state, { preference, wanted }) => {
      const others = [...state.unwanted].filter((one) => one !== preference);
      return { ...state, unwanted: new Set(wanted ? others : [...others, preference]) };
    },
  },
};
