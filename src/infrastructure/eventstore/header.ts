import { isUtf8 } from 'node:buffer';
import type { Role } from '../../domain/shared/actor.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { isUuid } from '../uuid.js';
import { canonicalJson, NotCanonical } from './canonical-json.js';

/** On whose side an act was done: all that the clear part says of who. */
export type Side = 'person' | 'professional' | 'service' | 'staff' | 'system';

/** The clear part of an event. No reference to a person, no correlation, no purpose (docs/reference/event-format.md). */
export interface EventHeader {
  /** When it was written: UTC, milliseconds. */
  readonly at: Instant;
  readonly by: Side;
  /** UUIDv8, the same on every retry of the same command. */
  readonly id: string;
  /** Id of the vault key. */
  readonly key: string;
  readonly rev: number;
  readonly stream: StreamName;
  /** Version of `type`. */
  readonly tv: number;
  readonly type: string;
  readonly v: 1;
}

/** Why header bytes were refused, without showing them. */
export class BadHeader extends Error {}

const SIDES: Readonly<Record<Role, Side>> = {
  person: 'person',
  bearer: 'person',
  professional: 'professional',
  facility: 'professional',
  insurer: 'staff',
  support: 'staff',
  operator: 'staff',
  compliance: 'staff',
  archivist: 'staff',
  auditor: 'staff',
  system: 'system',
};
/** The side an actor stands on. */
export const sideOf = (role: Role): Side => SIDES[role];

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const STREAM = /^[a-z]+-[0-9A-Za-z._-]+$/;

const isCount = (least: number) => (value: unknown) => Number.isSafeInteger(value) && (value as number) >= least;
const isUuidText = (value: unknown) => typeof value === 'string' && isUuid(value);
const isText = (form: RegExp) => (value: unknown) => typeof value === 'string' && form.test(value);

/** One check per member: a header that lacks one, or holds something else, is refused. */
const MEMBERS: { readonly [M in keyof EventHeader]: (value: unknown) => boolean } = {
  at: isText(INSTANT),
  by: isText(/^(person|professional|service|staff|system)$/),
  id: isUuidText,
  key: isUuidText,
  rev: isCount(0),
  stream: isText(STREAM),
  tv: isCount(1),
  type: isText(/^[A-Z][A-Za-z0-9]*$/),
  v: (value) => value === 1,
};
const CHECKS = Object.entries(MEMBERS);

const check = (header: Readonly<Record<string, unknown>>): void => {
  for (const [member, holds] of CHECKS)
    if (!holds(header[member])) throw new BadHeader(`member ${member} of the header is missing or not of its form`);
};

/** The bytes of a header. Throws BadHeader when a member is not of its form. */
export const writeHeader = ({ at, by, id, key, rev, stream, tv, type, v }: EventHeader): Buffer => {
  const header = { at, by, id, key, rev, stream, tv, type, v };
  check(header);
  return Buffer.from(canonicalJson(header), 'utf8');
};

/** True when text is the canonical form of what it parses to: no spaces, no other order, no member twice, no float. */
const isCanonical = (text: string, parsed: unknown): boolean => {
  try {
    return canonicalJson(parsed) === text;
  } catch (error) {
    if (error instanceof NotCanonical) return false;
    throw error;
  }
};

/**
 * The canonical form of a header of exactly our members. Their forms (`check`) need no escaping, so this is what canonicalJson would write.
 * Every event that is read is compared with it, and it is made in a fraction of the time.
 */
const plainForm = ({ at, by, id, key, rev, stream, tv, type }: EventHeader): string =>
  `{"at":"${at}","by":"${by}","id":"${id}","key":"${key}","rev":${rev},"stream":"${stream}","tv":${tv},"type":"${type}","v":1}`;

/** The same form as a pattern: what it matches is canonical, complete, and of the form that `check` asks for. Other headers are read the long way. */
const PLAIN =
  /^\{"at":"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)","by":"(person|professional|service|staff|system)","id":"([^"\\]{36})","key":"([^"\\]{36})","rev":(0|[1-9]\d{0,14}),"stream":"([a-z]+-[0-9A-Za-z._-]+)","tv":([1-9]\d{0,14}),"type":"([A-Z][A-Za-z0-9]*)","v":1\}$/;

/** Null for a header that is not of exactly our members in their plain form. */
function readPlain(bytes: Uint8Array): EventHeader | null {
  // One character for each byte: whatever is not ASCII does not match, and is read the long way.
  const found = PLAIN.exec(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  if (found === null) return null;
  const [, at, by, id = '', key = '', rev, stream, tv, type] = found;
  if (!isUuid(id) || !isUuid(key)) return null;
  return { at, by, id, key, rev: Number(rev), stream, tv: Number(tv), type, v: 1 } as EventHeader;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // By its name: under a test runner the error may come from another realm.
    throw (error as Error).name === 'SyntaxError' ? new BadHeader('the header is not JSON') : error;
  }
};

/**
 * Header bytes back to the header. Throws BadHeader when they are not canonical, lack a member, or are of another version.
 * Members that this version does not know are hashed and authenticated with the rest, never refused.
 */
export const parseHeader = (bytes: Uint8Array): EventHeader => {
  const plain = readPlain(bytes);
  if (plain !== null) return plain;
  if (!isUtf8(bytes)) throw new BadHeader('the header is not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new BadHeader('the header is not an object');
  check(parsed as Readonly<Record<string, unknown>>);
  if (plainForm(parsed as EventHeader) !== text && !isCanonical(text, parsed)) throw new BadHeader('the header is not canonical');
  return parsed as EventHeader;
};
