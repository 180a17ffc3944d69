import type { Of, Tagged } from '../../src/domain/shared/decider.js';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { idOf } from '../../src/domain/shared/fact.js';
import type { Consequence, Process } from '../../src/domain/shared/process.js';
import { deepFreeze } from './deep-freeze.js';
import { told } from './projecting.js';

/** given(stream, ...facts).then(...wishes). Every scenario also proves that the same facts call for the same wishes again, and for one stream alone. */
export function reacting<E extends Tagged, C extends Tagged>(process: Process<E, C>) {
  const unseen = new Set(Object.keys(process.on));
  afterAll(() => expect([...unseen]).toEqual([]));

  const consequences = (facts: readonly Recorded<E>[]): readonly Consequence<C>[] =>
    facts.flatMap(
      (fact) => process.on[fact.event.type as E['type']]?.(deepFreeze(fact) as Recorded<Of<E, E['type']>>, idOf(fact.stream)) ?? [],
    );

  return {
    given: (stream: StreamName, ...events: readonly E[]) => ({
      then: (...expected: readonly Consequence<C>[]) => {
        for (const { type } of events) unseen.delete(type);
        const facts = told(stream, ...events);
        expect(consequences(facts)).toEqual(expected);
        expect(consequences(facts)).toEqual(expected);
        for (const { id } of expected) expect(id).toBe(idOf(stream));
      },
    }),
  };
}
