import { describe, expect, it } from '@jest/globals';
import { pause } from '../../src/application/shared/pause.js';
import { IdleWait, Rounds } from '../../src/application/shared/rounds.js';

const FOR_EVER_MS = 2_000_000_000;
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await pause(1);
};

/** Writes down what it does; a round waits for `held`. */
class Diary extends Rounds {
  readonly lines: string[] = [];
  held: Promise<void> = Promise.resolve();

  constructor(private readonly wait: number) {
    super();
  }

  protected override async round(): Promise<number> {
    this.lines.push('round');
    await this.held;
    this.lines.push(this.signal.aborted ? 'told to end' : 'done');
    return this.wait;
  }

  protected override async leave(): Promise<void> {
    this.lines.push('left');
  }
}

describe('Work in rounds', () => {
  it('begins at once, and again after each pause', async () => {
    const diary = new Diary(1);
    diary.start();
    expect(diary.lines).toEqual(['round']);
    await until(() => diary.lines.length > 4);
    await diary.stop();
    expect(diary.lines.slice(0, 4)).toEqual(['round', 'done', 'round', 'done']);
  });

  it('ends a pause at once, and leaves behind the last round', async () => {
    const diary = new Diary(FOR_EVER_MS);
    diary.start();
    await until(() => diary.lines.includes('done'));
    await diary.stop();
    expect(diary.lines).toEqual(['round', 'done', 'left']);
  });

  it('waits for the round that is under way, which sees that it is to end', async () => {
    const diary = new Diary(FOR_EVER_MS);
    let letGo = (): void => undefined;
    diary.held = new Promise((resolve) => (letGo = resolve));
    diary.start();
    const stopped = diary.stop();
    expect(diary.lines).toEqual(['round']);
    letGo();
    await stopped;
    expect(diary.lines).toEqual(['round', 'told to end', 'left']);
  });

  it('begins anew after an end, and leaves nothing that it never began', async () => {
    const diary = new Diary(FOR_EVER_MS);
    await diary.stop();
    expect(diary.lines).toEqual([]);
    for (const _ of [1, 2]) {
      diary.start();
      await until(() => diary.lines.at(-1) === 'done');
      await diary.stop();
    }
    expect(diary.lines).toEqual(['round', 'done', 'left', 'round', 'done', 'left']);
  });
});

describe('Who looks for work', () => {
  it('looks again soon where there was some, and twice as late each time where there was none', () => {
    const wait = new IdleWait(20, 100);
    expect([false, false, false, false, true, false].map((found) => wait.after(found))).toEqual([40, 80, 100, 100, 20, 40]);
  });
});
