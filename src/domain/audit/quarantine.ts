import { nothing, type Decision, type Decider, type Event, type Intent } from '../shared/decider.js';
import type { StreamName } from '../shared/fact.js';
import { reject } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';

/** An event that could not be read, as the book of the quarantine names it, and since when it stood there. */
interface Stood {
  readonly place: string;
  readonly stream: StreamName;
  readonly rev: number;
  readonly since: Instant;
}

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `audit-<yyyymm>-quarantine`: who ended a quarantine, and how. */
export type QuarantineEvent =
  /** It could be read again, and its space went on. */
  | Event<'QuarantineRetried', 1, Stood>
  /** It stays unread for ever, by somebody's decision, and its space went on without it. */
  | Event<'QuarantineReleased', 1, Stood & { reason: string }>;
export type QuarantineCommand = Intent<'RetryQuarantine', Stood> | Intent<'ReleaseQuarantine', Stood & { reason: string }>;

/** Quarantines that were ended, each by its place and since when it stood: the same event may stand there again. */
export type Ended = ReadonlySet<string>;

const nameOf = ({ place, since }: Stood): string => `${place} ${since}`;
const stoodOf = ({ place, stream, rev, since }: Stood): Stood => ({ place, stream, rev, since });
const once = (stood: Stood, ended: Ended, fact: QuarantineEvent): Decision<QuarantineEvent> =>
  ended.has(nameOf(stood)) ? nothing : [fact];
const noted = (ended: Ended, stood: Stood): Ended => new Set([...ended, nameOf(stood)]);

/** What an operator decides about an event that cannot be read; that it can or cannot be read is looked up before. */
export const quarantine: Decider<QuarantineCommand, Ended, QuarantineEvent> = {
  category: 'audit',
  initial: new Set(),

  decide: {
    RetryQuarantine: (command, ended) => once(command, ended, { type: 'QuarantineRetried', v: 1, ...stoodOf(command) }),
    ReleaseQuarantine: (command, ended) => {
      if (command.reason.trim() === '') return reject('invalid', 'audit/reason-needed');
      return once(command, ended, { type: 'QuarantineReleased', v: 1, ...stoodOf(command), reason: command.reason });
    },
  },

  evolve: { QuarantineRetried: noted, QuarantineReleased: noted },
};
