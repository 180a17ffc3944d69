import { describe, expect, it } from '@jest/globals';
import { Follower } from '../../src/application/shared/follower.js';
import type { ProcessPoints, RangePoint } from '../../src/application/shared/deadlines.js';
import type { FactReader } from '../../src/application/shared/fact-reader.js';
import type { Lease } from '../../src/application/shared/leases.js';
import { ALL_RANGES, rangeLeases } from '../../src/application/shared/ranges.js';
import { Standstill } from '../../src/application/shared/standstill.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import { told } from '../support/projecting.js';
import { looked } from '../support/record-facts.js';

const SUBJECT = 'space-a';
/** The first was held back, the checkpoint lies behind it; the second is still to come. */
const facts = told(SUBJECT, looked('ListDocuments'), looked('GetDocument'));
const checkpoint: RangePoint = { ranges: ALL_RANGES, position: 1n };
const leases: readonly Lease[] = rangeLeases('outbox').map((name) => ({ name, fence: 7n }));
const turns = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function gate<T>(): { readonly come: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const come = new Promise<T>((resolve) => (open = resolve));
  return { come, open };
}

/** A messenger that has held something back before, and is given its ranges anew. */
function messenger({ claimed, taken }: { readonly claimed: Promise<readonly RangePoint[]>; readonly taken: Promise<void> }) {
  const delivered: bigint[] = [];
  const points = {
    claim: () => claimed,
    heldBack: async () => [{ reader: 'messenger', subject: SUBJECT, from: 1n, times: 1 }],
    gaveBack: async () => undefined,
    settle: async () => undefined,
  } as unknown as ProcessPoints;
  const { come: finished, open: finish } = gate<void>();
  const reader = {
    readMany: async () => facts,
    standstill: async () => Standstill.NONE,
    subscribe: () => ({ finished, stop: async () => finish() }),
  } as unknown as FactReader;
  const take = async ({ position }: Recorded): Promise<void> => {
    delivered.push(position);
    await taken;
  };
  const told = { onTrouble: () => undefined, onHeldBack: () => undefined };
  return { follower: new Follower(reader, points, { name: 'messenger', categories: ['space'], take, ...told }), delivered };
}

describe('What a messenger held back', () => {
  it('waits until it is known where he stands: he would take what lies ahead of him, and meet it again', async () => {
    const { come: claimed, open } = gate<readonly RangePoint[]>();
    const { follower, delivered } = messenger({ claimed, taken: Promise.resolve() });
    await follower.hold(leases);
    expect(await follower.takeUp()).toBe(0);
    expect(delivered).toEqual([]);
    open([checkpoint]);
    await turns();
    expect(await follower.takeUp()).toBe(1);
    expect(delivered).toEqual([1n]);
  });

  it('is no longer under way when his ranges are given to others', async () => {
    const { come: taken, open } = gate<void>();
    const { follower, delivered } = messenger({ claimed: Promise.resolve([checkpoint]), taken });
    await follower.hold(leases);
    await turns();
    const settled = follower.takeUp();
    await turns();
    expect(delivered).toEqual([1n]);
    let given = false;
    const giving = follower.hold([]).then(() => (given = true));
    await turns();
    expect(given).toBe(false);
    open();
    await Promise.all([giving, settled]);
    expect(await follower.takeUp()).toBe(0);
  });
});
