import { UnreadableEvent } from '../../application/shared/ports.js';
import { categoryOf, type Recorded } from '../../domain/shared/fact.js';
import type { VersionedFact } from './codec.js';

/** Category of streams → type of fact → version of the payload that is written today. */
export type KnownFacts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** `Type@version` → the fact in a later form: `{ 'SpaceClosed@1': (old) => ({ ...old, v: 2, reason: 'UNKNOWN' }) }`. */
export type Upcasts = Readonly<Record<string, (old: VersionedFact) => VersionedFact>>;

/** More steps than any payload will ever have versions: an upcast that leads nowhere ends here. */
const MAX_STEPS = 100;

/** Which facts this version of the software knows, and how it reads their older forms. */
export class Catalogue {
  constructor(
    private readonly known: KnownFacts,
    private readonly upcasts: Upcasts = {},
  ) {}

  /** True when facts of this type and version are written today in streams of this category. */
  isCurrent(category: string, { type, v }: VersionedFact): boolean {
    return this.versionOf(category, type) === v;
  }

  /** The fact in today's form. Throws UnreadableEvent on a type or version that this software does not know: it is never skipped. */
  upcast(fact: Recorded<VersionedFact>): Recorded<VersionedFact> {
    const category = categoryOf(fact.stream);
    let event = fact.event;
    for (let step = 0; step < MAX_STEPS; step++) {
      if (this.isCurrent(category, event)) return event === fact.event ? fact : { ...fact, event };
      const up = this.upcasts[`${event.type}@${event.v}`];
      if (!up) break;
      event = up(event);
    }
    const fault = this.versionOf(category, event.type) === undefined ? 'UNKNOWN_TYPE' : 'UNKNOWN_VERSION';
    throw new UnreadableEvent(fact.stream, fact.rev, `no known reading of ${event.type} version ${event.v} in ${category} streams`, fault);
  }

  private versionOf(category: string, type: string): number | undefined {
    const facts = Object.hasOwn(this.known, category) ? this.known[category] : undefined;
    return facts && Object.hasOwn(facts, type) ? facts[type] : undefined;
  }
}
