import { createHash, type KeyObject } from 'node:crypto';
import type { RingPurpose, RingSlot } from '../../application/shared/key-vault.js';
import { isUuid, uuid8 } from '../uuid.js';

/** Where a key lies in the table. */
export interface KeyPlace {
  readonly owner: string;
  readonly purpose: number;
  readonly part: string;
}

/** A row of vault.key. */
export interface KeyRow extends KeyPlace {
  readonly id: string;
  readonly state: number;
  readonly epoch: number | null;
  readonly wrapped: Buffer | null;
  readonly died: Date | null;
  /** Of a key that was made just now, and need not be unwrapped. */
  readonly secret?: KeyObject | undefined;
}

/** Numbers of the states in the table. */
export const ACTIVE = 1;
export const ARCHIVED = 2;
export const DESTROYED = 3;

const PURPOSES: Readonly<Record<Exclude<RingPurpose, `document:${string}`>, number>> = {
  life: 1,
  content: 2,
  trace: 3,
  own: 5,
  monthly: 6,
};
/** Number of the purpose of every document key. */
export const DOCUMENT = 4;
const NO_PART = '00000000-0000-0000-0000-000000000000';
const PREFIX = 'document:';

/** Owners that are no UUID (audit-202611-api1) get the same one every time: the table stays narrow. */
const narrow = (id: string): string => (isUuid(id) ? id : uuid8(createHash('sha256').update(`mes-ring-v1\0${id}`).digest()));

/** The place of a slot. */
export const placeOf = ({ owner, purpose }: RingSlot): KeyPlace =>
  purpose in PURPOSES
    ? { owner: narrow(owner), purpose: PURPOSES[purpose as keyof typeof PURPOSES], part: NO_PART }
    : { owner: narrow(owner), purpose: DOCUMENT, part: narrow(purpose.slice(PREFIX.length)) };

/** True for the key of one document. */
export const isOfDocument = ({ purpose }: KeyPlace): boolean => purpose === DOCUMENT;

/** A text that is the same for the same place only. */
export const placeName = ({ owner, purpose, part }: KeyPlace): string => `${owner}/${purpose}/${part}`;
