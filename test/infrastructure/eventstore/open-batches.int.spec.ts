import { randomUUID } from 'node:crypto';
import type { FactBatch } from '../../../src/application/shared/fact-reader.js';
import { pause } from '../../../src/application/shared/pause.js';
import { parted } from '../../../src/application/shared/standstill.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { openedAhead, openedAlone, type BatchDecoder } from '../../../src/infrastructure/eventstore/open-batches.js';
import { TELEPORTED, tomorrow } from '../../support/poison.js';
import { eventually } from '../../support/read-side.js';
import { entry, KNOWN, sealedHouse, type SealedLog } from '../../support/sealed-log.js';

/** Longer than a batch. */
const MANY = 1_200;
const FACT = { type: 'OppositionRegistered', v: 1 };

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let ill: StreamName;
let decoder: BatchDecoder;

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process();
  const newer = await house.process(tomorrow(KNOWN));
  ill = `space-${randomUUID()}`;
  await newer.journal.append(entry(ill, -1, TELEPORTED));
  await log.journal.appendMany(Array.from({ length: MANY }, () => entry(`space-${randomUUID()}`, -1, FACT)));
  await newer.journal.append(entry(ill, 0, FACT));
  let [begun, done] = [0, 0];
  decoder = {
    // The first batch is opened when the second one has been for a while.
    decodeBatch: async (events) => {
      begun += 1;
      if (begun === 1) await eventually(async () => expect(done).toBeGreaterThan(0)).then(() => pause(200));
      const met = await log.journal.decodeBatch(events);
      done += 1;
      return met;
    },
    standstill: () => log.journal.standstill(),
  };
});
afterEach(() => house.close());

/** What of these batches a reader would take. */
const takenOf = (batches: readonly FactBatch[]) => batches.flatMap(({ facts, standstill }) => parted(facts, standstill).open);

describe('An event that cannot be read, met while the batch behind it is opened too', () => {
  it('holds back what lies behind it from one who catches up alone', async () => {
    const batches: FactBatch[] = [];
    const alone = openedAlone(log.store, decoder, 0n, ['space'], async (batch) => void batches.push(batch));
    const head = await log.store.head();
    await eventually(async () => expect(batches.at(-1)?.position).toBe(head));
    await alone.stop();
    expect(batches.length).toBeGreaterThan(1);
    expect(takenOf(batches).filter(({ stream }) => stream === ill)).toEqual([]);
    expect(takenOf(batches)).toHaveLength(MANY);
  });

  it('holds it back from one who reads to the end', async () => {
    const batches: FactBatch[] = [];
    for await (const batch of openedAhead(decoder, log.store.readAll(0n, ['space']))) batches.push(batch);
    expect(batches.length).toBeGreaterThan(1);
    expect(takenOf(batches).filter(({ stream }) => stream === ill)).toEqual([]);
    expect(takenOf(batches)).toHaveLength(MANY);
  });
});
