import type { Dropped, NoticeIssued, NoticeTap } from '../../../application/notices/notice-feed.js';

/** Notices that may wait for one reader; the space of somebody in hospital has a few a minute, a batch of deposits brings some hundreds. */
export const LONGEST_QUEUE = 1_000;

/** A queue of bounded length between the log and one reader. */
export class BoundedTap implements NoticeTap {
  private readonly waiting: NoticeIssued[] = [];
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(
    private readonly dropped: (why: Dropped) => void,
    private readonly gone: () => void,
  ) {}

  /** Lets go of a reader for whom too much waits already. */
  push(issued: NoticeIssued): void {
    if (this.waiting.length === LONGEST_QUEUE) return this.drop('TOO_SLOW');
    this.waiting.push(issued);
    this.wake?.();
  }

  drop(why: Dropped): void {
    if (this.closed) return;
    this.close();
    this.dropped(why);
  }

  async next(): Promise<NoticeIssued | null> {
    while (this.waiting.length === 0 && !this.closed) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
    return this.closed ? null : (this.waiting.shift() ?? null);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.waiting.length = 0;
    this.gone();
    this.wake?.();
  }
}
