import type { VaultKey } from '../../src/application/shared/key-vault.js';
import { KeyBroken } from '../../src/application/shared/ports.js';

/** What the vault answered for many slots, where none of their keys may be broken. */
export const whole = (keys: readonly (VaultKey | KeyBroken)[]): readonly VaultKey[] =>
  keys.map((key) => {
    if (key instanceof KeyBroken) throw key;
    return key;
  });

/** Turns a bit of a wrapped key, as the owner of the database or a failing disk could; again: it is as it was. With the id of the key for $1. */
export const FLIP_WRAPPED = 'UPDATE vault.key SET wrapped = set_bit(wrapped, 100, 1 - get_bit(wrapped, 100)) WHERE id = $1';
