import type { Actor } from '../../src/domain/shared/actor.js';
import { decide, evolve, type Decider, type Issued, type Tagged } from '../../src/domain/shared/decider.js';
import { isRejection, type Rejection } from '../../src/domain/shared/rejection.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { deepFreeze } from './deep-freeze.js';

/** Who expressed the wish, and when. */
export interface Told {
  readonly at: Instant;
  readonly by: Actor;
}

/** A fold whose every intermediate state is frozen: an `evolve` that mutates throws here, not in production. */
export const frozenReplay = <C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, history: readonly E[]): S =>
  deepFreeze(history).reduce<S>((state, event) => deepFreeze(evolve(decider, state, event)), deepFreeze(decider.initial));

/** The facts a decision adds to the stream: those of an acceptance, or what must be remembered of a refusal. */
export const factsOf = <E>(decision: readonly E[] | Rejection<E>): readonly E[] => (isRejection(decision) ? decision.record : decision);

/**
 * given(facts).when(wish, { at, by }).then(facts) | thenEachTime(facts) | thenNothing() | thenRefused(code, ...remembered). Every scenario also proves the
 * four laws of a decider: the same answer twice, facts that survive JSON, no mutation anywhere, nothing new when the wish comes again.
 */
export const specification = <C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>) => ({
  given: (...past: readonly E[]) => ({
    when: (wish: C, told: Told) => {
      const command = deepFreeze({ ...wish, ...told }) as Issued<C>;
      const state = frozenReplay(decider, past);
      const decision = deepFreeze(decide(decider, command, state));
      const facts = factsOf<E>(decision);
      expect(decide(decider, command, state)).toEqual(decision);
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
      const again = decide(decider, command, frozenReplay(decider, [...past, ...facts]));

      const refused = (codes: readonly string[], remembered: readonly E[]): void => {
        if (!isRejection(decision)) throw new Error(`accepted: ${facts.map(({ type }) => type).join(', ') || 'nothing to add'}`);
        expect([decision.rejected, ...(decision.also ?? [])]).toEqual(codes);
        expect(facts).toEqual(remembered);
        if (remembered.length === 0) expect(again).toEqual(decision);
      };
      return {
        /** Accepted, with exactly these facts; the same wish again adds nothing. */
        then: (...expected: readonly E[]) => {
          if (isRejection(decision)) throw new Error(`refused: ${decision.rejected}`);
          expect(facts).toEqual(expected);
          expect(again).toEqual([]);
        },
        /** Accepted, with exactly these facts, each time it is said anew. */
        thenEachTime: (...expected: readonly E[]) => {
          if (isRejection(decision)) throw new Error(`refused: ${decision.rejected}`);
          expect(facts).toEqual(expected);
          expect(factsOf<E>(again).map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
        },
        /** Accepted, and already so. */
        thenNothing: () => expect(decision).toEqual([]),
        /** Refused with this code, and this is remembered of it. */
        thenRefused: (code: string, ...remembered: readonly E[]) => refused([code], remembered),
        /** Refused for several reasons at once: the first is the answer, all are listed. */
        thenRefusedForAll: (codes: readonly string[], ...remembered: readonly E[]) => refused(codes, remembered),
      };
    },
  }),
});
