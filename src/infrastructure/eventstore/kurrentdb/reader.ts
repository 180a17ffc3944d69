import {
  BACKWARDS,
  END,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  type AllStreamSubscription,
  type Filter,
  type ResolvedEvent,
} from '@eventstore/db-client';
import type { Batch, StoredEvent } from '../../../application/shared/event-store.js';
import { StoreUnavailable, type Revision } from '../../../application/shared/ports.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import type { WindowReader } from '../subscription.js';
import { OutcomeUnknown, unavailable, type Connection } from './connection.js';
import { isOfTheLog, OF_THE_LOG, positionOf, storedOf } from './stored-form.js';
import { Window } from './window.js';

/** How many events the server looks at before it says how far it is. */
const SEARCH_WINDOW = 500;
/** Records that are not of the log may lie at its end: looked for in steps, each as much larger. */
const STEPS = [4, 64, 1_024, 65_536] as const;
/** So near the end of the log, in bytes of its positions, all is read that lies there; how many records at most. */
const NEAR_THE_END = 65_536n;
const FEW_RECORDS = 256;
/** gRPC statuses: an argument that the server does not accept, and an answer that it has no words for. */
const INVALID_ARGUMENT = 3;
const UNKNOWN = 2;

/** Reads what the leader holds. */
export class Reader implements WindowReader {
  constructor(private readonly connection: Connection) {}

  /** At most `most` events of a stream from a revision on; none where there is no stream, or it was ended for ever. */
  async read(stream: StreamName, from: Revision = 0, most = Number.MAX_SAFE_INTEGER): Promise<readonly StoredEvent[]> {
    return this.#stream(stream, { direction: FORWARDS, fromRevision: BigInt(from), maxCount: most });
  }

  /** Revision of the last event; -1 where there is none. */
  async lastRevision(stream: StreamName): Promise<Revision> {
    const [last] = await this.#stream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 });
    return last?.rev ?? -1;
  }

  async at(position: bigint): Promise<StoredEvent | null> {
    if (position <= 0n) return null;
    try {
      const [found] = await this.#all({ direction: FORWARDS, fromPosition: { commit: position, prepare: position }, maxCount: 1 });
      return found?.position === position ? found : null;
    } catch (error) {
      if (isNoPlaceOfARecord(error)) return null;
      throw unavailable(error);
    }
  }

  async head(): Promise<bigint> {
    for (const maxCount of STEPS) {
      let looked = 0;
      const events = await this.#all({ direction: BACKWARDS, fromPosition: END, maxCount }, () => (looked += 1)).catch((error: unknown) => {
        throw unavailable(error);
      });
      const [last] = events;
      if (last !== undefined) return last.position;
      if (looked < maxCount) return 0n;
    }
    throw unavailable(new Error('the end of the log holds nothing but records of the server'));
  }

  /** The next events of these categories behind a position, up to the head. */
  async window(after: bigint, head: bigint, categories: readonly string[]): Promise<Batch> {
    if (head <= after) return { events: [], position: after, live: true };
    const near = head - after <= NEAR_THE_END ? await this.#nearTheEnd(after, head, categories) : null;
    return near ?? (await this.#fromFurtherBack(after, head, categories));
  }

  /**
   * Whoever follows the log looks here for each event that comes. A read ends by itself; a subscription must be given up, and a server that counts what is
   * given up closes the connection on everybody. Null where more lies between than a few records.
   */
  async #nearTheEnd(after: bigint, head: bigint, categories: readonly string[]): Promise<Batch | null> {
    const events = await this.#all({ direction: FORWARDS, fromPosition: behind(after), maxCount: FEW_RECORDS }).catch((error: unknown) => {
      throw unavailable(error);
    });
    if (!events.some(({ position }) => position >= head)) return null;
    const isIn = ({ position, stream }: StoredEvent): boolean => position > after && position <= head && isAsked(categories, stream);
    return { events: events.filter(isIn), position: head, live: true };
  }

  /** Given by a subscription that is left as soon as it has told enough: only there does the server filter, and say how far it looked. */
  async #fromFurtherBack(after: bigint, head: bigint, categories: readonly string[]): Promise<Batch> {
    const window = new Window(after, head);
    try {
      const caughtUp = await this.#subscribed(window, categories);
      if (caughtUp) await this.#rest(window, categories);
    } catch (error) {
      throw unavailable(error);
    }
    if (!window.complete) throw new OutcomeUnknown('the event store ended a subscription by itself');
    return window.batch();
  }

  /** Whether the server has told all that it knows. */
  async #subscribed(window: Window, categories: readonly string[]): Promise<boolean> {
    const told = { all: false };
    const filter = filterOf(categories, async (subscription, { commit }) => {
      // What lies before a checkpoint may never reach us: where the subscription broke, or was believed to have told all.
      if ((await drained(subscription)) && !told.all) window.looked(commit);
    });
    await this.connection.follow(
      (client) => client.subscribeToAll({ ...this.connection.with, fromPosition: behind(window.position), filter }),
      (event) => (told.all ? 'enough' : window.take(event)),
      (subscription, end, alive) => {
        window.onEnough(end);
        window.onNews(alive);
        subscription.on('caughtUp', () => {
          void drained(subscription).then(() => {
            told.all = true;
            end();
          });
        });
      },
    );
    return told.all;
  }

  /**
   * What is missing up to the head, as the leader has it. A subscription is answered by any node: one that lags behind the leader, which named the head,
   * is caught up at the end of what it knows itself. One that leads names no later place than the beginning of the page that it looked at last.
   */
  async #rest(window: Window, categories: readonly string[]): Promise<void> {
    while (!window.complete) {
      const { position: from } = window;
      let looked = from;
      await this.connection.follow(
        (client) => client.readAll({ ...this.connection.with, direction: FORWARDS, fromPosition: behind(from), maxCount: SEARCH_WINDOW }),
        (resolved) => {
          const { event } = resolved;
          // The place that is given is the first one read.
          if (event === undefined || positionOf(event) <= from) return 'more';
          looked = positionOf(event);
          return isAsked(categories, event.streamId) ? window.take(resolved) : 'more';
        },
      );
      if (looked === from) throw new OutcomeUnknown('the event store does not show its log up to the head that it named');
      window.looked(looked);
    }
  }

  async #stream(
    stream: StreamName,
    options: {
      readonly direction: typeof FORWARDS | typeof BACKWARDS;
      readonly fromRevision: bigint | typeof END;
      readonly maxCount: number;
    },
  ): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    try {
      await this.connection.follow(
        (client) => client.readStream(stream, { ...this.connection.with, ...options }),
        ({ event }) => collect(events, event),
      );
    } catch (error) {
      if (error instanceof StreamNotFoundError || error instanceof StreamDeletedError) return [];
      throw unavailable(error);
    }
    // A stream that is there has a first event: somebody cut it off, and nothing may be decided on what is left.
    if (events.length === 0 && options.fromRevision === 0n) throw new StoreUnavailable('the event store shows a stream without its events');
    return events;
  }

  /** Those of the log among the records of a stretch. */
  async #all(
    options: Parameters<Connection['client']['readAll']>[0],
    looked: () => void = () => undefined,
  ): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    await this.connection.follow(
      (client) => client.readAll({ ...this.connection.with, ...options }),
      ({ event }) => {
        looked();
        return event !== undefined && isOfTheLog(event) ? collect(events, event) : 'more';
      },
    );
    return events;
  }
}

function collect(events: StoredEvent[], event: ResolvedEvent['event']): 'more' {
  if (event !== undefined) events.push(storedOf(event));
  return 'more';
}

const behind = (position: bigint) => (position === 0n ? START : { commit: position, prepare: position });

const prefixesOf = (categories: readonly string[]): string[] => categories.map((category) => `${category}-`);
const isAsked = (categories: readonly string[], stream: string): boolean =>
  categories.length === 0 || prefixesOf(categories).some((prefix) => stream.startsWith(prefix));

/** What was already passed on by the client reaches its listeners before what comes next is believed. False where it does not any more. */
async function drained(subscription: AllStreamSubscription): Promise<boolean> {
  while (subscription.readableLength > 0 && !subscription.destroyed && !subscription.isPaused())
    await new Promise((resolve) => setImmediate(resolve));
  return subscription.readableLength === 0 && !subscription.destroyed;
}

function filterOf(
  categories: readonly string[],
  checkpointReached: (subscription: AllStreamSubscription, position: { readonly commit: bigint }) => Promise<void>,
): Filter {
  const often = { maxSearchWindow: SEARCH_WINDOW, checkpointInterval: 1, checkpointReached };
  return categories.length === 0
    ? streamNameFilter({ regex: OF_THE_LOG, ...often })
    : streamNameFilter({ prefixes: prefixesOf(categories), ...often });
}

/** The place asked for lies in the middle of a record. Who subscribes there is told so; a read only hears of a result that was not expected, by its name. */
function isNoPlaceOfARecord(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return error.code === INVALID_ARGUMENT || (error.code === UNKNOWN && error.message.includes('InvalidPosition'));
}
