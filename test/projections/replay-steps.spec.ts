import { describe, expect, it } from '@jest/globals';
import type { PastStage } from '../../src/application/replay/growing-tables.js';
import type { DossierLooking } from '../../src/application/replay/replay.queries.js';
import type { Met } from '../../src/application/shared/fact-reader.js';
import type { Secrets } from '../../src/application/shared/ports.js';
import type { Sql } from '../../src/application/shared/subject-query.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { FactsReplays } from '../../src/projections/replay/facts-replays.js';
import { told, writtenAt } from '../support/projecting.js';
import { looked } from '../support/record-facts.js';

const sql = (async () => []) as unknown as Sql;
const stage: PastStage = { play: (_space, _sight, _models, work) => work({ sql, take: async () => undefined }) };
const sealedAt = (position: bigint): Met => ({ sealed: true, released: false, archived: false, stream: 'record-a', rev: 0, position });
/** A look in each minute, behind each of them a fact whose key is gone. */
const facts = told('passage-a', ...[0, 1, 2, 3].map(() => looked('ListDocuments'))).flatMap((fact, n): Met[] => [
  { ...fact, position: BigInt(2 * n + 1) },
  sealedAt(BigInt(2 * n + 2)),
]);
const replays = new FactsReplays({ of: async () => facts }, stage, {} as Secrets);
const steps = async ({ asOf = writtenAt(9), until = null }: { readonly asOf?: Instant; readonly until?: Instant | null }) => {
  const looking = { asOf } as DossierLooking;
  return (await replays.steps('a', { first: 100, cursor: null, from: null, until }, looking)).steps.map(({ at }) => at);
};

describe('The steps of a space', () => {
  it('end where the time that is asked about ends, with what can no longer be read of it, and with nothing of later', async () => {
    const [first, second] = [writtenAt(0), writtenAt(1)];
    expect(await steps({ asOf: second })).toEqual([first, null, second, null]);
    expect(await steps({ until: writtenAt(2) })).toEqual([first, null, second, null]);
    expect(await steps({})).toHaveLength(facts.length);
  });
});
