import type { EventBytes, StoredEvent } from '../../application/shared/event-store.js';
import type { ActiveKey } from '../../application/shared/key-vault.js';
import { UnreadableEvent } from '../../application/shared/ports.js';
import type { Tagged } from '../../domain/shared/decider.js';
import { categoryOf, type Circumstances, type Recorded, type StreamName } from '../../domain/shared/fact.js';
import { isPublic } from '../../domain/shared/public-types.js';
import type { Instant } from '../../domain/shared/time.js';
import { canonicalJson } from './canonical-json.js';
import { readCircumstances, writeCircumstances, type StoredCircumstances } from './circumstances.js';
import { BadHeader, parseHeader, sideOf, writeHeader, type EventHeader } from './header.js';
import { BadBody, CLEAR, sealAgainst, unsealAgainst } from './sealed-body.js';
import { clearTypeOf } from './stream-rules.js';

/** A fact with the version of its payload. */
export type VersionedFact = Tagged & { readonly v: number };

/** A fact on its way into the store. */
export interface Draft {
  readonly stream: StreamName;
  readonly rev: number;
  readonly at: Instant;
  /** UUIDv8 of the event. */
  readonly id: string;
  readonly event: VersionedFact;
  readonly meta: Circumstances;
}

/** The plaintext: real type, its version, circumstances, payload. */
interface Plaintext {
  readonly t: string;
  readonly tv: number;
  readonly m: StoredCircumstances;
  readonly d: Readonly<Record<string, unknown>>;
}

/** A stored event whose clear part was read and agrees with the row it lies in. */
export interface Addressed {
  readonly stored: StoredEvent;
  readonly header: EventHeader;
}

const plaintextOf = ({ event: { type, v, ...d }, meta }: Draft): Plaintext => ({ t: type, tv: v, m: writeCircumstances(meta), d });

const headerOf = ({ stream, rev, at, id, event, meta }: Draft, key: string): EventHeader => {
  const clear = clearTypeOf(categoryOf(stream), event.type, event.v);
  if (!clear) throw new Error(`no stream may have the category ${categoryOf(stream)}`);
  return { at, by: sideOf(meta.who.role), id, key, rev, stream, ...clear, v: 1 };
};

/** Clear for ever: so nobody may be named in it, and nothing freely worded. */
const clearBody = ({ event, meta }: Draft, plaintext: Uint8Array): Buffer => {
  if (meta.who.role !== 'system' || meta.purpose !== undefined)
    throw new Error(`${event.type} is public: a part of the software writes it, without a purpose`);
  return Buffer.concat([Buffer.of(CLEAR), plaintext]);
};

/** An event that only lacks its seal. `clear`: it is public and complete. */
export interface Unsealed {
  readonly header: Buffer;
  readonly plaintext: Buffer;
  readonly clear: Buffer | null;
}

/** Everything but the encryption. Throws NotCanonical on a payload that has no canonical form. */
export const prepare = (draft: Draft, keyId: string): Unsealed => {
  const plaintext = Buffer.from(canonicalJson(plaintextOf(draft)), 'utf8');
  const header = writeHeader(headerOf(draft, keyId));
  return { header, plaintext, clear: isPublic(categoryOf(draft.stream), draft.event.type) ? clearBody(draft, plaintext) : null };
};

/**
 * The bytes of an event, as they lie in the store for ever (docs/reference/event-format.md). Before they are given away they are opened again.
 * `iv` is fixed by golden files only. Throws NotCanonical on a payload that has no canonical form.
 */
export const encode = (draft: Draft, key: ActiveKey, iv?: Uint8Array): EventBytes => {
  const { header, plaintext, clear } = prepare(draft, key.id);
  return { header, body: clear ?? sealAgainst(key, header, plaintext, iv) };
};

/** Reads the clear part. Throws UnreadableEvent when it is not canonical, of another version, or says another stream or revision than the row. */
export const address = (stored: StoredEvent): Addressed => {
  const refuse = (reason: string) => new UnreadableEvent(stored.stream, stored.rev, reason);
  try {
    const header = parseHeader(stored.header);
    if (header.stream !== stored.stream || header.rev !== stored.rev) throw refuse('the header belongs to another place');
    return { stored, header };
  } catch (error) {
    throw error instanceof BadHeader ? refuse(error.message) : error;
  }
};

/** True when the event can be read without a key. */
export const isClear = ({ stored }: Addressed): boolean => stored.body[0] === CLEAR;

/** A clear body has no tag: what can be checked is that it may be clear, and that it is canonical. */
const readClear = (header: EventHeader, bytes: Uint8Array): Plaintext => {
  if (!isPublic(categoryOf(header.stream), header.type)) throw new BadBody('this type is never written in clear');
  const plaintext = parsePlaintext(bytes);
  if (canonicalJson(plaintext) !== textOf(bytes)) throw new BadBody('the clear body is not canonical');
  return plaintext;
};

/** What a body gave when it was opened before, elsewhere: the padded plaintext, or why it was refused. */
export type OpenedAhead = Uint8Array | BadBody;

const readSealed = ({ stored, header }: Addressed, key: ActiveKey | null, ahead?: OpenedAhead): Plaintext => {
  if (key?.id !== header.key) throw new BadBody('this is not the key of the event');
  if (ahead instanceof BadBody) throw ahead;
  return parsePlaintext(ahead ?? unsealAgainst(key, stored.header, stored.body));
};

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

const parsePlaintext = (bytes: Uint8Array): Plaintext => {
  try {
    return JSON.parse(textOf(bytes)) as Plaintext;
  } catch (error) {
    throw (error as Error).name === 'SyntaxError' ? new BadBody('the plaintext is not JSON') : error;
  }
};

const recorded = ({ stored, header }: Addressed, { t, tv, m, d }: Plaintext): Recorded<VersionedFact> => {
  const clear = clearTypeOf(categoryOf(header.stream), t, tv);
  if (clear?.type !== header.type || clear.tv !== header.tv) throw new BadBody('the header announces another type');
  const meta = readCircumstances(m);
  if (!meta) throw new BadBody('the actor is of an unknown kind');
  // The payload was parsed for this fact alone, so it becomes the fact without being copied.
  return {
    event: Object.assign(d, { type: t, v: tv }),
    stream: stored.stream,
    rev: stored.rev,
    position: stored.position,
    at: header.at,
    meta,
  };
};

/**
 * The fact as it was written, not yet upcast. `key` may be null for a clear event; `ahead` is what its body gave under this key, where that is known.
 * Throws UnreadableEvent when a single bit differs from what was written, or the body is clear and must not be.
 */
export const decode = (addressed: Addressed, key: ActiveKey | null, ahead?: OpenedAhead): Recorded<VersionedFact> => {
  try {
    return recorded(
      addressed,
      isClear(addressed) ? readClear(addressed.header, addressed.stored.body.subarray(1)) : readSealed(addressed, key, ahead),
    );
  } catch (error) {
    throw error instanceof BadBody ? new UnreadableEvent(addressed.stored.stream, addressed.stored.rev, error.message) : error;
  }
};
