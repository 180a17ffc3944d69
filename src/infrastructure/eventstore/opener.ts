import { setImmediate as turn } from 'node:timers/promises';
import type { StoredEvent } from '../../application/shared/event-store.js';
import type { KeyVault, VaultKey } from '../../application/shared/key-vault.js';
import { UnreadableEvent } from '../../application/shared/ports.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import type { Catalogue } from './catalogue.js';
import { address, decode, isClear, type Addressed, type VersionedFact } from './codec.js';

/** A fact that cannot be read because its key is archived or destroyed. It is known to be there, and nothing else. */
export interface SealedFact {
  readonly sealed: true;
  readonly stream: StreamName;
  readonly rev: number;
  readonly position: bigint;
}

/** True for a fact that stays shut. */
export const isSealed = (fact: Recorded | SealedFact): fact is SealedFact => 'sealed' in fact;

/** Some 3 ms of work: longer, and whoever waits for this process would feel it, the statement that writes the batch before included. */
const IN_ONE_GO = 100;

/** Opens stored events: clear part, then all keys in one go, then decryption, then upcasting. */
export class Opener {
  constructor(
    private readonly vault: Pick<KeyVault, 'keysById'>,
    private readonly catalogue: Catalogue,
  ) {}

  /** In the order given. Throws UnreadableEvent on altered bytes, a missing revision, and a type or version that is not known. */
  async open(events: readonly StoredEvent[]): Promise<readonly (Recorded<VersionedFact> | SealedFact)[]> {
    const addressed = events.map(address);
    const ids = new Set(addressed.filter((event) => !isClear(event)).map(({ header }) => header.key));
    const keys = ids.size === 0 ? new Map<string, VaultKey>() : await this.vault.keysById([...ids]);
    const last = new Map<StreamName, number>();
    const facts: (Recorded<VersionedFact> | SealedFact)[] = [];
    for (const event of addressed) {
      if (facts.length % IN_ONE_GO === IN_ONE_GO - 1) await turn();
      follow(last, event);
      facts.push(this.openOne(event, keys));
    }
    return facts;
  }

  private openOne(event: Addressed, keys: ReadonlyMap<string, VaultKey>): Recorded<VersionedFact> | SealedFact {
    if (isClear(event)) return this.catalogue.upcast(decode(event, null));
    const { stream, rev, position } = event.stored;
    const key = keys.get(event.header.key);
    if (!key) throw new UnreadableEvent(stream, rev, 'the vault does not know its key');
    return key.state === 'active' ? this.catalogue.upcast(decode(event, key)) : { sealed: true, stream, rev, position };
  }
}

/** Within what was read together, revisions of a stream follow each other: a fold over a gap would decide wrongly. */
const follow = (last: Map<StreamName, number>, { stored: { stream, rev } }: Addressed): void => {
  const before = last.get(stream);
  if (before !== undefined && rev !== before + 1) throw new UnreadableEvent(stream, rev, 'the event before it is missing');
  last.set(stream, rev);
};
