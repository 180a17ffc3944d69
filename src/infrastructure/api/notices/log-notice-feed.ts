import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { classOf } from '../../../application/shared/class-of.js';
import type { Batch, EventStore, StoredEvent, Subscription } from '../../../application/shared/event-store.js';
import { isReadable, type Met } from '../../../application/shared/fact-reader.js';
import { NoticeFeed, type Dropped, type NoticeIssued, type NoticeTap } from '../../../application/notices/notice-feed.js';
import { idOf } from '../../../domain/shared/fact.js';
import type { BatchDecoder } from '../../eventstore/open-batches.js';
import { BoundedTap } from './bounded-tap.js';

const isIssued = (event: Met): event is Extract<Met<NoticeIssued>, { event: unknown }> =>
  isReadable(event) && event.event.type === 'NoticeIssued';

/** One subscription to the log for the whole process, from its end on; opened is only what somebody here waits for. */
export class LogNoticeFeed extends NoticeFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly taps = new Map<string, Set<BoundedTap>>();
  private subscription: Subscription | null = null;

  constructor(
    private readonly store: EventStore,
    private readonly decoder: Pick<BatchDecoder, 'decodeBatch'>,
    private readonly alarm: (reason: string) => void,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = this.store.subscribe(await this.store.head(), ['notices'], (batch) => this.take(batch));
    this.subscription.finished.catch((error: unknown) => this.alarm(`live notices stopped: ${classOf(error)}`));
  }

  async onModuleDestroy(): Promise<void> {
    await this.subscription?.stop();
    for (const taps of this.taps.values()) for (const tap of taps) tap.close();
  }

  tap(space: string, dropped: (why: Dropped) => void): NoticeTap {
    const here = this.taps.get(space) ?? new Set();
    const tap = new BoundedTap(dropped, () => {
      here.delete(tap);
      if (here.size === 0 && this.taps.get(space) === here) this.taps.delete(space);
    });
    this.taps.set(space, here.add(tap));
    return tap;
  }

  /** What cannot be opened now is not passed on later either: its readers are let go, and find it in the notice centre. */
  private async take({ events }: Batch): Promise<void> {
    const wanted = events.filter(({ stream }) => this.taps.has(idOf(stream)));
    if (wanted.length === 0) return;
    try {
      for (const fact of await this.decoder.decodeBatch(wanted)) if (isIssued(fact)) this.pass(idOf(fact.stream), fact.event);
    } catch (error) {
      this.alarm(`live notices could not be opened: ${classOf(error)}`);
      this.letGo(wanted);
    }
  }

  private pass(space: string, issued: NoticeIssued): void {
    for (const tap of [...(this.taps.get(space) ?? [])]) tap.push(issued);
  }

  private letGo(events: readonly StoredEvent[]): void {
    for (const { stream } of events) for (const tap of [...(this.taps.get(idOf(stream)) ?? [])]) tap.drop('AWAY');
  }
}
