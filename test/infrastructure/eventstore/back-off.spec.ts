import { jest } from '@jest/globals';
import type { Batch } from '../../../src/application/shared/event-store.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { SharedHead } from '../../../src/infrastructure/eventstore/shared-head.js';
import { LogSubscription } from '../../../src/infrastructure/eventstore/subscription.js';
import { WakeUp } from '../../../src/infrastructure/eventstore/wake-up.js';

// No pause is real.
jest.useFakeTimers();

/** More than all pauses of a test together. */
const LONG_MS = 120_000;
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

/** Gives its answers one after the other, then the last one for ever, and keeps when it was asked for them. */
class Script<Answer> {
  readonly #asked: { readonly answer: Answer; readonly at: number }[] = [];

  constructor(private readonly answers: readonly [...Answer[], Answer]) {}

  next(): Answer {
    const answer = this.answers[this.#asked.length] ?? this.answers.at(-1)!;
    this.#asked.push({ answer, at: performance.now() });
    return answer;
  }

  /** How long it was until the next question, each time that it had given one of these answers; milliseconds. */
  pausesAfter(...answers: readonly Answer[]): readonly number[] {
    return this.#asked.flatMap((one, n) => (answers.includes(one.answer) ? [(this.#asked[n + 1]?.at ?? Infinity) - one.at] : []));
  }
}

describe('A subscription whose log is away tries again after a pause,', () => {
  type Answer = 'away' | 'an event' | 'nothing new';
  const GROWING = [50, 100, 200, 400, 800, 1_600, 3_200];

  const logOf = (script: Script<Answer>) => {
    let head = 0n;
    return {
      head: async (): Promise<bigint> => {
        const answer = script.next();
        if (answer === 'away') throw new StoreUnavailable('the log is away');
        return answer === 'an event' ? (head += 1n) : head;
      },
      window: async (_: bigint, position: bigint): Promise<Batch> => ({ events: [], position, live: true }),
    };
  };
  const pausesOver = async (...answers: Answer[]): Promise<readonly number[]> => {
    const script = new Script<Answer>([...answers, 'nothing new']);
    const reader = logOf(script);
    const silent = new WakeUp(
      ({ closing }) => new Promise((resolve) => closing.addEventListener('abort', () => resolve())),
      () => undefined,
    );
    const source = { reader, head: new SharedHead(reader), wakeUp: silent, report: () => undefined };
    const subscription = new LogSubscription(source, 0n, [], async () => undefined);
    await jest.advanceTimersByTimeAsync(LONG_MS);
    await subscription.stop();
    await silent.close();
    return script.pausesAfter('away');
  };

  it('each twice as long as the one before, and none longer than five seconds', async () => {
    expect(await pausesOver(...times(10, 'away' as const))).toEqual([...GROWING, 5_000, 5_000, 5_000]);
  });

  it('and begins anew with the shortest once the log has answered, be it that there is nothing', async () => {
    const answers = ['an event', 'away', 'away', 'away', 'nothing new', 'away', 'away', 'an event', 'away', 'away'] as const;
    expect(await pausesOver(...answers)).toEqual([50, 100, 200, 50, 100, 50, 100]);
  });
});

describe('Whoever listens for what is new, and whose connection breaks, listens again after a pause,', () => {
  const pausesOver = async (...answers: readonly [...('refused' | 'broken later')[], 'refused']): Promise<readonly number[]> => {
    const script = new Script(answers);
    const wakeUp = new WakeUp(
      async ({ connected }) => {
        if (script.next() === 'broken later') connected();
        throw new Error('no connection');
      },
      () => undefined,
    );
    expect(wakeUp.rung).toBe(0);
    await jest.advanceTimersByTimeAsync(LONG_MS);
    await wakeUp.close();
    return script.pausesAfter('refused', 'broken later');
  };

  it('each twice as long as the one before, and none longer than five seconds', async () => {
    expect((await pausesOver('refused')).slice(0, 8)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('and begins anew with the shortest once it was connected', async () => {
    const pauses = await pausesOver('refused', 'refused', 'refused', 'broken later', 'refused', 'refused');
    expect(pauses.slice(0, 6)).toEqual([100, 200, 400, 100, 200, 400]);
  });
});
