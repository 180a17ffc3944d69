import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { monthOf } from '../../domain/shared/time.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Caller } from '../shared/caller.js';
import { EventStore } from '../shared/event-store.js';
import { isHeld, FactReader } from '../shared/fact-reader.js';
import { Gate } from '../shared/gate.js';
import { Clock } from '../shared/ports.js';
import { Quarantine, RowTrial, type QuarantinedPlace } from '../shared/quarantine.js';
import { Refused } from '../shared/refused.js';
import { streamsOf, subjectOf, type Subject } from '../shared/standstill.js';
import { ReleaseQuarantine, RetryQuarantine } from './quarantine.commands.js';

/** One place with what stands still for it. */
export interface QuarantineSheet extends QuarantinedPlace {
  /** What stands still with it. */
  readonly subject: Subject;
  /** The clear part of the event as it is stored, as text: it never names a person. Null when the event itself is missing. */
  readonly header: string | null;
  /** Events of the subject from this one on; they wait for it. */
  readonly events: number;
  /** Read models, processes and messengers that hold some of them back. */
  readonly readers: readonly string[];
}

const unknown = reject('not-found', 'audit/no-such-quarantine');
const settled = reject('conflict', 'audit/quarantine-settled');
const unreadable = reject('conflict', 'audit/still-unreadable');
const unprojected = reject('conflict', 'audit/still-not-projected');

/** What operators do about events that cannot be read. Everything here is theirs alone, and ending a quarantine is a fact with author and reason. */
@Injectable()
export class QuarantineOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly gate: Gate,
    private readonly book: Quarantine,
    private readonly reader: FactReader,
    private readonly store: EventStore,
    private readonly trial: RowTrial,
    private readonly clock: Clock,
  ) {}

  /** Every place that was ever in quarantine, the latest first. Throws Refused. */
  async list({ actor, messageId }: Caller): Promise<readonly QuarantinedPlace[]> {
    await this.gate.admit({ actor, action: 'ListQuarantine', space: null, messageId });
    return this.book.all();
  }

  /** One place, by its id in the book. Throws Refused `audit/no-such-quarantine`. */
  async show(id: string, caller: Caller): Promise<QuarantineSheet> {
    const place = (await this.list(caller)).find((one) => one.id === id);
    if (!place) throw new Refused(unknown);
    const subject = subjectOf(place.stream);
    const stored = [...(await this.store.readMany(streamsOf(subject))).values()].flat();
    const event = stored.find(({ stream, rev }) => stream === place.stream && rev === place.rev);
    const lines = (await this.book.heldBack()).filter((line) => line.subject === subject);
    return {
      ...place,
      subject,
      header: event ? Buffer.from(event.header).toString('utf8') : null,
      events: stored.filter(({ position }) => position >= place.position).length,
      readers: [...new Set(lines.map(({ reader }) => reader))],
    };
  }

  /**
   * Reads the event again, and where a read model failed on it, tries its rows; when that succeeds, its space goes on and every reader takes what it held
   * back. Throws Refused `audit/still-unreadable`, `audit/still-not-projected`, `audit/quarantine-settled`.
   */
  async retry(id: string, caller: Caller): Promise<QuarantineSheet> {
    const place = await this.standing(id, caller);
    if (!(await this.isReadable(place))) throw new Refused(unreadable);
    if (place.fault === 'NOT_PROJECTED' && !(await this.trial.passes(place))) throw new Refused(unprojected);
    await this.bus.execute(new RetryQuarantine(this.month(), stoodOf(place), caller));
    await this.book.settle(id, 'LIFTED');
    return this.show(id, caller);
  }

  /**
   * The event stays unread for ever and counts as sealed, whatever later software could make of it; its space goes on without it. One that can be read, and
   * on which a read model failed, only has no rows: it counts in decisions as before. Throws Refused `audit/quarantine-settled`, `audit/reason-needed`.
   */
  async release(id: string, reason: string, caller: Caller): Promise<QuarantineSheet> {
    const place = await this.standing(id, caller);
    await this.bus.execute(new ReleaseQuarantine(this.month(), { ...stoodOf(place), reason }, caller));
    await this.book.settle(id, 'RELEASED');
    return this.show(id, caller);
  }

  /** What release would end. Throws Refused `audit/quarantine-settled`. */
  async standing(id: string, caller: Caller): Promise<QuarantineSheet> {
    const place = await this.show(id, caller);
    if (place.state !== 'HELD') throw new Refused(settled);
    return place;
  }

  /** Whether this process can read it now. */
  async isReadable({ stream, rev }: Pick<QuarantinedPlace, 'stream' | 'rev'>): Promise<boolean> {
    const met = (await this.reader.readMany([stream])).find((one) => one.rev === rev);
    return met !== undefined && !isHeld(met);
  }

  /** The stream of audit of this month for these acts, without its category. */
  private month(): string {
    return `${monthOf(this.clock.now())}-quarantine`;
  }
}

const stoodOf = ({ id, stream, rev, since }: QuarantinedPlace) => ({ place: id, stream, rev, since });
