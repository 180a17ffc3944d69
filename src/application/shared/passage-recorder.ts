import { Injectable } from '@nestjs/common';
import type { ActorEvent } from '../../domain/access/passage.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { Clock, ConcurrencyConflict, Journal, NO_STREAM, Secrets, StoreUnavailable, type Revision } from './ports.js';

/** How long a passage may fight for its place in a busy stream before the request is answered with 503, milliseconds. */
const PATIENCE = 2_000;
const REMEMBERED_STREAMS = 50_000;

/** Writes lines that no rule decides: who passed, who was refused. One writer per stream and process; conflicts are retried here. */
@Injectable()
export class PassageRecorder {
  private readonly revisions = new Map<StreamName, Revision>();
  private readonly queues = new Map<StreamName, Promise<void>>();

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
  ) {}

  /**
   * Resolves when the line is durable; StoreUnavailable when it could not be written in time. Its id is made of its place too: who sends one
   * Idempotency-Key with many questions still leaves a line for each, and no two lines have the same id. `opening`: what comes first in a new stream.
   */
  record(stream: StreamName, fact: Tagged, circumstances: Omit<Circumstances, 'command'>, opening?: Tagged): Promise<void> {
    const { who, cause } = circumstances;
    const content = [nameOf(who), cause, JSON.stringify(fact)];
    return this.queued(stream, () =>
      this.append(
        stream,
        (expected) => (opening !== undefined && expected === NO_STREAM ? [opening, fact] : [fact]),
        circumstances,
        (at, expected) => this.secrets.digest('command', stream, at, String(expected), ...content),
      ),
    );
  }

  /**
   * One line per actor, space, minute and document, or reason where no document was asked for: the command id is made of these, so a second one in the minute
   * is already there. Were it told by the reason, a line more would tell a masked document from one that nobody has.
   */
  async refuse(
    actor: Actor,
    refusal: Omit<Extract<ActorEvent, { type: 'AccessDenied' }>, 'type' | 'v' | 'minute'>,
    circumstances: Omit<Circumstances, 'command'>,
  ): Promise<void> {
    const stream: StreamName = `actor-${this.secrets.digest('actor', nameOf(actor))}`;
    const minute = this.clock.now().slice(0, 16);
    const { target, reason, document = reason } = refusal;
    const id = this.secrets.digest('command', stream, target, document, minute);
    const denied: ActorEvent = { type: 'AccessDenied', v: 1, ...refusal, minute };
    await this.queued(stream, async () => {
      const { facts, revision } = await this.journal.read(stream);
      this.remember(stream, revision);
      if (!facts.some(({ meta }) => meta.command.id === id))
        await this.append(
          stream,
          () => [denied],
          circumstances,
          () => id,
        );
    });
  }

  private async append(
    stream: StreamName,
    factsOn: (expected: Revision) => readonly Tagged[],
    circumstances: Omit<Circumstances, 'command'>,
    idAt: (at: Instant, expected: Revision) => string,
  ): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      const at = this.clock.now();
      if (performance.now() > deadline) throw new StoreUnavailable('the passage could not be written in time');
      try {
        const expected = this.revisions.get(stream) ?? NO_STREAM;
        const meta = { ...circumstances, command: { id: idAt(at, expected), digest: '' } };
        const written = await this.journal.append({ stream, expected, facts: factsOn(expected), at, meta });
        return this.remember(stream, written.revision);
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
        this.remember(stream, error.actual);
      }
    }
  }

  private remember(stream: StreamName, revision: Revision): void {
    this.revisions.delete(stream);
    this.revisions.set(stream, revision);
    const oldest = this.revisions.size > REMEMBERED_STREAMS ? this.revisions.keys().next().value : undefined;
    if (oldest !== undefined) this.revisions.delete(oldest);
  }

  /** Strictly one after the other per stream; a failure does not stop those behind it. */
  private queued(stream: StreamName, write: () => Promise<void>): Promise<void> {
    const turn = (this.queues.get(stream) ?? Promise.resolve()).then(write, write);
    this.queues.set(stream, turn);
    const done = () => {
      if (this.queues.get(stream) === turn) this.queues.delete(stream);
    };
    turn.then(done, done);
    return turn;
  }
}
