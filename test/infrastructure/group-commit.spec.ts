import type { Append, AppendOutcome } from '../../src/application/shared/event-store.js';
import { GroupCommit, type Arrived } from '../../src/infrastructure/eventstore/postgres/group-commit.js';

const event = { header: Buffer.of(1), body: Buffer.of(2) };
const appendTo = (stream: string, expected = -1, events = [event]): Append => ({ stream: `space-${stream}`, expected, at: 0, events });
const written = ({ expected }: Append): AppendOutcome => ({ outcome: 'written', position: 1n, revision: expected + 1, resent: false });
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Commits that end when the test says so. */
function commits(lanes: number, maxEvents = 1_024) {
  const running: { readonly appends: readonly Append[]; readonly end: () => void }[] = [];
  const commit = (arrived: readonly Arrived[]) =>
    new Promise<readonly AppendOutcome[]>((resolve) => {
      const appends = arrived.map(({ append }) => append);
      running.push({ appends, end: () => resolve(appends.map(written)) });
    });
  return { running, group: new GroupCommit(commit, { lanes, maxEvents, maxBytes: 1_000_000 }) };
}

describe('Group commit', () => {
  it('divides what waits among the lanes that are free', async () => {
    const { running, group } = commits(2);
    const all = Array.from({ length: 160 }, (_, n) => group.submit(appendTo(String(n))));
    await turn();
    expect(running.map(({ appends }) => appends.length)).toEqual([80, 80]);
    for (const { end } of running) end();
    expect(await Promise.all(all)).toHaveLength(160);
  });

  it('leaves few together: a commit of their own would cost more than it saves', async () => {
    const { running, group } = commits(2);
    const all = Array.from({ length: 60 }, (_, n) => group.submit(appendTo(String(n))));
    await turn();
    expect(running.map(({ appends }) => appends.length)).toEqual([60]);
    running[0]?.end();
    await Promise.all(all);
  });

  it('keeps appends on one stream in line, over all lanes', async () => {
    const { running, group } = commits(2);
    const both = [group.submit(appendTo('a')), group.submit(appendTo('a', 0))];
    const other = group.submit(appendTo('b'));
    await turn();
    expect(running.map(({ appends }) => appends.map(({ stream, expected }) => `${stream}@${expected}`))).toEqual([
      ['space-a@-1', 'space-b@-1'],
    ]);
    running[0]?.end();
    await other;
    await turn();
    await turn();
    expect(running[1]?.appends).toEqual([appendTo('a', 0)]);
    running[1]?.end();
    expect(await Promise.all(both)).toEqual([written(appendTo('a')), written(appendTo('a', 0))]);
  });

  it('takes no more than its most into one transaction, and is drained when all have their outcome', async () => {
    const { running, group } = commits(1, 10);
    const all = Array.from({ length: 25 }, (_, n) => group.submit(appendTo(String(n))));
    const drained = group.drained();
    for (let n = 0; n < 3; n++) {
      await turn();
      running[n]?.end();
      await turn();
    }
    await drained;
    expect(running.map(({ appends }) => appends.length)).toEqual([10, 10, 5]);
    expect(await Promise.all(all)).toHaveLength(25);
  });

  it('counts the events of a transaction, not the appends, and leaves an append whole', async () => {
    const { running, group } = commits(1, 10);
    const all = Array.from({ length: 8 }, (_, n) => group.submit(appendTo(String(n), -1, [event, event, event])));
    await turn();
    expect(running.map(({ appends }) => appends.length)).toEqual([4]);
    running[0]?.end();
    await turn();
    await turn();
    running[1]?.end();
    expect(await Promise.all(all)).toHaveLength(8);
  });

  it('gives a call with many appends an outcome for each, in their order, over all transactions', async () => {
    const { running, group } = commits(2, 2);
    const appends = Array.from({ length: 5 }, (_, n) => appendTo(String(n), n));
    const outcomes = group.submitMany(appends);
    for (const end of [1, 0, 2]) {
      await turn();
      running[end]?.end();
      await turn();
    }
    expect(await outcomes).toEqual(appends.map(written));
    expect(await group.submitMany([])).toEqual([]);
  });
});
