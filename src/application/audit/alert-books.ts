import { Injectable } from '@nestjs/common';
import { RULES, type AlertRulesEvent } from '../../domain/audit/alert-rule-versions.js';
import type { AlertBook } from '../../domain/audit/alert-rules.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { Journal, NO_STREAM, StoreUnavailable, type Revision } from '../shared/ports.js';

/** One version, and from when it counts. */
export interface BookVersion extends AlertBook {
  readonly version: number;
  readonly source: string;
  readonly reason: string;
  /** Account of who published it, or the role of a part of the software. */
  readonly author: string;
  readonly from: Instant;
}

type Recording = Recorded<AlertRulesEvent>;
const versionOf = ({ event: { type: _, v: _v, ...book }, at, meta: { who } }: Recording): BookVersion => ({
  ...book,
  from: at,
  author: 'subject' in who ? `${who.subject.issuer}|${who.subject.sub}` : who.role,
});

/** The rules of alerts, read from the log: they are few and never change, so what was read is kept and only what is new is read. */
@Injectable()
export class AlertBooks {
  private known: { readonly books: readonly BookVersion[]; readonly revision: Revision } = { books: [], revision: NO_STREAM };

  constructor(private readonly journal: Journal) {}

  /** Every version, the oldest first. */
  async all(): Promise<readonly BookVersion[]> {
    const { books, revision: before } = this.known;
    const { facts, revision } = await this.journal.read<AlertRulesEvent>(`alert-${RULES}`, before + 1);
    // Several may read at the same time: whoever came furthest.
    if (revision > this.known.revision) this.known = { books: [...books, ...facts.map(versionOf)], revision };
    return this.known.books;
  }

  /**
   * The version that counts for an access of this moment, so that whoever computes it again comes to the same: the last one published by then; the first
   * one for what lies before it. Throws StoreUnavailable while there is none.
   */
  async at(moment: Instant): Promise<BookVersion> {
    const all = await this.all();
    const book = all.findLast(({ from }) => from <= moment) ?? all[0];
    if (book === undefined) throw new StoreUnavailable('there are no rules of alerts yet');
    return book;
  }
}
