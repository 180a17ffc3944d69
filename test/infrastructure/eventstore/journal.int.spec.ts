import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { ConcurrencyConflict, KeyGone, StoreUnavailable, UnreadableEvent } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { address } from '../../../src/infrastructure/eventstore/codec.js';
import { eventId } from '../../../src/infrastructure/eventstore/event-id.js';
import { LINES_KNOWN } from '../../support/lines.js';
import { refused } from '../../support/record-facts.js';
import { entry, KNOWN, meta, sealedHouse, type SealedLog } from '../../support/sealed-log.js';

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
const died = '2036-02-01T00:00:00.000Z' as Instant;
const opposed = { type: 'OppositionRegistered', v: 1, channel: 'WEB' };
const deposited = { type: 'DocumentDeposited', v: 1, title: 'CR de consultation' };
const fresh = <C extends string>(category: C): StreamName => `${category}-${randomUUID()}`;

beforeAll(async () => {
  house = await sealedHouse();
  log = await house.process();
});
afterAll(() => house.close());

describe('the journal', () => {
  it('gives back what was appended, in order, with its circumstances, to every process', async () => {
    const stream = fresh('space');
    const first = entry(stream, -1, opposed, { ...opposed, channel: 'PHONE_3422' });
    const written = await log.journal.append(first);
    expect(written.revision).toBe(1);
    for (const reader of [log, await house.process()]) {
      const { facts, revision } = await reader.journal.read(stream);
      expect(revision).toBe(1);
      expect(facts.map(({ event, stream: where, rev, at, meta: m }) => ({ event, where, rev, at, m }))).toEqual(
        first.facts.map((event, rev) => ({ event, where: stream, rev, at: first.at, m: first.meta })),
      );
      expect(facts.at(-1)?.position).toBe(written.position);
    }
    expect(await log.journal.head()).toBe(written.position);
  });

  it('knows a stream that is not there as empty', async () => {
    const [a, b] = [fresh('space'), fresh('record')];
    expect(await log.journal.read(a)).toEqual({ facts: [], revision: -1 });
    await log.journal.append(entry(b, -1, deposited));
    const many = await log.journal.readMany([a, b]);
    expect([...many].map(([stream, { revision }]) => [stream, revision])).toEqual([
      [a, -1],
      [b, 0],
    ]);
  });

  it('tells who was slower', async () => {
    const stream = fresh('space');
    await log.journal.append(entry(stream, -1, opposed));
    await expect(log.journal.append(entry(stream, -1, opposed))).rejects.toMatchObject({
      constructor: ConcurrencyConflict,
      stream,
      actual: 0,
    });
  });

  it('appends to many streams with an outcome for each', async () => {
    const streams = Array.from({ length: 50 }, () => fresh('space'));
    await log.journal.append(entry(streams[7]!, -1, opposed));
    const outcomes = await log.journal.appendMany(streams.map((stream) => entry(stream, -1, opposed)));
    expect(outcomes.filter((outcome) => outcome instanceof ConcurrencyConflict)).toHaveLength(1);
    expect(outcomes[7]).toBeInstanceOf(ConcurrencyConflict);
    const histories = await log.journal.readMany(streams);
    expect([...histories.values()].every(({ revision }) => revision === 0)).toBe(true);
  });

  it('promises nothing under a clock that is off, and raises the alarm', async () => {
    const late = { ...entry(fresh('space'), -1, opposed), at: instantOf(Date.now() - 60_000) };
    await expect(log.journal.append(late)).rejects.toThrow(StoreUnavailable);
    expect(log.alarms.some((reason) => reason.includes('clock'))).toBe(true);
  });

  it('takes the time between the reading of the clock and the store for time, and no alarm for it', async () => {
    const alarms = log.alarms.length;
    const slow = { ...entry(fresh('space'), -1, opposed), at: instantOf(Date.now() - 5_000) };
    expect(await log.journal.append(slow)).toMatchObject({ revision: 0 });
    expect(log.alarms).toHaveLength(alarms);
  });

  it('gives an event the same id on a retry of its command, and another in another stream', async () => {
    const [a, b] = [fresh('space'), fresh('space')];
    const circumstances = meta();
    const ids: string[] = [];
    for (const reader of [log, await house.process()]) {
      const one = fresh('space');
      await reader.journal.append({ ...entry(one, -1, opposed), meta: circumstances });
      ids.push(address((await log.store.read(one))[0]!).header.id);
    }
    expect(new Set(ids).size).toBe(2);
    await log.journal.append({ ...entry(a, -1, opposed), meta: circumstances });
    await expect((await house.process()).journal.append({ ...entry(a, -1, opposed), meta: circumstances })).rejects.toThrow(
      ConcurrencyConflict,
    );
    await log.journal.append({ ...entry(b, -1, opposed), meta: circumstances });
    const [inA, inB] = await Promise.all([a, b].map(async (stream) => address((await log.store.read(stream))[0]!).header.id));
    expect(inA).not.toBe(inB);
  });

  it('takes facts with circumstances of their own in one append, with the ids that each would have alone', async () => {
    const [stream, alone] = [fresh('space'), fresh('space')];
    const [one, two] = [meta({ corr: 'request-1' }), meta({ corr: 'request-2' })];
    await log.journal.append({ ...entry(stream, -1, opposed, opposed, opposed, opposed), meta: [one, two, one, two] });
    const { facts } = await log.journal.read(stream);
    expect(facts.map(({ meta: its }) => its)).toEqual([one, two, one, two]);
    const ids = (await log.store.read(stream)).map((event) => address(event).header.id);
    const idOfFact = (command: string, index: number) => eventId(log.secrets, command, stream, index);
    expect(ids).toEqual([0, 1].flatMap((index) => [one, two].map(({ command }) => idOfFact(command.id, index))));
    await expect(log.journal.append({ ...entry(alone, -1, opposed, opposed), meta: [one] })).rejects.toThrow('its circumstances');
  });

  it('reads the end of a stream alone', async () => {
    const stream = fresh('space');
    await log.journal.append(entry(stream, -1, opposed, opposed, opposed));
    const { facts, revision } = await log.journal.read(stream, 2);
    expect([facts.map(({ rev }) => rev), revision]).toEqual([[2], 2]);
    expect(await log.journal.read(stream, 3)).toEqual({ facts: [], revision: 2 });
  });

  it.each([
    ['a type that is not in the catalogue', { type: 'SpaceTeleported', v: 1 }],
    ['a type of another category', deposited],
    ['a version of yesterday', { type: 'EmailChanged', v: 1 }],
    ['a version of tomorrow', { type: 'OppositionRegistered', v: 2 }],
  ])('never writes %s', async (_what, fact) => {
    const stream = fresh('space');
    await expect(log.journal.append(entry(stream, -1, fact))).rejects.toThrow('not written in space streams');
    expect(await log.store.read(stream)).toEqual([]);
  });

  it('writes nothing that JSON would change on the way', async () => {
    await expect(log.journal.append(entry(fresh('space'), -1, { ...opposed, weight: 71.5 }))).rejects.toThrow('safe integer');
    await expect(log.journal.append(entry(fresh('space'), -1))).rejects.toThrow('at least one fact');
  });
});

describe('older and unknown facts', () => {
  const old = { ...KNOWN, space: { ...KNOWN['space'], EmailChanged: 1, SpaceTeleported: 1 } };

  it('are read in the form of today', async () => {
    const stream = fresh('space');
    await (await house.process(old)).journal.append(entry(stream, -1, { type: 'EmailChanged', v: 1, mail: 'a' }));
    const upcasts = { 'EmailChanged@1': (was: object) => ({ type: 'EmailChanged', v: 2, email: (was as { mail: string }).mail }) };
    const { facts } = await (await house.process(KNOWN, upcasts)).journal.read(stream);
    expect(facts.map(({ event }) => event)).toEqual([{ type: 'EmailChanged', v: 2, email: 'a' }]);
  });

  it.each([
    ['a version without an upcast', { type: 'EmailChanged', v: 1, mail: 'a' }],
    ['an unknown type', { type: 'SpaceTeleported', v: 1 }],
  ])('stop the reader when there is no way to read them: %s', async (_what, fact) => {
    const stream = fresh('space');
    await (await house.process(old)).journal.append(entry(stream, -1, fact));
    await expect(log.journal.read(stream)).rejects.toMatchObject({ constructor: UnreadableEvent, stream, rev: 0 });
    const met = await log.store.read(stream).then((events) => log.journal.decodeBatch(events));
    expect(met).toEqual([{ held: true, stream, rev: 0, position: met[0]?.position }]);
  });

  it('stop the reader when an upcast leads nowhere', async () => {
    const stream = fresh('space');
    await (await house.process(old)).journal.append(entry(stream, -1, { type: 'EmailChanged', v: 1 }));
    const reader = await house.process(KNOWN, { 'EmailChanged@1': (same) => same });
    await expect(reader.journal.read(stream)).rejects.toThrow(UnreadableEvent);
  });
});

describe('a missing event', () => {
  it('stops the reader: a fold over a gap would decide wrongly', async () => {
    const stream = fresh('space');
    await log.journal.append(entry(stream, -1, opposed, opposed, opposed));
    const [first, , third] = await log.store.read(stream);
    expect(await log.journal.decodeBatch([first, third] as StoredEvent[])).toMatchObject([{ rev: 0 }, { held: true, rev: 2 }]);
  });
});

describe('the keys of a space', () => {
  it('are one for its life and access, one for content, one for traces', async () => {
    const id = randomUUID();
    await log.journal.append(entry(`space-${id}`, -1, opposed));
    await log.journal.append(entry(`record-${id}`, -1, deposited));
    await log.journal.append(entry(`passage-${id}`, -1, { type: 'AccessGranted', v: 1 }));
    expect(await house.rows('SELECT purpose FROM vault.key WHERE owner = $1 ORDER BY 1', [id])).toEqual([
      { purpose: 1 },
      { purpose: 2 },
      { purpose: 3 },
    ]);
  });

  it('archived: content stays shut for readers, writers and subscribers, the life of the space does not', async () => {
    const id = randomUUID();
    const [space, record] = [`space-${id}`, `record-${id}`] as const;
    await log.journal.append(entry(space, -1, opposed));
    await log.journal.append(entry(record, -1, deposited));
    await log.vault.archive(id, 'content');
    await expect(log.journal.read(record)).rejects.toThrow(KeyGone);
    await expect(log.journal.append(entry(record, 0, deposited))).rejects.toThrow(KeyGone);
    const stored = await log.store.readMany([space, record]);
    const [life, content] = await log.journal.decodeBatch([...stored.get(space)!, ...stored.get(record)!]);
    expect(life).toMatchObject({ event: opposed });
    const { position } = stored.get(record)![0]!;
    expect(content).toEqual({ sealed: true, released: false, archived: true, stream: record, rev: 0, position });
    await log.vault.restore(id, 'content');
    expect((await log.journal.read(record)).facts[0]?.event).toEqual(deposited);
  });

  it('destroyed: nothing opens it again, and nothing is written under it', async () => {
    const id = randomUUID();
    await log.journal.append(entry(`record-${id}`, -1, deposited));
    await log.vault.destroy(id, 'content', died);
    await expect(log.journal.read(`record-${id}`)).rejects.toThrow(KeyGone);
    await expect(log.journal.append(entry(`record-${id}`, 0, deposited))).rejects.toThrow(KeyGone);
    const events = await log.store.read(`record-${id}`);
    expect(await log.journal.decodeBatch(events)).toMatchObject([{ sealed: true, archived: false, rev: 0 }]);
  });

  it('gone for one space: the others of the same batch are written', async () => {
    const [gone, alive] = [randomUUID(), randomUUID()];
    await log.vault.destroy(gone, 'content', died);
    const outcomes = await log.journal.appendMany([gone, alive].map((id) => entry(`record-${id}`, -1, deposited)));
    expect(outcomes[0]).toBeInstanceOf(KeyGone);
    expect(outcomes[1]).toMatchObject({ revision: 0 });
    expect((await log.journal.appendMany([entry(`record-${gone}`, -1, deposited)]))[0]).toBeInstanceOf(KeyGone);
    expect(await log.store.read(`record-${gone}`)).toEqual([]);
  });

  it('lost by the vault: the event is unreadable, not skipped', async () => {
    const id = randomUUID();
    await log.journal.append(entry(`record-${id}`, -1, deposited));
    await house.rows('DELETE FROM vault.key WHERE owner = $1', [id]);
    await expect((await house.process()).journal.read(`record-${id}`)).rejects.toThrow('does not know its key');
  });

  it('are not needed for public facts, which any process reads', async () => {
    const stream = fresh('campaign');
    await log.journal.append(entry(stream, -1, { type: 'CampaignDayCounted', v: 1, day: '2026-01-05', invited: 12 }));
    await log.vault.destroy(stream.slice('campaign-'.length), 'own', died);
    expect((await log.journal.read(stream)).facts[0]?.event).toMatchObject({ invited: 12 });
  });

  it('shut what an actor was refused there, and nothing else of his stream', async () => {
    const [space, stream] = [randomUUID(), fresh('actor')];
    const { journal } = await house.process({ ...KNOWN, ...LINES_KNOWN });
    const [there, elsewhere] = [refused(space, { space }), refused(randomUUID())];
    await journal.append(entry(stream, -1, there, elsewhere, there));
    expect(await house.rows('SELECT purpose FROM vault.key WHERE owner = $1', [space])).toEqual([{ purpose: 1 }]);
    await log.vault.destroy(space, 'life', died);
    const { journal: later } = await house.process({ ...KNOWN, ...LINES_KNOWN });
    expect(await later.read(stream)).toMatchObject({ facts: [{ event: elsewhere, rev: 1 }], revision: 2 });
    expect(await later.read(stream, 2)).toEqual({ facts: [], revision: 2 });
    await expect(later.append(entry(stream, 2, there))).rejects.toThrow(KeyGone);
    expect(await later.append(entry(stream, 2, elsewhere))).toMatchObject({ revision: 3 });
  });
});
