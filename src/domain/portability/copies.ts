import { nameOf } from '../shared/actor.js';
import { nothing, type Decider, type Of } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import { deadlineAfter, type Instant } from '../shared/time.js';
import type { CopyCommand, CopyEnd, CopyEvent } from './copy-vocabulary.js';
import { portabilityPolicy } from './portability-policy.js';

type Ready = Of<CopyEvent, 'CopyReady'>;
/** Copies that are being made, or lie ready; the others are no longer of interest. */
export interface Copies {
  /** Copy → who asked for it. */
  readonly making: ReadonlyMap<string, string>;
  readonly ready: ReadonlyMap<string, Ready & { readonly asker: string }>;
}

const tooMany = reject('conflict', 'portability/too-many-copies');

const ended = ({ ready }: Copies, why: CopyEnd, of: (copy: Ready) => boolean): readonly CopyEvent[] =>
  [...ready.values()].filter(of).map(({ copy, blob }) => ({ type: 'CopyEnded', v: 1, copy, blob, why }));
const overdue = (copies: Copies, at: Instant): readonly CopyEvent[] => ended(copies, 'EXPIRED', ({ until }) => until <= at);

const without = <V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> =>
  new Map([...map].filter(([other]) => other !== key));

/** Copies of a space for those who may take it with them (GDPR article 20). One at a time is made for each account. */
export const copies: Decider<CopyCommand, Copies, CopyEvent> = {
  category: 'record',
  initial: { making: new Map(), ready: new Map() },

  decide: {
    RequestCopy: ({ copy, by, at }, state) => {
      const asker = nameOf(by);
      if ([...state.making.values()].includes(asker)) return nothing;
      const living = [...state.ready.values()].filter((one) => one.asker === asker && at < one.until);
      if (living.length >= portabilityPolicy.readyAtOnce) return tooMany;
      // A space may have been closed when the days of an older one were over.
      return [...overdue(state, at), { type: 'CopyRequested', v: 1, copy, asker }];
    },
    DeliverCopy: ({ copy, blob, size, sha256, documents, lines, at }, { making }) => {
      if (!making.has(copy)) return nothing;
      const until = deadlineAfter(at, portabilityPolicy.readyFor).over;
      return [{ type: 'CopyReady', v: 1, copy, blob, size, sha256, documents, lines, until }];
    },
    FailCopy: ({ copy, reason }, { making }) => (making.has(copy) ? [{ type: 'CopyFailed', v: 1, copy, reason }] : nothing),
    ExpireCopies: ({ at }, state) => overdue(state, at),
    WithdrawCopies: ({ document }, state) => ended(state, 'DOCUMENT_WITHDRAWN', ({ documents }) => documents.includes(document)),
  },

  evolve: {
    CopyRequested: ({ making, ready }, { copy, asker }) => ({ making: new Map(making).set(copy, asker), ready }),
    CopyReady: ({ making, ready }, fact) => ({
      making: without(making, fact.copy),
      ready: new Map(ready).set(fact.copy, { ...fact, asker: making.get(fact.copy) ?? '' }),
    }),
    CopyFailed: ({ making, ready }, { copy }) => ({ making: without(making, copy), ready }),
    CopyEnded: ({ making, ready }, { copy }) => ({ making, ready: without(ready, copy) }),
  },
};
