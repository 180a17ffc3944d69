import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock, IdentityRegistry, Journal } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { ListAuditTrail, type TrailPlace } from './audit-trail.queries.js';
import type { HistoryRequest } from './history.queries.js';

/** A page of the trail of one space, as the facts were written. */
export interface Trail {
  /** Latest first. */
  readonly facts: readonly Recorded[];
  readonly next: string | null;
}

/** The trail of a space for compliance: whoever asks says why, and leaves a line in it (domain reference 8.4). */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly bus: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly journal: Journal,
    private readonly clock: Clock,
  ) {}

  /** Refuses `audit/purpose-needed` without a purpose. */
  async page(handle: string, request: HistoryRequest, caller: Caller): Promise<Trail> {
    if ((caller.purpose ?? '').trim() === '') throw new Refused(reject('invalid', 'audit/purpose-needed'));
    const space = await this.registry.idOf(handle);
    const { places, next } = await this.bus.execute(new ListAuditTrail(space, askingOf(caller, this.clock.now()), request));
    return { facts: await this.factsAt(places), next };
  }

  /** Each stream is read once, from the oldest place that is wanted. */
  private async factsAt(places: readonly TrailPlace[]): Promise<readonly Recorded[]> {
    const oldest = new Map<StreamName, number>();
    for (const { stream, rev } of places) oldest.set(stream, Math.min(rev, oldest.get(stream) ?? rev));
    const histories = await Promise.all([...oldest].map(async ([stream, from]) => (await this.journal.read(stream, from)).facts));
    const facts = new Map(histories.flat().map((fact) => [`${fact.stream} ${fact.rev}`, fact]));
    return places.flatMap(({ stream, rev }) => facts.get(`${stream} ${rev}`) ?? []);
  }
}
