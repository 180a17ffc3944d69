import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Action } from '../../domain/access/matrix.js';
import type { WrappingKeyEvent } from '../../domain/audit/wrapping-keys.js';
import { nameOf } from '../../domain/shared/actor.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { monthOf, type Instant } from '../../domain/shared/time.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Gate } from '../shared/gate.js';
import { Clock, Journal } from '../shared/ports.js';
import { BeginKekEpoch, RetireKekEpoch, RewrapKeys } from './wrapping-keys.commands.js';
import { EpochInUse, WrappingKeys, type Rewrapped, type RotationProgress } from './wrapping-keys.js';

/** What a rotation came to. */
export interface Rotated extends Rewrapped {
  /** The epoch that wraps now. */
  readonly epoch: number;
  /** False when a rotation that had not come to its end was gone on with. */
  readonly begun: boolean;
}
/** One act of an operator on the keys that wrap keys. */
export interface WrappingKeyAct {
  readonly at: Instant;
  readonly by: string;
  readonly act: WrappingKeyEvent['type'];
  readonly epoch: number;
  /** How many keys were wrapped anew; null for other acts. */
  readonly keys: number | null;
}

/** How far back acts are looked for: audit is kept for ten years. */
const YEARS = 10;

/** The rotation of the key that wraps keys, as operators do it. Each act is a fact with its author; none is told twice when it is killed and done again. */
@Injectable()
export class WrappingKeyOrders {
  constructor(
    private readonly bus: CommandBus,
    private readonly gate: Gate,
    private readonly keys: WrappingKeys,
    private readonly journal: Journal,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins a new epoch, unless the last rotation has not come to its end: that is gone on with. `beginOnly`: nothing is wrapped anew yet, so that the file
   * can be brought to other machines first. Throws Refused, StoreUnavailable.
   */
  async rotate({ beginOnly }: { readonly beginOnly: boolean }, progress: RotationProgress, caller: Caller): Promise<Rotated> {
    await this.admit('BeginKekEpoch', caller);
    const [newest, ...older] = await this.keys.epochs();
    const begun = newest === undefined || older.every(({ use }) => use === 'empty' || use === 'unknown');
    const epoch = begun ? await this.keys.begin() : newest.epoch;
    if (!(await this.isWritten('KekEpochBegun', epoch))) await this.bus.execute(new BeginKekEpoch(this.month(), { epoch }, caller));
    if (beginOnly) return { epoch, begun, wrapped: 0, left: 0 };
    const { wrapped, left } = await this.keys.rewrap(progress);
    // The fact says that nothing lies under an older epoch any more.
    if (left > 0) return { epoch, begun, wrapped, left };
    const keys = (await this.keys.epochs()).find((one) => one.epoch === epoch)?.rewrapped ?? wrapped;
    await this.bus.execute(new RewrapKeys(this.month(), { epoch, keys }, caller));
    return { epoch, begun, wrapped, left };
  }

  /** What stands against destroying an epoch; null when nothing does. Throws Refused, StoreUnavailable, RangeError when there is no such epoch. */
  async hindrance(epoch: number, caller: Caller): Promise<string | null> {
    await this.admit('RetireKekEpoch', caller);
    return this.keys.hindrance(epoch);
  }

  /** Destroys the bytes of an epoch, for ever; the fact comes first. Throws as `hindrance`, and EpochInUse while anything stands against it. */
  async retire(epoch: number, caller: Caller): Promise<void> {
    const hindrance = await this.hindrance(epoch, caller);
    if (hindrance !== null) throw new EpochInUse(hindrance);
    if (!(await this.isWritten('KekEpochRetired', epoch))) await this.bus.execute(new RetireKekEpoch(this.month(), { epoch }, caller));
    await this.keys.destroy(epoch);
  }

  /** Every act of the last ten years that was known at the moment asked for, oldest first; for compliance, who says why. Throws Refused. */
  async acts(caller: Caller): Promise<readonly WrappingKeyAct[]> {
    const { actor, messageId, purpose, asOf } = askingOf(caller, this.clock.now());
    const { moment } = await this.gate.pass({ actor, action: 'ListKekActs', space: null, messageId, purpose, asOf });
    return (await this.written())
      .filter(({ at }) => at <= moment)
      .map(({ at, event, meta }) => {
        const { type: act, epoch } = event;
        return { at, by: nameOf(meta.who), act, epoch, keys: event.type === 'KeysRewrapped' ? event.keys : null };
      });
  }

  private async admit(action: Action, { actor, messageId }: Caller): Promise<void> {
    await this.gate.admit({ actor, action, space: null, messageId });
  }

  /** An act that was killed in one month may be done again in another, whose stream knows nothing of it. */
  private async isWritten(type: WrappingKeyEvent['type'], epoch: number): Promise<boolean> {
    return (await this.written()).some(({ event }) => event.type === type && event.epoch === epoch);
  }

  private async written(): Promise<readonly Recorded<WrappingKeyEvent>[]> {
    const read = await this.journal.readMany(monthsUntil(this.clock.now()).map((month): StreamName => `audit-${month}-keys`));
    const facts = [...read.values()].flatMap((history) => history.facts as readonly Recorded<WrappingKeyEvent>[]);
    return facts.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : one.rev - other.rev));
  }

  /** The stream of audit of this month for these acts, without its category. */
  private month(): string {
    return `${monthOf(this.clock.now())}-keys`;
  }
}

/** The months of the last ten years, `yyyymm`, this one included. */
function monthsUntil(now: Instant): readonly string[] {
  const [year = 0, month = 0] = now.slice(0, 7).split('-').map(Number);
  const last = year * 12 + month - 1;
  return Array.from({ length: YEARS * 12 + 1 }, (_, back) => last - back).map(
    (n) => `${Math.floor(n / 12)}${String((n % 12) + 1).padStart(2, '0')}`,
  );
}
