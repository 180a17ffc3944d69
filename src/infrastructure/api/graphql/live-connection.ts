import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Refused } from '../../../application/shared/refused.js';
import type { Actor } from '../../../domain/shared/actor.js';

/** What of a WebSocket (RFC 6455) is used here. */
export interface LiveSocket {
  /** 1: open. Anything else here: closing, or closed. */
  readonly readyState: number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  ping(): void;
  on(event: 'close' | 'pong', listener: () => void): unknown;
}
/** Something that runs for the other side and can be ended. */
export interface Running {
  close(): void;
}

/** Why we end a connection: codes of graphql-transport-ws, and 1013 of RFC 6455 ("try again later"). docs/reference/live.md lists them. */
export const CLOSE = { unauthenticated: 4401, forbidden: 4403, exists: 4409, tooMany: 4429, later: 1013 } as const;

const HEARTBEAT_MS = 20_000;
/** At the same time; a client shows one or a few spaces. */
const MOST_RUNNING = 10;
/** In the life of a connection: each leaves a line in a history. */
const MOST_STARTED = 200;

/** A client that is connected and was recognised. */
export class LiveConnection {
  private readonly running = new Map<string, Running | null>();
  private readonly heart: NodeJS.Timeout;
  private started = 0;
  private answered = true;

  constructor(
    private readonly socket: LiveSocket,
    private readonly request: FastifyRequest,
    private readonly authorization: string,
    /** Throws Refused when the token does not hold any more. */
    private readonly recognise: (authorization: string) => Promise<Actor>,
  ) {
    this.heart = setInterval(() => void this.beat(), HEARTBEAT_MS);
    this.heart.unref();
    socket.on('pong', () => (this.answered = true));
    socket.on('close', () => this.end());
  }

  /** A request of its own for each subscription, as the door knows requests: with a name, and the token of the connection. */
  nextRequest(): FastifyRequest {
    const headers = { ...this.request.headers, authorization: this.authorization };
    return Object.create(this.request, { headers: { value: headers }, id: { value: randomUUID() } }) as FastifyRequest;
  }

  /** False when nothing more may be started here; the connection is then being closed. */
  mayStart(id: string): boolean {
    if (this.running.has(id)) return this.refuse(CLOSE.exists, 'request/subscription-exists');
    if (this.running.size >= MOST_RUNNING || ++this.started > MOST_STARTED) return this.refuse(CLOSE.tooMany, 'request/too-many-live');
    this.running.set(id, null);
    return true;
  }

  /** What now runs under a name that was given by `mayStart`. */
  run(id: string, running: Running): void {
    if (this.running.has(id)) this.running.set(id, running);
    else running.close();
  }

  /** The name may be used again. */
  stop(id: string): void {
    const running = this.running.get(id);
    this.running.delete(id);
    running?.close();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  /** Asked again and again: a token that has run out or was withdrawn ends the connection. Throws Refused. */
  async stillKnown(): Promise<void> {
    try {
      await this.recognise(this.authorization);
    } catch (error) {
      if (error instanceof Refused && error.rejection.kind === 'unauthenticated')
        this.close(CLOSE.unauthenticated, error.rejection.rejected);
      throw error;
    }
  }

  private refuse(code: number, reason: string): false {
    this.close(code, reason);
    return false;
  }

  /** Whoever did not answer the last ping is not there any more. */
  private async beat(): Promise<void> {
    if (!this.answered) return this.socket.terminate();
    this.answered = false;
    this.socket.ping();
    // The connection is closed by then, or the keys to check the token are away and it is asked again at the next beat and before each delivery.
    await this.stillKnown().catch(() => undefined);
  }

  private end(): void {
    clearInterval(this.heart);
    for (const id of [...this.running.keys()]) this.stop(id);
  }
}
