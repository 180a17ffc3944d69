import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { nothingHere } from '../../domain/shared/rejection.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { GetHistoryReceipt, Receipts, type LineReceipt } from './receipts.js';

/** Receipts, as doors ask for them. */
@Injectable()
export class ReceiptQuestions {
  constructor(
    private readonly bus: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
    private readonly receipts: Receipts,
  ) {}

  /** The receipt of one line; of the history as it is now, whatever moment is asked about. */
  async receipt(handle: string, line: string, caller: Caller): Promise<LineReceipt> {
    const address = await this.registry.byHandle(handle);
    if (address === null) throw new Refused(nothingHere);
    const asking = { ...askingOf(caller, this.clock.now()), asOf: undefined };
    return this.receipts.of(await this.bus.execute(new GetHistoryReceipt(address.id, asking, line)));
  }
}
