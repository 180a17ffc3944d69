import type { Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, Recorded, StreamName } from '../../domain/shared/fact.js';
import { nothingHere } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Folds } from './folds.js';
import { Refused } from './refused.js';

// Ports are abstract classes: in Nest the type is then its own injection token.

/** The only source of "now". */
export abstract class Clock {
  abstract now(): Instant;
}

/** Revision of the last event of a stream; -1 for a stream that does not exist. */
export type Revision = number;
/** Expected of a stream that must not exist yet. */
export const NO_STREAM: Revision = -1;

/** A stream as the domain sees it: decrypted, upcast, in order. */
export interface History<E extends Tagged> {
  readonly facts: readonly Recorded<E>[];
  readonly revision: Revision;
  /** What was folded of these facts before, where they are remembered: the next fold goes on from there. */
  readonly folds?: Folds | undefined;
}

/** What an append brings: facts for one stream, on a revision. The command ids in `meta` make event ids the same on every retry. */
export interface Entry<E extends Tagged = Tagged> {
  readonly stream: StreamName;
  readonly expected: Revision;
  readonly facts: readonly E[];
  readonly at: Instant;
  /** Of all the facts; or of each of them, in their order, when what several callers wait for goes out together. */
  readonly meta: Circumstances | readonly Circumstances[];
}

/** Where the last fact of an append lies. */
export interface Written {
  readonly position: bigint;
  readonly revision: Revision;
}

/** What became of one entry of many. */
export type EntryOutcome = Written | ConcurrencyConflict | StoreUnavailable | KeyGone;

/**
 * The log as facts: event store + codec + key vault. Always appends on an expected revision.
 * Throws ConcurrencyConflict when somebody was faster, StoreUnavailable when nothing can be promised (also on a clock that is off),
 * KeyGone when the key of a stream was destroyed, UnreadableEvent on an unknown type, version or altered bytes.
 */
export abstract class Journal {
  /** The facts of a stream from revision `from` on, 0 when absent; whoever gives one knows that the stream reaches up to it. */
  abstract read<E extends Tagged>(stream: StreamName, from?: Revision): Promise<History<E>>;
  abstract readMany<E extends Tagged>(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, History<E>>>;
  abstract append<E extends Tagged>(entry: Entry<E>): Promise<Written>;
  /** Entries of different streams in one go, an outcome for each, no atomicity across them. Throws only as long as nothing was sent. */
  abstract appendMany(entries: readonly Entry[]): Promise<readonly EntryOutcome[]>;
  /** Position of the last event of the log; 0 when it is empty. */
  abstract head(): Promise<bigint>;
}

/** Somebody was faster: nothing was written; `actual` is the revision found. Retried by the executor, or 412 with If-Match. */
export class ConcurrencyConflict extends Error {
  constructor(
    readonly stream: StreamName,
    readonly actual: Revision,
  ) {
    super('somebody else was faster on this stream');
  }
}
/** Nothing was promised: 503, the caller may send the same thing again. The message holds no stored data. */
export class StoreUnavailable extends Error {}
/** The key of the stream lies in the vault and does not open: nothing is written until its bytes are those that were wrapped, and no other is made beside it. */
export class KeyBroken extends StoreUnavailable {}
/** The key of the stream is archived or destroyed: nobody reads it, nothing more is written to it. 410 at the doors. */
export class KeyGone extends Error {}
/** Class of the reason why an event cannot be read; holds no stored data. */
export type Unreadable = 'UNKNOWN_TYPE' | 'UNKNOWN_VERSION' | 'ALTERED' | 'KEY_UNKNOWN' | 'EVENT_BEFORE_MISSING';
/** Why an event stands in quarantine; `NOT_PROJECTED`: it can be read, and a read model fails on it. */
export type Fault = Unreadable | 'NOT_PROJECTED';
/** A gap that is released leaves nothing of the event behind it unread; and what only read models fail on is read by all others. */
export const READ_ALL_THE_SAME: readonly Fault[] = ['EVENT_BEFORE_MISSING', 'NOT_PROJECTED'];

/** An event that this software does not know, or whose bytes are not those that were written. Never skipped: its space stands still, doors answer 503. */
export class UnreadableEvent extends Error {
  constructor(
    readonly stream: StreamName,
    readonly rev: Revision,
    reason: string,
    readonly fault: Unreadable = 'ALTERED',
  ) {
    super(reason);
  }
}

/** Where a space lies: the handle is what doors show, the stream id is what only the servers know. */
export interface SpaceAddress {
  readonly handle: string;
  readonly id: string;
}

/**
 * Who has which space. Refuses (StoreUnavailable) while it is behind the log.
 * INS and codes are only ever looked up as keyed digests.
 */
export abstract class IdentityRegistry {
  /** The address reserved for this INS, made now if there is none. `suppressed`: the person had the space destroyed; a file skips him. */
  abstract reserve(ins: string): Promise<SpaceAddress | 'suppressed'>;
  /** The same for a page of a file, in its order: catching up with the log once. */
  abstract reserveMany(many: readonly string[]): Promise<readonly (SpaceAddress | 'suppressed')[]>;
  abstract byIns(ins: string): Promise<SpaceAddress | null>;
  /** One that is found needs no look at the log: it never changes. */
  abstract byHandle(handle: string): Promise<SpaceAddress | null>;
  /** The stream id of the space of this handle. Throws Refused `access/nothing-here` where there is none. */
  async idOf(handle: string): Promise<string> {
    const address = await this.byHandle(handle);
    if (address === null) throw new Refused(nothingHere);
    return address.id;
  }
  /** Whether the person had the space destroyed, and files skip him. */
  abstract isSuppressed(ins: string): Promise<boolean>;
  /** Files name the person again: the next reservation gives a new address. Also where the destruction has still to be repeated. Twice is once. */
  abstract release(ins: string): Promise<void>;
  /** The space a provisional code was issued for, living or dead. */
  abstract byCode(codeDigest: string): Promise<SpaceAddress | null>;
}

/** Keyed digests and derivations by the secrets of the servers. */
export abstract class Secrets {
  /** HMAC-SHA-256 under the current secret of this purpose, base64url. */
  abstract digest(
    purpose: 'command' | 'content' | 'code' | 'etag' | 'actor' | 'veil' | 'document' | 'line' | 'person',
    ...parts: readonly string[]
  ): string;
  /** The provisional code of this seed for this space: derived, never stored (10 characters, 49 bits). */
  abstract provisionalCode(spaceId: string, seed: string): string;
  /** An opaque, encrypted token for a log position, and back (null: not one of ours). */
  abstract positionToken(position: bigint): string;
  abstract positionOf(token: string): bigint | null;
}

/** What is handed to a person: an e-mail or a letter. The only place where a provisional code is in clear. */
export interface Message {
  /** Stable: the same message delivered twice is one message. */
  readonly id: string;
  readonly channel: 'EMAIL' | 'POST';
  readonly to: Recipient;
  readonly subject: string;
  readonly text: string;
  readonly on: Instant;
}
/** Where a message goes. `postal`: the lines of the address as printed, name first. */
export interface Recipient {
  readonly name: string;
  readonly email: string | null;
  readonly postal: readonly string[];
}

/** The address takes no messages, or not this one, and trying again will not help. The message holds no address. */
export class Undeliverable extends Error {}

/** The outbox answers, and does not take this message now: a mailbox is full, a domain is unknown for the moment. The message holds no address. */
export class RefusedForNow extends Error {
  constructor(
    /** Whether it takes other messages, as far as it can be known. */
    readonly takesOthers: boolean,
  ) {
    super('the outbox does not take this message now');
  }
}

/**
 * Delivers messages once per message id. Throws Undeliverable, RefusedForNow, or StoreUnavailable when the outbox is away: the caller keeps what it could not
 * deliver and tries again.
 */
export abstract class Outbox {
  abstract deliver(message: Message): Promise<void>;
}

/** Tells operators that somebody must look. */
export abstract class Alarm {
  /** The reason: places and classes of errors, never what is stored, nor whom it is about. */
  abstract raise(reason: string): void;
}
