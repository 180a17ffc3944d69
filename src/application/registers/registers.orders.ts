import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Of } from '../../domain/shared/decider.js';
import type { BreachCommand } from '../../domain/registers/breaches.js';
import type { RightsRequestCommand } from '../../domain/registers/rights-requests.js';
import { erasureLateFrom } from '../../domain/enrolment/ending.js';
import { startOfDay, type Instant } from '../../domain/shared/time.js';
import { askingOf, senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
import { StandingDestructions, type UnseenDestruction } from './controls.queries.js';
import * as commands from './registers.commands.js';
import {
  ListBreaches,
  ListDestructions,
  ListRightsRequests,
  type BreachLine,
  type DestructionLine,
  type RegisterFilter,
  type RegisterPage,
  type RegisterPlace,
  type RightsRequestLine,
} from './registers.queries.js';

type Wish<U extends { readonly type: string }, T extends U['type']> = Omit<Of<U, T>, 'type'>;
/** A request as a door brings it: the space by its handle. */
export type ReceivedRequest = Wish<RightsRequestCommand, 'ReceiveRightsRequest'>;

/** More than are ever between their last row and their certificate, which is a minute of each. */
const MOST_UNSEEN = 1_000;
function lineOf({ ground, scope, askedOn }: UnseenDestruction, now: Instant): DestructionLine {
  const lateFrom = askedOn && erasureLateFrom(startOfDay(askedOn));
  const late = lateFrom !== null && lateFrom <= now;
  return { state: 'UNDER_WAY', ground, scope, askedOn, lateFrom, doneAt: null, late, space: null, certificate: null };
}

/** The registers that the law wants kept, whatever the door. Ids are the caller's to choose, so that a repeated wish finds its line. */
@Injectable()
export class RegisterOrders {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
    private readonly standing: StandingDestructions,
  ) {}

  async receiveRequest(id: string, { space, ...request }: ReceivedRequest, caller: Caller): Promise<Receipt> {
    const wish = { ...request, space: await this.spaceOf(space) };
    return this.commands.execute(new commands.ReceiveRightsRequest(id, wish, senderOf(caller)));
  }

  extendRequest(id: string, reason: string, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.ExtendRightsRequest(id, { reason }, senderOf(caller)));
  }

  answerRequest(id: string, answer: Wish<RightsRequestCommand, 'AnswerRightsRequest'>, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.AnswerRightsRequest(id, answer, senderOf(caller)));
  }

  recordBreach(id: string, breach: Wish<BreachCommand, 'RecordBreach'>, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.RecordBreach(id, breach, senderOf(caller)));
  }

  judgeBreach(id: string, judgement: Wish<BreachCommand, 'JudgeBreach'>, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.JudgeBreach(id, judgement, senderOf(caller)));
  }

  notifyAuthority(id: string, notice: Wish<BreachCommand, 'NotifyAuthority'>, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.NotifyAuthority(id, notice, senderOf(caller)));
  }

  informPeople(id: string, information: Wish<BreachCommand, 'InformPeople'>, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.InformPeople(id, information, senderOf(caller)));
  }

  closeBreach(id: string, lesson: string, caller: Caller): Promise<Receipt> {
    return this.commands.execute(new commands.CloseBreach(id, { lesson }, senderOf(caller)));
  }

  requests(filter: RegisterFilter, page: RegisterPlace, caller: Caller): Promise<RegisterPage<RightsRequestLine>> {
    return this.queries.execute(new ListRightsRequests(filter, page, askingOf(caller, this.clock.now())));
  }

  breaches(filter: RegisterFilter, page: RegisterPlace, caller: Caller): Promise<RegisterPage<BreachLine>> {
    return this.queries.execute(new ListBreaches(filter, page, askingOf(caller, this.clock.now())));
  }

  /** Of now the first page also has those that read models do not know any more and no certificate names yet; of a past moment nobody knows them. */
  async destructions(filter: RegisterFilter, page: RegisterPlace, caller: Caller): Promise<RegisterPage<DestructionLine>> {
    const now = this.clock.now();
    const asking = askingOf(caller, now);
    const known: RegisterPage<DestructionLine> = await this.queries.execute(new ListDestructions(filter, page, asking));
    if (page.cursor !== null || asking.asOf !== undefined || filter.until !== null) return known;
    const unseen = (await this.standing.unseen(MOST_UNSEEN)).map((one) => lineOf(one, now));
    return { ...known, lines: [...unseen.filter(({ late }) => late || !filter.lateOnly), ...known.lines] };
  }

  private async spaceOf(handle: string | null): Promise<string | null> {
    if (handle === null) return null;
    const space = await this.registry.idOf(handle);
    return space;
  }
}
