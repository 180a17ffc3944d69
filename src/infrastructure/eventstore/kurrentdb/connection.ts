import {
  AccessDeniedError,
  EventStoreDBClient,
  isCommandError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  type Credentials,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { StoreUnavailable } from '../../../application/shared/ports.js';

/** Where the server is, and who we are there. */
export interface KurrentPlace {
  /** `esdb://host:2113?tls=true&tlsCAFile=…`, or several hosts; without an account. */
  readonly url: string;
  /** Null where the server asks nobody who he is: without TLS it can't. */
  readonly account: Credentials | null;
  /** The account that may end streams; null where nothing is ever purged, or nobody is asked who he is. */
  readonly eraser?: Credentials | null;
}

/**
 * An account is named in every call, also where the server ignores it: only then does the client append by a call of its own. Otherwise all appends
 * share one stream without a deadline, in which a server that says nothing, or an answer that comes late, holds up or ends the process.
 */
const NOBODY: Credentials = { username: 'nobody', password: 'none' };

/** A read or a subscription: what gives events and can be given up. */
export interface Flow {
  on(event: 'data', listener: (event: ResolvedEvent) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  readonly cancel?: () => Promise<void>;
  readonly unsubscribe?: () => Promise<void>;
}

/**
 * A read that failed, of a stream that is not there above all, is ended by the server a moment later; given up before, it is reset, and a server that counts
 * resets closes the connection on everybody after some thousand of them. What it did not end by then is let go.
 */
const LEFT_TO_END_MS = 1_000;

/** The store cannot say whether what was sent is written: the same bytes must be sent again. */
export class OutcomeUnknown extends StoreUnavailable {}

/** Every error of the client as "store unavailable"; what the server said stays in `cause`. */
export function unavailable(cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause;
  if (cause instanceof AccessDeniedError) return new StoreUnavailable('the event store does not let this account in', { cause });
  if (cause instanceof MaxAppendSizeExceededError)
    return new StoreUnavailable('the event store takes smaller appends than this system makes: see MAX_APPEND_SIZE', { cause });
  if (cause instanceof NotLeaderError)
    return new OutcomeUnknown('the server of the event store does not lead: it takes no events', { cause });
  const kind = cause instanceof Error && isCommandError(cause) ? cause.type : 'no connection';
  return new OutcomeUnknown(`the event store did not answer as it should: ${kind}`, { cause });
}

/**
 * When a call has failed the client looks whether its connection is to be given up, and nobody waits for that look. It fails where another connection is being
 * looked for meanwhile and no node is found: a rejection that nobody handles, which ends the process. Nothing is lost with it: a connection that was not found
 * is forgotten by whoever looked for it, and both calls tell their callers what became of them.
 */
function outliving(client: EventStoreDBClient): EventStoreDBClient {
  const its = client as unknown as { handleError: (failed: unknown, error: Error) => Promise<void> };
  const own = its.handleError;
  its.handleError = (failed, error) => own(failed, error).catch(() => undefined);
  return client;
}

/** The client, with what every call of ours carries. */
export class Connection {
  readonly client: EventStoreDBClient;
  /** Only the leader knows the newest events: whoever decides by an old one decides wrongly. */
  readonly with: { readonly credentials: Credentials; readonly requiresLeader: true };
  #closed = false;

  constructor(
    { url, account }: KurrentPlace,
    /** How long an answer, or the next part of one, may take before the server counts as away, milliseconds. */
    readonly patienceMs: number,
  ) {
    this.client = outliving(EventStoreDBClient.connectionString(url));
    this.with = { credentials: account ?? NOBODY, requiresLeader: true };
  }

  /** One call, with a deadline that rests on nobody else. Throws what the client throws, or OutcomeUnknown when it takes too long. */
  async ask<T>(call: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    this.#check();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new OutcomeUnknown('the event store did not answer in time')), this.patienceMs);
    });
    try {
      return await Promise.race([call(this.client), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Takes what comes until it ends or `take` has enough. Throws what the client throws, or OutcomeUnknown when nothing comes for too long.
   * `hear` is told of the flow, to listen to what else it says, and of the way to end it.
   */
  async follow<F extends Flow>(
    open: (client: EventStoreDBClient) => F,
    take: (event: ResolvedEvent) => 'more' | 'enough',
    hear: (flow: F, end: () => void, alive: () => void) => void = () => undefined,
  ): Promise<void> {
    this.#check();
    const flow = open(this.client);
    const over = { ended: false, failed: false };
    flow.on('end', () => (over.ended = true));
    flow.on('error', () => (over.failed = true));
    try {
      await this.#listen(flow, take, hear);
      // Closing gives up what is under way, and the client calls that an end: what came until then is only a part.
      this.#check();
    } finally {
      flow.pause();
      // Errors were met above; a flow that was never opened has nothing to give up.
      const giveUp = (): void => void Promise.allSettled([flow.cancel?.() ?? flow.unsubscribe?.()]);
      if (over.failed) setTimeout(giveUp, LEFT_TO_END_MS).unref();
      else if (!over.ended) giveUp();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.client.dispose();
  }

  #listen<F extends Flow>(
    flow: F,
    take: (event: ResolvedEvent) => 'more' | 'enough',
    hear: (flow: F, end: () => void, alive: () => void) => void,
  ): Promise<void> {
    let watch: NodeJS.Timeout | undefined;
    const { patienceMs } = this;
    const over = new Promise<void>((resolve, reject) => {
      watch = setTimeout(() => reject(new OutcomeUnknown('the event store fell silent')), patienceMs);
      const alive = (): void => void watch?.refresh();
      // An error event without a listener would end the process, also one that comes after the end.
      flow.on('error', reject);
      flow.on('end', resolve);
      flow.on('data', (event: ResolvedEvent) => {
        alive();
        try {
          if (take(event) === 'enough') resolve();
        } catch (error) {
          reject(unavailable(error));
        }
      });
      hear(flow, resolve, alive);
    });
    return over.finally(() => clearTimeout(watch));
  }

  #check(): void {
    if (this.#closed) throw new StoreUnavailable('the event store is closed');
  }
}
