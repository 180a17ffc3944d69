import { createHmac, randomBytes } from 'node:crypto';

/** What an id names. Accounts of staff are persons too. */
export type RefKind = 'person' | 'professional' | 'facility' | 'software' | 'document' | 'space';

/** How an export shows an id. The same id gives the same text within one export. */
export interface Refs {
  ref(kind: RefKind, id: string): string;
}

/** Ids as they are: for those who may know. */
export const plainRefs: Refs = { ref: (_, id) => id };

const USE = Buffer.from('mes-export-v1\0', 'latin1');

/** Pseudonyms under a random key of this export alone, which is kept nowhere: base64url(HMAC-SHA-256(key, "mes-export-v1" 00 kind 00 id)). */
export function pseudonymsOfOneExport(key: Uint8Array = randomBytes(32)): Refs {
  // A professional who looked ten thousand times is digested once: the newest are remembered.
  const known = new Map<string, string>();
  return {
    ref: (kind, id) => {
      const name = `${kind}\0${id}`;
      const found = known.get(name);
      if (found !== undefined) return found;
      const made = createHmac('sha256', key).update(USE).update(name).digest('base64url');
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(name, made);
      return made;
    },
  };
}

const MOST_REMEMBERED = 20_000;
