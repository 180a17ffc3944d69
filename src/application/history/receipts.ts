import type { StreamName } from '../../domain/shared/fact.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';

/** Where a line lies in the log: ours alone. */
export interface LinePlace {
  readonly stream: StreamName;
  readonly rev: number;
}

/** What somebody keeps of a line: that it was in the sealed log, for whoever knows the keys of the log and of its witnesses. Two files as texts. */
export interface LineReceipt {
  /** C2SP tlog-proof: save it as `….tlog-proof`. */
  readonly proof: string;
  /** Header of the event and digest of its body (docs/reference/event-format.md section 8): save it as `….event.json`. */
  readonly event: string;
}

/**
 * The place of one line of a history, for whoever sees it. Refuses `history/no-such-line`, `history/line-under-veil` while somebody entitled to the history
 * may not know of it, `history/no-receipt-here` where the numbers in a receipt would tell a representative of lines he is not shown.
 */
export class GetHistoryReceipt extends SubjectQuery<LinePlace> {
  constructor(
    space: string,
    asking: Asking,
    readonly line: string,
  ) {
    super(space, asking);
  }
}

/** Makes receipts. */
export abstract class Receipts {
  /** Throws Refused `seal/not-yet` (a moment later it is), StoreUnavailable. */
  abstract of(place: LinePlace): Promise<LineReceipt>;
}
