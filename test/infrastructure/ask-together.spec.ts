import { DatabaseError } from 'pg';
import { AskTogether } from '../../src/infrastructure/postgres/ask-together.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Statements that end when the test says so; the answer to a question is its double, and to a negative one there is none. */
function statements(limits = { most: 3, lanes: 1 }, code = '57014') {
  const failure = (message: string) => Object.assign(new DatabaseError(message, message.length, 'error'), { code });
  const running: { readonly asked: readonly number[]; readonly end: () => void }[] = [];
  const askAll = (asked: readonly number[]) =>
    new Promise<readonly number[]>((resolve, reject) => {
      const end = () => (asked.some((n) => n < 0) ? reject(failure(`not ${String(asked)}`)) : resolve(asked.map((n) => n * 2)));
      running.push({ asked, end });
    });
  return { running, together: new AskTogether(askAll, limits) };
}
const endAll = async (running: readonly { readonly end: () => void }[]) => {
  for (let n = 0; n < running.length; n++) {
    running[n]?.end();
    await turn();
    await turn();
  }
};

describe('Asking together', () => {
  it('puts what is asked in one turn into one statement, and gives everybody his own answer', async () => {
    const { running, together } = statements();
    const answers = Promise.all([1, 2, 3].map((n) => together.ask(n)));
    await turn();
    expect(running.map(({ asked }) => asked)).toEqual([[1, 2, 3]]);
    await endAll(running);
    expect(await answers).toEqual([2, 4, 6]);
  });

  it('keeps what comes while all lanes are busy for the next statement, no more than fit', async () => {
    const { running, together } = statements();
    const answers = [together.ask(1)];
    await turn();
    for (const n of [2, 3, 4, 5]) answers.push(together.ask(n));
    await turn();
    expect(running).toHaveLength(1);
    await endAll(running);
    expect(running.map(({ asked }) => asked)).toEqual([[1], [2, 3, 4], [5]]);
    expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10]);
  });

  it('has as many statements under way as there are lanes', async () => {
    const { running, together } = statements({ most: 2, lanes: 2 });
    const answers = Promise.all([1, 2, 3, 4, 5].map((n) => together.ask(n)));
    await turn();
    expect(running.map(({ asked }) => asked)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    await endAll(running);
    expect(await answers).toHaveLength(5);
  });

  it('asks each by itself when a statement failed: what troubles one troubles nobody beside it', async () => {
    const { running, together } = statements();
    const answers = Promise.allSettled([1, -2, 3].map((n) => together.ask(n)));
    await turn();
    await endAll(running);
    expect((await answers).map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))).toEqual([
      2,
      'not -2',
      6,
    ]);
    expect(running.map(({ asked }) => asked)).toEqual([[1, -2, 3], [1], [-2], [3]]);
  });

  it('does not ask one by one where the server is away: each of them would wait as long', async () => {
    const { running, together } = statements(undefined, '08006');
    const answers = Promise.allSettled([1, -2, 3].map((n) => together.ask(n)));
    await turn();
    await endAll(running);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(running).toHaveLength(1);
  });

  it('takes too few answers for an error, not for nothing', async () => {
    const together = new AskTogether(async (_: readonly number[]) => Promise.resolve<number[]>([]), { most: 3, lanes: 1 });
    await expect(together.ask(1)).rejects.toThrow('not as many answers as questions');
  });
});
