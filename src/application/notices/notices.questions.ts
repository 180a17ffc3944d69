import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
import {
  ListNotices,
  ListProfessionalNotices,
  type NoticePage,
  type NoticePageRequest,
  type ProfessionalNoticePage,
} from './notices.queries.js';

/** Every question about notices that reaches us through a door. */
@Injectable()
export class NoticeQuestions {
  constructor(
    private readonly bus: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
  ) {}

  async list(handle: string, page: NoticePageRequest, caller: Caller): Promise<NoticePage> {
    return this.bus.execute(new ListNotices(await this.registry.idOf(handle), askingOf(caller, this.clock.now()), page));
  }

  ofProfessional(page: Omit<NoticePageRequest, 'unread'>, caller: Caller): Promise<ProfessionalNoticePage> {
    return this.bus.execute(new ListProfessionalNotices(askingOf(caller, this.clock.now()), page));
  }
}
