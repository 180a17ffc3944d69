import { Injectable } from '@nestjs/common';
import type { Caller } from '../shared/caller.js';
import { Gate } from '../shared/gate.js';
import { IdentityRegistry } from '../shared/ports.js';
import { sightOf, type Sight } from '../shared/subject-query.js';
import { NoticeFeed, type Dropped, type NoticeIssued, type NoticeTap } from './notice-feed.js';
import { noticeWords } from './notice-words.js';
import type { NoticeView } from './notices.queries.js';

/** Who sees what is hidden from representatives too, as in the list of notices; there the database says so. */
const NOT_HIDDEN_FROM: readonly Sight['viewer'][] = ['HOLDER', 'COMPLIANCE'];

/** Notices as they are issued, to somebody who may see them at that moment. */
@Injectable()
export class LiveNotices {
  constructor(
    private readonly feed: NoticeFeed,
    private readonly gate: Gate,
    private readonly registry: IdentityRegistry,
  ) {}

  /**
   * Asks the gate and leaves a line, as the list of notices does; from then on the gate is asked again for each notice, and who lost the right meanwhile
   * gets Refused instead, and nothing more. The caller must close it.
   */
  async follow(handle: string, caller: Caller, dropped: (why: Dropped) => void): Promise<LiveSpace> {
    const space = await this.registry.idOf(handle);
    const { actor, messageId, purpose } = caller;
    const passing = { actor, action: 'ListNotices', space, messageId, purpose } as const;
    const tap = this.feed.tap(space, dropped);
    try {
      await this.gate.pass(passing);
    } catch (error) {
      tap.close();
      throw error;
    }
    return new LiveSpace(tap, async () => sightOf(actor, await this.gate.admit(passing)));
  }
}

/** The live notices of one space, for one reader. */
export class LiveSpace {
  constructor(
    private readonly tap: NoticeTap,
    private readonly sight: () => Promise<Sight>,
  ) {}

  /** The next notice this reader may see; null once it is closed. */
  async next(): Promise<NoticeView | null> {
    for (;;) {
      const issued = await this.tap.next();
      if (issued === null) return null;
      const { viewer } = await this.sight();
      if (issued.hiddenFrom.length === 0 || NOT_HIDDEN_FROM.includes(viewer)) return viewOf(issued);
    }
  }

  close(): void {
    this.tap.close();
  }
}

const viewOf = ({ notice, kind, on, who, document, mandatory }: NoticeIssued): NoticeView => ({
  notice,
  kind,
  on,
  who: who ?? null,
  document: document ?? null,
  mandatory,
  read: false,
  ...noticeWords(kind, who ?? null),
});
