import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { normaliseIns, refusalOfIns } from '../../domain/enrolment/beneficiary.js';
import type { PhoneCheck } from '../../domain/enrolment/provisional-code.js';
import { monthOf } from '../../domain/shared/time.js';
import { senderOf, type Caller } from '../shared/caller.js';
import type { Receipt } from '../shared/command-executor.js';
import { Gate } from '../shared/gate.js';
import { Clock, IdentityRegistry, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { LiftSuppression } from './suppression.commands.js';

/** Who calls to be able to have a space again, and what the agent checked by asking. */
export interface SuppressionLifting {
  readonly ins: string;
  readonly checked: readonly PhoneCheck[];
}

/** The way back of those whose space was destroyed, whatever the door. */
@Injectable()
export class SuppressionOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly gate: Gate,
    private readonly registry: IdentityRegistry,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /**
   * From now on files name the person again, and the next one declares him. The fact is durable before the entry of the registry goes; whoever dies in
   * between leaves the entry there, and the wish said again takes it away: under the same key without a second fact, under another one with one of its own.
   * Throws Refused `enrolment/not-suppressed`.
   */
  async lift({ ins: typed, checked }: SuppressionLifting, caller: Caller): Promise<Receipt> {
    const { actor, messageId } = caller;
    // Who may not do it anyway is told so before anybody is looked up.
    await this.gate.admit({ actor, action: 'LiftSuppression', space: null, messageId });
    const ins = normaliseIns(typed);
    const refused = refusalOfIns(ins);
    if (refused) throw new Refused(refused);
    const words = { person: this.secrets.digest('person', ins), checked };
    const wish = { ...words, suppressed: await this.registry.isSuppressed(ins) };
    const returns = `${monthOf(this.clock.now())}-returns`;
    const receipt = await this.bus.execute(new LiftSuppression(returns, wish, { ...senderOf(caller), words }));
    await this.registry.release(ins);
    return receipt;
  }
}
