import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { nothingHere } from '../../domain/shared/rejection.js';
import { copyIdOf } from '../record/document-names.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { IdentityRegistry, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { RequestCopy } from './copies.commands.js';

/** Every wish about copies that comes through a door. */
@Injectable()
export class CopyOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly registry: IdentityRegistry,
    private readonly secrets: Secrets,
  ) {}

  /** While one is being made for this account, asking again asks for that one. */
  async request(handle: string, caller: Caller): Promise<Receipt> {
    const address = await this.registry.byHandle(handle);
    if (address === null) throw new Refused(nothingHere);
    const copy = copyIdOf(this.secrets, address.id, caller.messageId);
    return this.bus.execute(new RequestCopy(address.id, { copy }, senderOf(caller)));
  }
}
