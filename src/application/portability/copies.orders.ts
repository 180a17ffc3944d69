import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { copyIdOf } from '../record/document-names.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { IdentityRegistry, Secrets } from '../shared/ports.js';
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
    const space = await this.registry.idOf(handle);
    const copy = copyIdOf(this.secrets, space, caller.messageId);
    return this.bus.execute(new RequestCopy(space, { copy }, senderOf(caller)));
  }
}
