import { Injectable } from '@nestjs/common';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { ComplianceLookEvent, LookedAt } from '../../domain/audit/compliance-look.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, StreamName } from '../../domain/shared/fact.js';
import { monthOf, type Instant } from '../../domain/shared/time.js';
import { LineWriter } from './line-writer.js';
import { Clock, Journal, NO_STREAM, Secrets } from './ports.js';
import { Refusals, type Refusal } from './refusals.js';

/** A question about no space, as far as its line says it. */
interface ComplianceLook {
  readonly action: string;
  readonly asOf?: Instant | undefined;
  readonly about?: LookedAt | undefined;
}

/** Writes lines that no rule decides: who passed, who was refused. */
@Injectable()
export class PassageRecorder {
  private readonly writer: LineWriter;
  private readonly refusals: Refusals;

  constructor(
    journal: Journal,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
  ) {
    this.writer = new LineWriter(journal, clock);
    this.refusals = new Refusals(this.writer, clock, secrets);
  }

  /**
   * Resolves when the line is durable; StoreUnavailable when it could not be written in time. Its id is made of its place too: who sends one
   * Idempotency-Key with many questions still leaves a line for each, and no two lines have the same id. `opening`: what comes first in a new stream.
   */
  record(stream: StreamName, fact: Tagged, circumstances: Omit<Circumstances, 'command'>, opening?: Tagged): Promise<void> {
    const { who, cause } = circumstances;
    const content = [nameOf(who), cause, JSON.stringify(fact)];
    return this.writer.write({
      stream,
      circumstances,
      factsOn: (place) => (opening !== undefined && place === NO_STREAM ? [opening, fact] : [fact]),
      idOn: (at, place) => this.secrets.digest('command', stream, at, String(place), ...content),
    });
  }

  /** A question of compliance about no space, in the audit stream of its month; as `record`. */
  looked({ action, asOf, about }: ComplianceLook, circumstances: Omit<Circumstances, 'command'>): Promise<void> {
    const looked: ComplianceLookEvent = { type: 'ComplianceLooked', v: 1, action, ...about, ...(asOf === undefined ? {} : { asOf }) };
    return this.record(`audit-${monthOf(this.clock.now())}-looks`, looked, circumstances);
  }

  /**
   * One line per actor, space, reason and minute; resolves when it is durable, StoreUnavailable when it cannot be. Further refusals within the
   * minute are counted, and how many there were is written when it is over.
   */
  refuse(actor: Actor, refusal: Refusal, circumstances: Omit<Circumstances, 'command'>): Promise<void> {
    return this.refusals.refuse(actor, refusal, circumstances);
  }

  /** Writes what was only counted so far. Throws StoreUnavailable when it cannot; only those numbers are then lost. */
  stop(): Promise<void> {
    return this.refusals.stop();
  }
}
