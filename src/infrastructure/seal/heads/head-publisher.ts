import { LeasedWork } from '../../../application/shared/leased-work.js';
import { LeaseLost, type Lease, type Leases } from '../../../application/shared/leases.js';
import { pause } from '../../../application/shared/pause.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { dayAfter, type Instant, type LocalDate } from '../../../domain/shared/time.js';
import { REACTOR } from '../../../domain/shared/actor.js';
import { audit, type AuditParts } from '../../erasure/archive-opening.js';
import type { SealedTree } from '../sealed-tree.js';
import { hashAt, TILE_WIDTH } from '../tree/tile.js';
import type { HeadMap, PublishedMap } from './head-map.js';
import { keyOf } from './map-node.js';
import type { HeadChange } from './map-row.js';

export interface HeadPublisherParts extends AuditParts {
  readonly tree: SealedTree;
  readonly map: HeadMap;
  readonly leases: Leases;
  /** The day in Paris. */
  readonly today: () => LocalDate;
  /** Pause between two looks at the calendar, milliseconds. */
  readonly every: number;
  readonly alarm: (reason: string) => void;
}

/** Name of the lease: one process makes the map. */
export const HEADS = 'stream-heads';
/** Tiles of leaves in one transaction: four thousand events. */
const TILES_AT_ONCE = 16;

/** The audit stream of this writer for the month of an instant. */
const auditStream = (at: Instant): StreamName => `audit-${at.slice(0, 7).replace('-', '')}-sealer`;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/**
 * When a day is over in Paris, brings the map of stream heads to where the log is sealed and writes its root into the log. The work is that of what was sealed
 * since the day before, in steps that are kept: it goes on where it was.
 */
export class HeadPublisher {
  private readonly work: LeasedWork;

  constructor(private readonly parts: HeadPublisherParts) {
    const { leases, alarm } = parts;
    this.work = new LeasedWork(leases, { name: HEADS, run: (lease, signal) => this.run(lease, signal), alarm });
  }

  /** Begins to ask for the lease; returns at once. */
  start(): void {
    this.work.start();
  }

  /** Resolves when nothing is under way and the lease is given up. */
  async stop(): Promise<void> {
    await this.work.stop();
  }

  private async run(lease: Lease, signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await pause(this.parts.every, signal))
      try {
        await this.closeDay(lease, signal);
      } catch (error) {
        if (!(error instanceof LeaseLost) && !signal.aborted)
          this.parts.alarm(`stream heads wait: ${error instanceof Error ? error.constructor.name : typeof error}`);
      }
  }

  /** Of days that nobody closed the last one alone: its root says what theirs would have said. */
  private async closeDay(lease: Lease, signal: AbortSignal): Promise<void> {
    const { map, tree } = this.parts;
    const last = await map.last();
    if (last !== null && last.fact === null) return this.write(last);
    const today = this.parts.today();
    const day = dayAfter(today, { days: -1 });
    if (day < (await map.since(today)) || (last !== null && day <= last.day)) return;
    const signed = await tree.signed();
    if (signed === null) return;
    await this.fold(lease, signed.size, signal);
    const state = await map.state();
    if (signal.aborted || state.size !== signed.size) return;
    const next = { ...state, day, logRoot: signed.root };
    await map.intend(next);
    await this.write({ ...next, fact: null });
  }

  /** The map up to this size of the sealed log. */
  private async fold(lease: Lease, to: number, signal: AbortSignal): Promise<void> {
    const { map, tree } = this.parts;
    for (let { size: from } = await map.state(); from < to && !signal.aborted;) {
      const first = Math.floor(from / TILE_WIDTH);
      const behind = Math.min(to, (first + TILES_AT_ONCE) * TILE_WIDTH);
      await map.apply(lease, { from, to: behind }, await changesIn(tree, from, behind));
      from = behind;
    }
  }

  private async write({ day, size, root, streams, logRoot }: PublishedMap): Promise<void> {
    const { map, clock } = this.parts;
    const stream = auditStream(clock.now());
    const event = { type: 'SealHeadPublished', v: 1, day, size, root: base64(logRoot), streams, heads: base64(root) } as const;
    await map.written(day, stream, await audit(this.parts, stream, { who: REACTOR, name: `heads/${day}`, event }));
  }
}

/** The last of each stream among these leaves. */
async function changesIn(tree: SealedTree, from: number, to: number): Promise<readonly HeadChange[]> {
  const changes = new Map<StreamName, HeadChange>();
  for (const { index, hashes, entries } of await tree.leafTiles(Math.floor(from / TILE_WIDTH), Math.ceil(to / TILE_WIDTH)))
    for (const [place, { stream, rev }] of entries.entries()) {
      const leafIndex = index * TILE_WIDTH + place;
      if (leafIndex < from || leafIndex >= to) continue;
      const before = changes.get(stream);
      changes.set(stream, { key: before?.key ?? keyOf(stream), rev, leaf: hashAt(hashes, place), count: 0, more: (before?.more ?? 0) + 1 });
    }
  return [...changes.values()];
}
