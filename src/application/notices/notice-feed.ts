import type { NoticesEvent } from '../../domain/notices/notice-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';

export type NoticeIssued = Of<NoticesEvent, 'NoticeIssued'>;

/** The notices of one space as they come, from the moment it was opened on. */
export interface NoticeTap {
  /** The next notice; null once it is closed, or was dropped. One call at a time. */
  next(): Promise<NoticeIssued | null>;
  /** Whoever waits in `next` gets null. */
  close(): void;
}
/** Why a tap is closed by the feed: its reader did not keep up, or new notices are not passed on at the moment. What he missed lies in the notice centre. */
export type Dropped = 'TOO_SLOW' | 'AWAY';

/** New notices, for those who wait for them live. Nothing is decided here: who may see a notice is asked for each. */
export abstract class NoticeFeed {
  /** `dropped` is called at once, even while nobody waits in `next`. */
  abstract tap(space: string, dropped: (why: Dropped) => void): NoticeTap;
}
