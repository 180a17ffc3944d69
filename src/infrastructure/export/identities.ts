import type { EventStore } from '../../application/shared/event-store.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { byIns } from '../fhir/national-refs.js';
import type { Identifier } from '../fhir/resources.js';
import type { Opening } from './opening.js';

export interface IdentitiesParts {
  readonly store: Pick<EventStore, 'readMany'>;
  readonly opening: Opening;
}

/** People remembered at once. */
const MOST_REMEMBERED = 20_000;

/**
 * Who the holder of a space is: his INS, from the fact that declared him. The registry cannot say it, it knows digests only; and where the key of that fact is
 * destroyed, nobody can.
 */
export class Identities {
  private readonly known = new Map<string, Identifier | null>();

  constructor(private readonly parts: IdentitiesParts) {}

  /** By the id of his streams; null: it cannot be read, or not any more. Throws StoreUnavailable. */
  async of(space: string): Promise<Identifier | null> {
    const known = this.known.get(space);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    const found = await this.read(`space-${space}`);
    this.known.set(space, found);
    return found;
  }

  private async read(stream: StreamName): Promise<Identifier | null> {
    const stored = (await this.parts.store.readMany([stream])).get(stream) ?? [];
    for (const { event } of (await this.parts.opening.factsIn(stored)) as readonly Recorded<SpaceEvent>[])
      if (event.type === 'PersonDeclaredEligible') return byIns(event.ins, event.insOid);
    return null;
  }
}
