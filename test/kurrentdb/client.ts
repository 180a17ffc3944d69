import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  EventStoreDBClient,
  type AllStreamSubscription,
  type AppendResult,
  type AppendToStreamOptions,
  type BinaryEventData,
  type Credentials,
  type StreamSubscription,
  type SubscribeToAllOptions,
} from '@eventstore/db-client';
import { givenPlace } from '../infrastructure/event-store/kurrentdb.js';
import { LoopbackServer, type LoopbackOptions } from './loopback.js';

/** Named in every call: appends then go by a call of their own (the adapter does the same). */
export const NOBODY = { username: 'nobody', password: 'none' };

/** A client on a server of its own; on the one of KURRENTDB_URL when the run names it and nothing special is asked of the server. */
export async function connected(options?: LoopbackOptions) {
  const given = options === undefined ? givenPlace() : undefined;
  const server = given === undefined ? await LoopbackServer.start(options) : null;
  const client = EventStoreDBClient.connectionString(given?.url ?? server?.url ?? '');
  const credentials = given?.account ?? NOBODY;
  /** On a server of one's own, or where nobody is asked who he is, nobody may do everything. */
  const accountFor = (what: string, account: Credentials | null | undefined, variable: string): Credentials => {
    if (given === undefined || given.account === null) return NOBODY;
    if (account) return account;
    throw new Error(
      `the server of KURRENTDB_URL lets only another account ${what}: name it by ${variable}_USER and ${variable}_PASSWORD_FILE`,
    );
  };
  return {
    client,
    /** Of whoever writes and reads. */
    credentials,
    /** Of whoever may delete streams and end them. */
    get eraser() {
      return accountFor('end streams', given?.eraser, 'KURRENTDB_ERASER');
    },
    /** Of whoever may say what a stream shows. */
    get admin() {
      return accountFor('change the metadata of streams', given?.admin, 'KURRENTDB_ADMIN');
    },
    /** Null where it is a given one. */
    server,
    append: (stream: string, events: BinaryEventData[], more: AppendToStreamOptions = {}): Promise<AppendResult> =>
      client.appendToStream(stream, events, { credentials, ...more }),
    close: async () => {
      await client.dispose();
      await server?.stop();
    },
  };
}
export type Connected = Awaited<ReturnType<typeof connected>>;

export const streamName = (prefix = 'fact'): string => `${prefix}-${randomUUID()}`;
export const event = (type = 'Happened', size = 8): BinaryEventData => binaryEvent({ id: randomUUID(), type, data: new Uint8Array(size) });
export const events = (count: number, type?: string): BinaryEventData[] => Array.from({ length: count }, () => event(type));

export async function all<T>(flow: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of flow) found.push(one);
  return found;
}

/** What a subscription says, in its order: ids of events, 'confirmation', 'caughtUp', and 'checkpoint' where a filter asks for them. */
export class Heard {
  readonly words: string[] = [];
  readonly checkpoints: bigint[] = [];
  error: unknown = null;
  #waiting: (() => void)[] = [];

  /** To be given to the filter. */
  readonly checkpointReached = async (_: unknown, { commit }: { readonly commit: bigint }): Promise<void> => {
    this.checkpoints.push(commit);
    this.#say('checkpoint');
  };

  listen(subscription: AllStreamSubscription | StreamSubscription): this {
    subscription.on('confirmation', () => this.#say('confirmation'));
    subscription.on('caughtUp', () => this.#say('caughtUp'));
    subscription.on('error', (error: unknown) => {
      this.error = error;
      this.#say('error');
    });
    (subscription as StreamSubscription).on('data', ({ event: its }) => this.#say(its?.id ?? 'nothing'));
    return this;
  }

  async until(holds: (heard: this) => boolean): Promise<this> {
    while (!holds(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this;
  }

  count(word: string): number {
    return this.words.filter((one) => one === word).length;
  }

  #say(word: string): void {
    this.words.push(word);
    this.#waiting.splice(0).forEach((wake) => wake());
  }
}

/** Subscribes to everything and listens. */
export function subscribedToAll({ client, credentials }: Connected, options: SubscribeToAllOptions, heard = new Heard()) {
  const subscription = client.subscribeToAll({ credentials, ...options });
  return { subscription, heard: heard.listen(subscription) };
}
