import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
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
    const space = await this.registry.idOf(handle);
    const asking = { ...askingOf(caller, this.clock.now()), asOf: undefined };
    return this.receipts.of(await this.bus.execute(new GetHistoryReceipt(space, asking, line)));
  }
}
