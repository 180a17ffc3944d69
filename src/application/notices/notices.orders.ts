import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { NoticePreference } from '../../domain/notices/notice-vocabulary.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { IdentityRegistry } from '../shared/ports.js';
import { MarkNoticesRead, SetNoticePreference } from './notices.commands.js';

/** Every wish about notices that reaches a space through a door. */
@Injectable()
export class NoticeOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly registry: IdentityRegistry,
  ) {}

  async markRead(handle: string, notices: readonly string[], caller: Caller): Promise<Receipt> {
    return this.bus.execute(new MarkNoticesRead(await this.registry.idOf(handle), { notices }, senderOf(caller)));
  }

  async prefer(handle: string, choice: { preference: NoticePreference; wanted: boolean }, caller: Caller): Promise<Receipt> {
    const { preference, wanted } = choice;
    return this.bus.execute(new SetNoticePreference(await this.registry.idOf(handle), { preference, wanted }, senderOf(caller)));
  }
}
