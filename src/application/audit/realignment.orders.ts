import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { monthOf } from '../../domain/shared/time.js';
import type { Caller } from '../shared/caller.js';
import { Gate } from '../shared/gate.js';
import { Clock } from '../shared/ports.js';
import { RealignStore } from './realignment.commands.js';
import { CannotRealign, Realignment, type Lead, type RealignmentProgress } from './realignment.js';

/** After a restore that left PostgreSQL ahead of the log: what an operator does so that both agree again. It is a fact with its author, written first. */
@Injectable()
export class RealignmentOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly gate: Gate,
    private readonly realignment: Realignment,
    private readonly clock: Clock,
  ) {}

  /** What stands ahead of the log, and what it would cost. Changes nothing. Throws Refused, CannotRealign, StoreUnavailable. */
  async preview(progress: RealignmentProgress, caller: Caller): Promise<Lead> {
    await this.admit(caller);
    return this.realignment.find(progress, async ({ lead }) => lead);
  }

  /** Does it. Throws as `preview`, and CannotRealign while workers of other processes are at work. */
  async realign(progress: RealignmentProgress, caller: Caller): Promise<Lead> {
    await this.admit(caller);
    const others = await this.realignment.atWork();
    if (others > 0) throw new CannotRealign(`${others} workers of other processes are at work: stop every process first`);
    return this.realignment.find(progress, async (finding) => {
      const { lead } = finding;
      const written = { ...lead.removed, rings: lead.rings, readers: lead.readers.length };
      await this.bus.execute(new RealignStore(`${monthOf(this.clock.now())}-realignments`, written, caller));
      await finding.apply();
      return lead;
    });
  }

  private async admit({ actor, messageId }: Caller): Promise<void> {
    await this.gate.admit({ actor, action: 'RealignStore', space: null, messageId });
  }
}
