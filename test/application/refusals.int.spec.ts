import { randomUUID } from 'node:crypto';
import { LineWriter } from '../../src/application/shared/line-writer.js';
import { pause } from '../../src/application/shared/pause.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import { Refusals, type Refusal } from '../../src/application/shared/refusals.js';
import { KeyBroken, KeyGone, type Journal } from '../../src/application/shared/ports.js';
import type { ActorEvent } from '../../src/domain/access/passage.js';
import { nameOf } from '../../src/domain/shared/actor.js';
import { ShiftedClock } from '../support/command-side.js';
import { LINES_KNOWN, operatorNamed, watched } from '../support/lines.js';
import { sealedHouse, type SealedLog } from '../support/sealed-log.js';
import { FLIP_WRAPPED } from '../support/whole-keys.js';

const MINUTE = 60_000;
let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let other: SealedLog;
const clock = new ShiftedClock();

/** Moves the clocks of the processes and of the store to so many milliseconds behind the beginning of the next minute. */
const moveInto = async (milliseconds: number): Promise<void> => {
  const now = Date.now() + clock.offset;
  clock.offset += MINUTE - (now % MINUTE) + milliseconds;
  await house.shiftClock(clock.offset);
};

beforeAll(async () => {
  house = await sealedHouse();
  [log, other] = [await house.process(LINES_KNOWN), await house.process(LINES_KNOWN)];
});
afterAll(() => house.close());
// Every test begins with a minute of its own.
beforeEach(() => moveInto(5_000));

let people = 0;
const somebody = () => operatorNamed(`agent-${++people}`);
type Somebody = ReturnType<typeof somebody>;
const recorderOn = ({ secrets }: SealedLog, journal: Journal) => new PassageRecorder(journal, clock, secrets);
const on = (one: SealedLog) => recorderOn(one, one.journal);
const asked = (who: Somebody, n = 0) => ({ who, cause: `cause-${n}`, corr: `cause-${n}` });
const refusal = (target = 'space-a', reason = 'access/nothing-here') => ({ action: 'SeeSpace', target, reason });

const linesOf = async (who: Somebody): Promise<readonly ActorEvent[]> =>
  (await log.journal.read<ActorEvent>(`actor-${log.secrets.digest('actor', nameOf(who))}`)).facts.map(({ event }) => event);
const typesOf = async (who: Somebody) => (await linesOf(who)).map(({ type }) => type);
const again = (lines: readonly ActorEvent[]): number =>
  lines.reduce((sum, line) => sum + (line.type === 'AccessDeniedAgain' ? line.count : 0), 0);

describe('Refusals', () => {
  it('the first of its minute is durable before anybody is answered, whoever asks at the same moment', async () => {
    const who = somebody();
    const recorder = on(log);
    await Promise.all(
      [1, 2, 3].map(async (n) => {
        await recorder.refuse(who, { ...refusal(), document: 'doc-1' }, asked(who, n));
        expect(await linesOf(who)).toEqual([
          { type: 'AccessDenied', v: 1, ...refusal(), document: 'doc-1', minute: clock.now().slice(0, 16) },
        ]);
      }),
    );
    await recorder.stop();
  });

  it('further ones of the minute are a number, written when the process ends', async () => {
    const who = somebody();
    const recorder = on(log);
    const minute = clock.now().slice(0, 16);
    for (let n = 0; n < 10; n += 1) await recorder.refuse(who, refusal(), asked(who, n));
    expect(await typesOf(who)).toEqual(['AccessDenied']);
    await recorder.stop();
    const { target, reason } = refusal();
    expect((await linesOf(who)).slice(1)).toEqual([{ type: 'AccessDeniedAgain', v: 1, target, reason, minute, count: 9, veil: null }]);
    await recorder.stop();
    expect(await typesOf(who)).toHaveLength(2);
  });

  it('and by itself when the minute is over', async () => {
    const who = somebody();
    const recorder = on(log);
    await moveInto(MINUTE - 700);
    await Promise.all([1, 2, 3].map((n) => recorder.refuse(who, refusal(), asked(who, n))));
    while ((await linesOf(who)).length < 2) await pause(20);
    expect(again(await linesOf(who))).toBe(2);
    await recorder.refuse(who, refusal(), asked(who));
    expect(await typesOf(who)).toEqual(['AccessDenied', 'AccessDeniedAgain', 'AccessDenied']);
  });

  it('another space and another reason have lines of their own, in the same minute', async () => {
    const who = somebody();
    const recorder = on(log);
    const kinds = [refusal(), refusal('space-b'), refusal('space-a', 'access/not-allowed')];
    await Promise.all([...kinds, ...kinds].map((one) => recorder.refuse(who, one, asked(who))));
    await recorder.stop();
    expect((await typesOf(who)).sort()).toEqual([...kinds.map(() => 'AccessDenied'), ...kinds.map(() => 'AccessDeniedAgain')]);
  });

  it('what is hidden has a line and a number of its own, whichever came first, and so has the open', async () => {
    const open: Refusal = refusal();
    const secret: Refusal = { ...open, veil: 'veil-of-the-visit' };
    for (const order of [
      [open, secret, secret],
      [secret, open, open],
    ]) {
      const [who, recorder] = [somebody(), on(log)];
      for (const one of order) await recorder.refuse(who, one, asked(who));
      await recorder.stop();
      const lines = (await linesOf(who)).map((line) => [line.type, line.veil ?? null, line.type === 'AccessDeniedAgain' ? line.count : 1]);
      const [first, second] = [order[0]?.veil ?? null, order[1]?.veil ?? null];
      expect(lines).toEqual([
        ['AccessDenied', first, 1],
        ['AccessDenied', second, 1],
        ['AccessDeniedAgain', second, 1],
      ]);
    }
  });

  it('under the veil of a document, what was tried in secret is not counted on what was tried in the open', async () => {
    const [who, recorder] = [somebody(), on(log)];
    const hidden = { ...refusal(), document: 'doc-1', veil: 'veil-of-the-document' };
    for (const secretly of [{}, { secret: true as const }, { secret: true as const }, {}])
      await recorder.refuse(who, hidden, { ...asked(who), ...secretly });
    await recorder.stop();
    const { facts } = await log.journal.read<ActorEvent>(`actor-${log.secrets.digest('actor', nameOf(who))}`);
    const lines = facts.map(({ event, meta }) => [event.type, meta.secret === true]);
    expect(lines.slice(0, 2)).toEqual([
      ['AccessDenied', false],
      ['AccessDenied', true],
    ]);
    expect(lines.slice(2).sort()).toEqual([
      ['AccessDeniedAgain', false],
      ['AccessDeniedAgain', true],
    ]);
  });

  it('two processes write one line a minute, and lose no number', async () => {
    const who = somebody();
    const recorders = [on(log), on(other)];
    const kinds = Array.from({ length: 12 }, (_, n) => refusal(`space-${n}`));
    await Promise.all(recorders.flatMap((recorder) => [...kinds, ...kinds].map((one) => recorder.refuse(who, one, asked(who)))));
    for (const recorder of recorders) await recorder.stop();
    const lines = await linesOf(who);
    const first = lines.flatMap((line) => (line.type === 'AccessDenied' ? [line.target] : []));
    expect(first.sort()).toEqual(kinds.map(({ target }) => target).sort());
    expect(again(lines)).toBe(3 * kinds.length);
  });

  it('a process that comes later finds the line of the minute without reading all that its actor ever was refused', async () => {
    const who = somebody();
    const earlier = on(log);
    for (let n = 0; n < 4; n += 1)
      await Promise.all(Array.from({ length: 50 }, (_, k) => earlier.refuse(who, refusal(`space-${n}-${k}`), asked(who))));
    await moveInto(5_000);
    await earlier.refuse(who, refusal(), asked(who));
    const seen = watched(other);
    const later = recorderOn(other, seen.journal);
    for (let n = 0; n < 5; n += 1) await later.refuse(who, refusal(), asked(who));
    expect(seen.readFrom).toEqual([201 - 64]);
    await later.stop();
    await earlier.stop();
    expect(again(await linesOf(who))).toBe(5);
    expect(await typesOf(who)).toHaveLength(202);
  });

  it('remembers so many kinds and no more: numbers of the oldest are written early, and no line twice', async () => {
    const who = somebody();
    const writer = new LineWriter(log.journal, clock);
    const refusals = new Refusals(writer, clock, log.secrets, 3);
    const kinds = Array.from({ length: 8 }, (_, n) => refusal(`space-${n}`));
    for (const one of [...kinds, ...kinds, ...kinds]) await refusals.refuse(who, one, asked(who));
    await refusals.stop();
    const lines = await linesOf(who);
    expect(lines.filter(({ type }) => type === 'AccessDenied')).toHaveLength(8);
    expect(again(lines)).toBe(16);
  });

  it('at a space whose key does not open hold up nobody else’s line', async () => {
    const who = somebody();
    const recorder = on(log);
    const [broken, living] = [randomUUID(), randomUUID()];
    const at = (space: string, reason?: string) => ({ ...refusal(space, reason), space });
    await Promise.all([broken, living].map((space) => recorder.refuse(who, at(space), asked(who))));
    const { id } = await log.vault.keyFor(broken, 'life');
    await house.rows(FLIP_WRAPPED, [id]);
    for (const space of [broken, living]) log.vault.invalidate(space);
    const outcomes = await Promise.allSettled([broken, living].map((space) => recorder.refuse(who, at(space, 'blocked'), asked(who))));
    expect(outcomes).toMatchObject([{ status: 'rejected', reason: expect.any(KeyBroken) }, { status: 'fulfilled' }]);
    await house.rows(FLIP_WRAPPED, [id]);
    await recorder.stop();
    expect((await linesOf(who)).filter(({ target }) => target === living)).toHaveLength(2);
  });

  it('at a space that is gone within the minute owe no number, and hold up nobody else’s line', async () => {
    const who = somebody();
    const recorder = on(log);
    const [gone, living] = [randomUUID(), randomUUID()];
    const at = (space: string, reason?: string) => ({ ...refusal(space, reason), space });
    for (let n = 0; n < 3; n += 1) await Promise.all([gone, living].map((space) => recorder.refuse(who, at(space), asked(who, n))));
    await log.vault.destroy(gone, 'life', clock.now());
    const together = [gone, living].map((space) => recorder.refuse(who, at(space, 'blocked'), asked(who)));
    const outcomes = await Promise.allSettled(together);
    expect(outcomes).toMatchObject([{ status: 'rejected', reason: expect.any(KeyGone) }, { status: 'fulfilled' }]);
    await recorder.stop();
    const lines = await linesOf(who);
    expect(lines.map(({ type, target }) => [type, target])).toEqual(
      ['AccessDenied', 'AccessDenied', 'AccessDeniedAgain'].map((type) => [type, living]),
    );
    expect(again(lines)).toBe(2);
  });
});
