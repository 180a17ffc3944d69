import { nothing, type Decider, type Decision, type Event, type Intent } from '../shared/decider.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `audit-<yyyymm>-keys`: what operators do with the keys that wrap keys. An epoch is known by its number. */
export type WrappingKeyEvent =
  /** Every new key is wrapped by it from then on. */
  | Event<'KekEpochBegun', 1, { epoch: number }>
  /** No key lies under an older epoch any more; so many keys were wrapped anew by this one, from its beginning to then. */
  | Event<'KeysRewrapped', 1, { epoch: number; keys: number }>
  /** Its bytes are destroyed for ever: written before they go, so that none goes without a fact. */
  | Event<'KekEpochRetired', 1, { epoch: number }>;
export type WrappingKeyCommand =
  | Intent<'BeginKekEpoch', { epoch: number }>
  | Intent<'RewrapKeys', { epoch: number; keys: number }>
  | Intent<'RetireKekEpoch', { epoch: number }>;

/** What was written of which epoch. */
export type Written = ReadonlySet<string>;

const nameOf = ({ type, epoch }: WrappingKeyEvent): string => `${type} ${epoch}`;
const once = (written: Written, fact: WrappingKeyEvent): Decision<WrappingKeyEvent> => (written.has(nameOf(fact)) ? nothing : [fact]);
const noted = (written: Written, fact: WrappingKeyEvent): Written => new Set([...written, nameOf(fact)]);

/** Each act is written once, whoever goes on with one that was killed on the way; that it may be done is seen by the vault. */
export const wrappingKeys: Decider<WrappingKeyCommand, Written, WrappingKeyEvent> = {
  category: 'audit',
  initial: new Set(),

  decide: {
    BeginKekEpoch: ({ epoch }, written) => once(written, { type: 'KekEpochBegun', v: 1, epoch }),
    RewrapKeys: ({ epoch, keys }, written) => once(written, { type: 'KeysRewrapped', v: 1, epoch, keys }),
    RetireKekEpoch: ({ epoch }, written) => once(written, { type: 'KekEpochRetired', v: 1, epoch }),
  },

  evolve: { KekEpochBegun: noted, KeysRewrapped: noted, KekEpochRetired: noted },
};
