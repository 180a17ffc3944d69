import { valueOf, valuesOf } from '../../src/domain/shared/growing-map.js';
import { randomUUID } from 'node:crypto';
import { RememberingJournal } from '../../src/application/shared/remembering-journal.js';
import { pause } from '../../src/application/shared/pause.js';
import { foldOf } from '../../src/application/shared/folds.js';
import { KeyGone, type Journal, type Revision } from '../../src/application/shared/ports.js';
import { record } from '../../src/domain/record/documents.js';
import type { DocumentEvent } from '../../src/domain/record/document-vocabulary.js';
import { replay } from '../../src/domain/shared/decider.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { knownFacts } from '../../src/infrastructure/system/known-facts.js';
import * as d from '../support/documents.js';
import { entry, sealedHouse, type SealedLog } from '../support/sealed-log.js';

let house: Awaited<ReturnType<typeof sealedHouse>>;
let ours: SealedLog;
let theirs: SealedLog;
beforeAll(async () => {
  house = await sealedHouse();
  ours = await house.process(knownFacts);
  theirs = await house.process(knownFacts);
});
afterAll(() => house.close());

const DOCUMENTS = 40;
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const factsOf = (space: string, n: number): readonly [DocumentEvent, DocumentEvent] => [
  { ...d.deposited(idOf(n)), space },
  { ...d.described(idOf(n)), space },
];

/** A record of some length. */
async function longRecord(): Promise<{ readonly space: string; readonly stream: StreamName; readonly revision: number }> {
  const space = randomUUID();
  const stream = `record-${space}` as const;
  const facts = Array.from({ length: DOCUMENTS }, (_, n) => factsOf(space, n)).flat();
  const { revision } = await theirs.journal.append(entry(stream, -1, ...facts));
  return { space, stream, revision };
}

/** From where each reading of the log began. */
function remembering(log: SealedLog, mostFacts?: number, readAgainMs?: number) {
  const from: Revision[] = [];
  const { journal } = log;
  const watched = Object.assign(Object.create(journal) as Journal, {
    read: (stream: StreamName, start: Revision = 0) => (from.push(start), journal.read(stream, start)),
  });
  return { from, journal: new RememberingJournal(watched, log.vault, mostFacts, readAgainMs) };
}

describe('a stream, read again and again', () => {
  it('is read whole twice, and from then on only behind what is known', async () => {
    const { stream, revision } = await longRecord();
    const { from, journal } = remembering(ours);
    for (let n = 0; n < 4; n++) expect((await journal.read(stream)).facts).toHaveLength(2 * DOCUMENTS);
    expect(from).toEqual([0, 0, revision + 1, revision + 1]);
  });

  it('is read whole again after its time, however much it is used', async () => {
    const { stream, revision } = await longRecord();
    const { from, journal } = remembering(ours, undefined, 500);
    await journal.read(stream);
    await journal.read(stream);
    await journal.read(stream);
    await pause(500);
    await journal.read(stream);
    await journal.read(stream);
    expect(from).toEqual([0, 0, revision + 1, 0, revision + 1]);
  });

  it('has what another process wrote a moment ago, with each writer in turn', async () => {
    const { space, stream, revision } = await longRecord();
    const { journal } = remembering(ours);
    await journal.read(stream);
    await journal.read(stream);
    let expected = revision;
    for (let n = DOCUMENTS; n < DOCUMENTS + 6; n++) {
      const writer = n % 2 === 0 ? theirs : ours;
      ({ revision: expected } = await writer.journal.append(entry(stream, expected, ...factsOf(space, n))));
      const [remembered, read] = [await journal.read(stream), await theirs.journal.read(stream)];
      expect(remembered.revision).toBe(expected);
      expect(remembered.facts).toEqual(read.facts);
    }
  });

  it('folds to the same state as from its beginning, whoever folded it before', async () => {
    const { space, stream, revision } = await longRecord();
    const { journal } = remembering(ours);
    await journal.read(stream);
    const before = await journal.read<DocumentEvent>(stream);
    foldOf(record, before);
    await theirs.journal.append(entry(stream, revision, { ...d.archived(idOf(3)), space }));
    const after = await journal.read<DocumentEvent>(stream);
    expect(valueOf(foldOf(record, after).byId, idOf(3))?.status).toBe('ARCHIVED');
    const whole = replay(
      record,
      after.facts.map(({ event }) => event),
    );
    expect(valuesOf(foldOf(record, after).byId)).toEqual(valuesOf(whole.byId));
    // Somebody who still holds the shorter history is not shown the longer one.
    expect(valueOf(foldOf(record, before).byId, idOf(3))?.status).toBe('CURRENT');
  });

  it('is read among others in one go, each with what is behind it', async () => {
    const [one, two] = [await longRecord(), await longRecord()];
    const { from, journal } = remembering(ours);
    for (let n = 0; n < 2; n++) await journal.read(one.stream);
    from.length = 0;
    const read = await journal.readMany([two.stream, one.stream, `access-${one.space}`]);
    expect([read.get(one.stream)?.revision, read.get(two.stream)?.revision]).toEqual([one.revision, two.revision]);
    expect(read.get(`access-${one.space}`)?.facts).toEqual([]);
    expect(from).toEqual([one.revision + 1]);
  });

  it('is forgotten before more facts are held than may be', async () => {
    const { from, journal } = remembering(ours, 2 * DOCUMENTS + 10);
    const [one, two] = [await longRecord(), await longRecord()];
    for (const { stream } of [one, one, two, two, two]) await journal.read(stream);
    from.length = 0;
    await journal.read(two.stream);
    await journal.read(one.stream);
    expect(from).toEqual([two.revision + 1, 0]);
  });
});

describe('a key that dies', () => {
  const now = () => instantOf(Date.now());

  it('elsewhere, while it is remembered here, opens nothing of what is read anew because its ring changed', async () => {
    const { space, stream } = await longRecord();
    const { from, journal } = remembering(ours);
    expect((await journal.read(stream)).facts).not.toEqual([]);
    await theirs.vault.destroyRing(space, now());
    for (let n = 0; n < 2; n++) await expect(journal.read(stream)).rejects.toThrow(KeyGone);
    expect(from).toEqual([0, 0, 0]);
  });

  it('takes what it protected out of a long stream that is remembered', async () => {
    const { space, stream } = await longRecord();
    const { journal } = remembering(ours);
    await journal.read(stream);
    await journal.read(stream);
    await ours.vault.destroy(space, `document:${idOf(7)}`, now());
    const { facts } = await journal.read<DocumentEvent>(stream);
    expect(facts).toHaveLength(2 * DOCUMENTS - 1);
    expect(facts.some(({ event }) => event.type === 'DocumentDescribed' && event.document === idOf(7))).toBe(false);
  });

  it('takes all that it protected away, also when another process destroyed it and this one is told', async () => {
    const { space, stream } = await longRecord();
    const { journal } = remembering(ours);
    await journal.read(stream);
    await journal.read(stream);
    await theirs.vault.destroy(space, 'content', now());
    ours.vault.invalidate(space);
    await expect(journal.read(stream)).rejects.toThrow(KeyGone);
  });

  it('opens again what was only archived, as if nothing had been remembered', async () => {
    const { space, stream } = await longRecord();
    const { journal } = remembering(ours);
    await journal.read(stream);
    await journal.read(stream);
    await ours.vault.archive(space, `document:${idOf(2)}`);
    expect((await journal.read(stream)).facts).toHaveLength(2 * DOCUMENTS - 1);
    await ours.vault.restore(space, `document:${idOf(2)}`);
    expect((await journal.read(stream)).facts).toHaveLength(2 * DOCUMENTS);
  });

  it('is known in a process that nobody told once the vault looks again', async () => {
    const { space } = await longRecord();
    const before = await ours.vault.ringState(space);
    await theirs.vault.destroy(space, `document:${idOf(1)}`, now());
    expect(await theirs.vault.ringState(space)).not.toBe(before);
    ours.vault.invalidate(space);
    expect(await ours.vault.ringState(space)).toBe(await theirs.vault.ringState(space));
  });
});
