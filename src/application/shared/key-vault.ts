import type { Instant } from '../../domain/shared/time.js';
import type { KeyBroken } from './ports.js';

/**
 * What a key of a ring protects. `life`: that the space exists and what decides on access; `content`: what lies in it; `trace`: who looked;
 * `document:<id>`: one document, so that a misfiled one dies alone; `own`: a thing without a person; `monthly`: one month of audit.
 */
export type RingPurpose = 'life' | 'content' | 'trace' | 'own' | 'monthly' | `document:${string}`;

/** One key of one ring. The owner is the id part of a stream name. */
export interface RingSlot {
  readonly owner: string;
  readonly purpose: RingPurpose;
}

/** A key in use. Its bytes never leave the vault's own object: whoever holds it can only derive from it. */
export interface ActiveKey {
  readonly id: string;
  readonly state: 'active';
  /** HMAC-SHA-256 under the key: 32 bytes, different for every context. The context starts with the name of its use and a zero byte. */
  derive(context: Uint8Array): Uint8Array;
}
/** A key that exists and may not be used: closed spaces, until they are reopened or destroyed. */
export interface ArchivedKey {
  readonly id: string;
  readonly state: 'archived';
}
/** A key whose bytes are gone; nothing written under it can be read again. */
export interface DestroyedKey {
  readonly id: string;
  readonly state: 'destroyed';
  readonly died: Instant;
}
export type VaultKey = ActiveKey | ArchivedKey | DestroyedKey;

/**
 * Rings of independent random keys, one ring per owner. Throws StoreUnavailable when the vault cannot be reached.
 * Keys in use are remembered for at most 60 s: that long an archived or destroyed key may still open something in another process.
 * Those of documents are never remembered.
 */
export abstract class KeyVault {
  /**
   * The key in this slot, made now if there never was one. However many ask at once, only one key ever exists. That of a document is made no better off than
   * `life` and `content` of its ring: archived where the space is closed, destroyed where the ring was. Throws KeyBroken where one lies there that does not
   * open: no other is made beside it.
   */
  abstract keyFor(owner: string, purpose: RingPurpose): Promise<VaultKey>;
  /** The same for many slots in one go, in the order asked; one that does not open stands against nobody else. */
  abstract keysFor(slots: readonly RingSlot[]): Promise<readonly (VaultKey | KeyBroken)[]>;
  /** The key with this id; null when the vault never made it, or cannot open it: that says nothing of its being destroyed. */
  abstract keyById(id: string): Promise<VaultKey | null>;
  /** Those of the ids that the vault knows and can open; destroyed and archived ones are among them. */
  abstract keysById(ids: readonly string[]): Promise<ReadonlyMap<string, VaultKey>>;
  /** The same for whoever walks through a whole log: none of them is remembered, so that memory does not grow with what was met. */
  abstract keysInPassing(ids: readonly string[]): Promise<ReadonlyMap<string, VaultKey>>;
  /**
   * A text that is another one once any key of the ring was archived, restored or destroyed; remembered, like keys, for at most 60 s. Whatever was opened
   * under one text must not be used under another.
   */
  abstract ringState(owner: string): Promise<string>;
  /** Active → archived. Nothing happens to a slot without a key. Throws KeyGone when it was destroyed. */
  abstract archive(owner: string, purpose: RingPurpose): Promise<void>;
  /** Archived → active. Nothing happens to a slot without a key. Throws KeyGone when it was destroyed. */
  abstract restore(owner: string, purpose: RingPurpose): Promise<void>;
  /** Archives (or brings back) what lies in a space: its `content` key and those of all its documents. Destroyed keys stay what they are. */
  abstract moveContent(owner: string, to: 'archived' | 'active'): Promise<void>;
  /**
   * Archived keys, ready for use this once: their state stays, nothing is remembered. Who asks has written down why before (`ArchiveOpened`). Keys in use
   * and destroyed ones come along as they are.
   */
  abstract openArchived(ids: readonly string[]): Promise<ReadonlyMap<string, VaultKey>>;
  /** Destroys every key of a ring but those named; slots that were never used are closed too. Doing it again changes nothing. */
  abstract destroyRing(owner: string, died: Instant, except?: readonly RingPurpose[]): Promise<void>;
  /** Those of the owners of whose ring any key but those named still has its bytes. */
  abstract living(owners: readonly string[], except?: readonly RingPurpose[]): Promise<ReadonlySet<string>>;
  /** The bytes of the key go for ever; id, state and date stay. A slot without a key is closed for ever too, so that no late writer opens it. */
  abstract destroy(owner: string, purpose: RingPurpose, died: Instant): Promise<void>;
  /** Forgets what this process remembers of a ring. */
  abstract invalidate(owner: string): void;
}
