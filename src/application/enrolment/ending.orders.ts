import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { DestructionGround } from '../../domain/shared/destruction-ground.js';
import type { HeldKey } from '../../domain/enrolment/ending-vocabulary.js';
import type { PhoneCheck } from '../../domain/enrolment/provisional-code.js';
import type { Instant } from '../../domain/shared/time.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { IdentityRegistry } from '../shared/ports.js';
import * as commands from './ending.commands.js';

/** A legal hold as it is placed: who acts is the caller, `second` the other of the two. */
export interface Hold {
  readonly hold: string;
  readonly order: string;
  readonly keys: readonly HeldKey[];
  readonly second: string;
  readonly reviewOn: Instant;
}

/** Every wish about the end of a closed space, whatever the door. */
@Injectable()
export class EndingOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly registry: IdentityRegistry,
  ) {}

  /** `checked`: what the agent checked when it is done by phone. */
  async requestErasure(handle: string, checked: readonly PhoneCheck[] | undefined, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.RequestErasure(await this.registry.idOf(handle), proofOf(checked), senderOf(caller)));
  }

  async cancelErasure(handle: string, checked: readonly PhoneCheck[] | undefined, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.CancelErasure(await this.registry.idOf(handle), proofOf(checked), senderOf(caller)));
  }

  async placeHold(handle: string, hold: Hold, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.PlaceLegalHold(await this.registry.idOf(handle), hold, senderOf(caller)));
  }

  async liftHold(handle: string, hold: string, second: string, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.LiftLegalHold(await this.registry.idOf(handle), { hold, second }, senderOf(caller)));
  }

  /** Only what is due and not held; from here on there is no way back. */
  async destroy(handle: string, ground: DestructionGround, caller: Caller): Promise<Receipt> {
    return this.bus.execute(new commands.RequestDestruction(await this.registry.idOf(handle), { ground }, senderOf(caller)));
  }
}

const proofOf = (checked: readonly PhoneCheck[] | undefined) =>
  checked === undefined ? {} : { proof: { kind: 'PHONE', checked } as const };
