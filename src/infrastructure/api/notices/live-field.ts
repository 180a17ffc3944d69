import type { FastifyRequest } from 'fastify';
import type { LiveSpace } from '../../../application/notices/live-notices.js';
import type { NoticeView } from '../../../application/notices/notices.queries.js';
import type { Log } from '../../log.js';
import type { LiveConnection } from '../graphql/live-connection.js';
import { liveRefusal } from '../graphql/live-subscriptions.js';

/** The value of the field, as it goes into one answer. */
export interface LiveAnswer {
  readonly noticeIssued: NoticeView;
}
interface Following {
  readonly space: LiveSpace;
  readonly live: LiveConnection;
  readonly id: string;
  readonly request: FastifyRequest;
  readonly log: Log;
}
const OVER = { value: undefined, done: true } as const;

/** One subscription as GraphQL goes through it. Its name is free again once it is over. */
export class LiveField implements AsyncIterableIterator<LiveAnswer, undefined> {
  private over = false;

  constructor(private readonly following: Following) {}

  /** Before each notice the token is looked at again, and the gate is asked: a refusal is the last thing that is said. */
  async next(): Promise<IteratorResult<LiveAnswer, undefined>> {
    const { space, live, request, log } = this.following;
    try {
      const notice = this.over ? null : await space.next();
      if (notice === null) return await this.return();
      await live.stillKnown();
      return this.over ? OVER : { value: { noticeIssued: notice }, done: false };
    } catch (error) {
      await this.return();
      throw liveRefusal(log, error, request);
    }
  }

  async return(): Promise<IteratorResult<LiveAnswer, undefined>> {
    if (!this.over) this.following.live.stop(this.following.id);
    return OVER;
  }

  /** Called when the subscription ends, whoever ended it. */
  close(): void {
    this.over = true;
    this.following.space.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
