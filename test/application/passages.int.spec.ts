import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import { KeyGone, StoreUnavailable } from '../../src/application/shared/ports.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import { idOf, type StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { allOf } from '../infrastructure/event-store/samples.js';
import { ShiftedClock } from '../support/command-side.js';
import { idsIn, LINES_KNOWN, newStream, operatorNamed, watched } from '../support/lines.js';
import { holdingAppends } from '../support/lying-log.js';
import { sealedHouse, type SealedLog } from '../support/sealed-log.js';

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let other: SealedLog;
beforeAll(async () => {
  house = await sealedHouse();
  [log, other] = [await house.process(LINES_KNOWN), await house.process(LINES_KNOWN)];
});
afterAll(() => house.close());

const clock = new ShiftedClock();
const recorderOn = ({ journal, secrets }: Pick<SealedLog, 'journal' | 'secrets'>) => new PassageRecorder(journal, clock, secrets);
const looked = (action: string) => ({ type: 'AccessGranted', v: 1, action });
const teleported: Tagged & { v: number } = { type: 'Teleported', v: 1 };
const by = (name: string) => ({ who: operatorNamed(name), cause: `cause-${name}`, corr: `request-${name}` });
const many = (count: number) => Array.from({ length: count }, (_, n) => `agent-${n}`);

describe('Passages that wait at the same moment', () => {
  it('go into one stream together, each with its own circumstances, and each is answered when it is durable', async () => {
    const seen = watched(log);
    const recorder = recorderOn({ ...log, journal: seen.journal as SealedLog['journal'] });
    const stream = newStream('passage');
    await recorder.record(stream, looked('First'), by('first'));
    await Promise.all(
      many(64).map(async (name) => {
        await recorder.record(stream, looked(`See-${name}`), by(name));
        const { facts } = await other.journal.read(stream);
        expect(facts.some(({ event, meta }) => 'action' in event && event.action === `See-${name}` && meta.cause === `cause-${name}`)).toBe(
          true,
        );
      }),
    );
    expect(seen.appended).toEqual([1, 64]);
    const { facts } = await other.journal.read<ReturnType<typeof looked>>(stream);
    expect(facts.map(({ event, meta }) => [event.action, meta.who, meta.corr]).slice(1)).toEqual(
      many(64).map((name) => [`See-${name}`, operatorNamed(name), `request-${name}`]),
    );
  });

  it('never have the same id, not even the same question of the same person in the same millisecond', async () => {
    const stream = newStream('passage');
    const recorder = recorderOn(log);
    await Promise.all(many(40).map(() => recorder.record(stream, looked('SeeSpace'), by('same'))));
    const ids = await idsIn(log, stream);
    expect([ids.length, new Set(ids).size]).toEqual([40, 40]);
  });

  it('go to many streams in one journey', async () => {
    const streams = many(30).map(() => newStream('passage'));
    const before = await log.journal.head();
    const recorder = recorderOn(log);
    await Promise.all(streams.map((stream) => recorder.record(stream, looked('SeeSpace'), by('one'))));
    const written = await log.journal.readMany(streams);
    expect([...written.values()].map(({ revision }) => revision)).toEqual(streams.map(() => 0));
    expect(await allOf(log.store, before)).toHaveLength(30);
  });

  it('open a new veil once, however many come first', async () => {
    const stream = newStream('veil');
    const opening = { type: 'VeilOpened', v: 1, space: 'x', hiddenFrom: ['REPRESENTATIVES'] };
    await Promise.all(
      [log, other].flatMap((one) => {
        const recorder = recorderOn(one);
        return many(5).map((name) => recorder.record(stream, looked('SeeDocument'), by(name), opening));
      }),
    );
    const { facts } = await log.journal.read(stream);
    expect(facts.map(({ event }) => event.type)).toEqual(['VeilOpened', ...many(10).map(() => 'AccessGranted')]);
    expect(new Set(await idsIn(log, stream)).size).toBe(11);
  });

  it('of two processes lie there all, each once', async () => {
    const stream = newStream('passage');
    const recorders = [log, other].map(recorderOn);
    await Promise.all(
      recorders.flatMap((recorder, k) => many(30).map((name) => recorder.record(stream, looked(`See-${name}-${k}`), by(name)))),
    );
    const { facts } = await log.journal.read<ReturnType<typeof looked>>(stream);
    const expected = [0, 1].flatMap((k) => many(30).map((name) => `See-${name}-${k}`));
    expect(facts.map(({ event }) => event.action).sort()).toEqual(expected.sort());
  });
});

describe('A line that cannot be written', () => {
  const outcomes = async (lines: readonly Promise<void>[]) =>
    (await Promise.allSettled(lines)).map((one) => (one.status === 'fulfilled' ? 'written' : (one.reason as Error).constructor));

  it('under a destroyed key fails those of its stream, and no other', async () => {
    const [gone, living] = [newStream('passage'), newStream('passage')];
    await log.vault.destroy(idOf(gone), 'trace', instantOf(Date.now()));
    const recorder = recorderOn(log);
    const lines = [gone, living, gone].map((stream) => recorder.record(stream, looked('SeeSpace'), by('one')));
    expect(await outcomes(lines)).toEqual([KeyGone, 'written', KeyGone]);
  });

  it('because of what it says fails alone, in its stream too', async () => {
    const [stream, second] = [newStream('passage'), newStream('passage')];
    const recorder = recorderOn(log);
    const lines = [
      recorder.record(stream, looked('SeeSpace'), by('one')),
      recorder.record(stream, teleported, by('two')),
      recorder.record(stream, looked('SeeSpace'), by('three')),
      recorder.record(second, looked('SeeSpace'), by('four')),
    ];
    expect(await outcomes(lines)).toEqual(['written', Error, 'written', 'written']);
    expect((await log.journal.read(stream)).revision).toBe(1);
  });

  it('within two seconds is given up and never written; one on its way has the outcome that the store gives it', async () => {
    const stream: StreamName = newStream('passage');
    const recorder = recorderOn(log);
    await recorder.record(stream, looked('First'), by('one'));
    const over = await holdingAppends(house, house.url);
    let pending = true;
    const sent = recorder.record(stream, looked('Sent'), by('two')).finally(() => (pending = false));
    try {
      await new Promise((resolve) => setImmediate(resolve));
      await expect(recorder.record(stream, looked('Waiting'), by('three'))).rejects.toThrow(StoreUnavailable);
      expect(pending).toBe(true);
    } finally {
      await over();
    }
    // The clock is judged by when the line came to the store: it was right then, so the line is written, and its answer may be given.
    await sent;
    await recorder.record(stream, looked('After'), by('four'));
    const { facts } = await log.journal.read<ReturnType<typeof looked>>(stream);
    expect(facts.map(({ event }) => event.action)).toEqual(['First', 'Sent', 'After']);
  });
});
