import type { NoticesEvent } from '../../domain/notices/notice-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';

export type NoticeIssued = Of<NoticesEvent, 'NoticeIssued'>;

/** Whoever listens did not keep up, and was let go: what he missed he finds in the notice centre. */
export class TooSlow extends Error {}
/** The feed ended: new notices are written, and not passed on at the moment. */
export class FeedAway extends Error {}

/** The notices of one space as they come, from the moment it was opened on. */
export interface NoticeTap {
  /** The next notice; null once it is closed. Throws TooSlow or FeedAway, and nothing comes any more. One call at a time. */
  next(): Promise<NoticeIssued | null>;
  /** Whoever waits in `next` gets null. */
  close(): void;
}

/** New notices, for those who wait for them live. Nothing is decided here: who may see a notice is asked for each. */
export abstract class NoticeFeed {
  abstract tap(space: string): NoticeTap;
}
