import { randomUUID } from 'node:crypto';
import { SpaceKeys } from '../../src/application/enrolment/space-keys.js';
import type { Asking, Ask } from '../../src/application/shared/subject-query.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import type { Instant } from '../../src/domain/shared/time.js';
import type { KnownFacts } from '../../src/infrastructure/eventstore/catalogue.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { PostgresLeases } from '../../src/infrastructure/postgres/leases/postgres-leases.js';
import { PastTables } from '../../src/infrastructure/postgres/projections/as-of.js';
import { Projector } from '../../src/infrastructure/postgres/projections/projector.js';
import { PostgresReadModels } from '../../src/infrastructure/postgres/projections/read-models.js';
import { Rebuild } from '../../src/infrastructure/postgres/projections/rebuild.js';
import { SettingAside, Trial } from '../../src/infrastructure/postgres/projections/setting-aside.js';
import { Turns } from '../../src/infrastructure/postgres/projections/turns.js';
import { activityHistory } from '../../src/projections/history/activity-history.js';
import { campaignReport } from '../../src/projections/enrolment/campaign-report.js';
import { deadlinesDue } from '../../src/projections/enrolment/deadlines-due.js';
import { spaceOverview } from '../../src/projections/enrolment/space-overview.js';
import { documentEntries } from '../../src/projections/record/documents.js';
import { linkedStreamsOfSpaces } from '../../src/projections/record/linked-streams.js';
import type { Projection } from '../../src/projections/shared/projection.js';
import { campaignFacts, passageFacts, spaceFacts } from './enrolment-facts.js';
import { entry, type SealedLog } from './sealed-log.js';

const versions = (facts: object) => Object.fromEntries(Object.keys(facts).map((type) => [type, 1]));
/** Every fact of the first slice, as the catalogue knows it. */
export const ENROLMENT: KnownFacts = { space: versions(spaceFacts), campaign: versions(campaignFacts), passage: versions(passageFacts) };
export const PROJECTIONS = [
  spaceOverview,
  deadlinesDue,
  campaignReport,
  activityHistory,
  linkedStreamsOfSpaces,
  documentEntries,
] as unknown as readonly Projection[];

/** The read side of one process on its log. */
export function readSide(log: SealedLog, projections: readonly Projection[] = PROJECTIONS, term?: number) {
  const alarms: string[] = [];
  const alarm = (reason: string): void => void alarms.push(reason);
  const reader = new LogReader(log.store, log.journal);
  const pool = log.pools.pool('mes_projector');
  const keys = new SpaceKeys(log.journal, log.vault);
  const turns = new Turns(reader, (space) => keys.settle(space));
  const rebuild = new Rebuild(reader, pool, turns);
  const leases = new PostgresLeases(pool, term);
  const aside = new SettingAside(log.quarantine, alarm);
  const projector = new Projector({ reader, store: log.store, pool, rebuild, projections, turns, aside, leases, alarm });
  const trial = new Trial(reader, pool, projections);
  const readers = log.pools.pool('mes_reader');
  const models = new PostgresReadModels(readers, new PastTables(reader, readers, projections), log.secrets, projections);
  return { alarms, reader, turns, aside, trial, rebuild, projector, models, projections, pool, leases };
}
export type ReadSide = ReturnType<typeof readSide>;

/** Waits until a condition holds; fails with its last error or value after ten seconds, or as many as are allowed. */
export async function eventually(condition: () => Promise<void>, milliseconds = 60_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;)
    try {
      return await condition();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

/** Resolves when every projection of this process includes all that lies in the log now. */
export const caughtUp = async ({ projector }: ReadSide): Promise<void> =>
  eventually(async () => {
    const health = await projector.health();
    expect(health.map(({ name, lag, status }) => ({ name, lag, status }))).toEqual(
      health.map(({ name }) => ({ name, lag: 0n, status: 'live' })),
    );
  });

/** Every row of every table, in the order of its key. */
export async function allRows({ pool, projections }: Pick<ReadSide, 'pool' | 'projections'>): Promise<Record<string, unknown[]>> {
  const tables = projections.flatMap((projection) => projection.tables);
  const read = async ({ name, key }: (typeof tables)[number]) =>
    [name, (await pool.query(`SELECT * FROM read.${name} ORDER BY ${Object.keys(key).join(', ')}`)).rows] as const;
  return Object.fromEntries(await Promise.all(tables.map(read)));
}

export const newSpace = () => randomUUID();
export const tell = async (
  log: Pick<SealedLog, 'journal'>,
  stream: StreamName,
  expected: number,
  ...facts: readonly Tagged[]
): Promise<bigint> => (await log.journal.append(entry(stream, expected, ...(facts as never[])))).position;

/** The facts of a space whose handle is as random as in life. */
export const declared = () => ({ ...spaceFacts.PersonDeclaredEligible, handle: randomUUID() });
export const { PersonDeclaredEligible: _, ...later } = spaceFacts;

/** Spaces at every point of their lives, each with somebody who looked. */
export async function population(log: SealedLog, people: number): Promise<readonly string[]> {
  const life = Object.values(later);
  const spaces = Array.from({ length: people }, newSpace);
  await Promise.all(
    spaces.map(async (space, i) => {
      await tell(log, `space-${space}`, -1, declared(), ...life.slice(0, i % (life.length + 1)));
      await tell(log, `passage-${space}`, -1, passageFacts.AccessGranted);
    }),
  );
  return spaces;
}

export const asking = <R>(side: ReadSide, space: string | null, moment: Pick<Asking, 'asOf' | 'after'>, ask: Ask<R>): Promise<R> =>
  side.models.ask(space, moment, { viewer: 'NOBODY', actor: '', moment: moment.asOf ?? now() }, ask);
export const now = (): Instant => new Date().toISOString() as Instant;
