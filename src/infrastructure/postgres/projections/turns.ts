import type { PoolClient } from 'pg';
import { isSealed, type FactBatch, type FactReader } from '../../../application/shared/fact-reader.js';
import { categoryOf, idOf, type StreamName } from '../../../domain/shared/fact.js';
import { project, type Projection } from '../../../projections/shared/projection.js';
import { quoted } from './ddl.js';
import { linkedNow, needLinks } from './links.js';
import { writeRows } from './row-operations.js';

/** Streams whose facts lie, all or some, under keys that are archived when their space is closed. */
const CONTENT: readonly string[] = ['record', 'veil', 'mailbox', 'agenda', 'pairing', 'notices'];
const OF_SPACES: readonly string[] = ['space', 'access', 'record', 'passage', 'mailbox', 'agenda', 'pairing', 'notices'];
const TURNS: ReadonlySet<string> = new Set(['SpaceClosed', 'SpaceReopened']);

/** True for a read model whose rows come and go with the keys of a space. */
export const showsContent = ({ reads }: Pick<Projection, 'reads'>): boolean => reads.some((category) => CONTENT.includes(category));

/** What must be read for these projections: what they read, and where spaces close and reopen, for those that show what lies in them. */
export const categoriesOf = (projections: readonly Projection[]): readonly string[] => [
  ...new Set(projections.flatMap((projection) => (showsContent(projection) ? [...projection.reads, 'space'] : projection.reads))),
];

/** The spaces that closed or reopened in a batch, behind a position. */
export const turnedIn = ({ facts }: FactBatch, after: bigint): ReadonlySet<string> =>
  new Set(
    facts.flatMap((met) =>
      !isSealed(met) && met.position > after && categoryOf(met.stream) === 'space' && TURNS.has(met.event.type) ? [idOf(met.stream)] : [],
    ),
  );

/** Makes the rows of one space anew, when its keys were archived or came back. */
export class Turns {
  constructor(
    private readonly reader: Pick<FactReader, 'read' | 'readMany'>,
    /** Brings the keys of a space level with its status; whoever is faster, it is done once. */
    private readonly settle: (space: string) => Promise<void>,
  ) {}

  /** In the transaction of the batch: drops the rows of these spaces and writes what a rebuild would write now, up to this position. */
  async make(db: PoolClient, schema: string, projection: Projection, spaces: ReadonlySet<string>, until: bigint): Promise<void> {
    if (!showsContent(projection)) return;
    for (const space of spaces) {
      await this.settle(space);
      // Before its rows go: the links are rows as well.
      const streams = await this.streamsOf(db, projection, space);
      for (const { name, key, row } of [...projection.tables].reverse())
        if ('space_id' in key || 'space_id' in row)
          await db.query(`DELETE FROM ${quoted(schema)}.${quoted(name)} WHERE space_id = $1`, [space]);
      const met = await this.reader.readMany(streams);
      const operations = met.flatMap((fact) => (isSealed(fact) || fact.position > until ? [] : project(projection, fact)));
      const its = operations.filter(({ key, ...operation }) => isAbout({ ...key, ...('row' in operation ? operation.row : {}) }, space));
      await writeRows(db, schema, projection.tables, its);
    }
  }

  private async streamsOf(db: PoolClient, projection: Projection, space: string): Promise<readonly StreamName[]> {
    const own = OF_SPACES.filter((category) => projection.reads.includes(category)).map((category): StreamName => `${category}-${space}`);
    const linked = needLinks([projection]) ? [...(await linkedNow(db, space, this.reader))] : [];
    return [...own, ...linked.filter((stream) => projection.reads.includes(categoryOf(stream)))];
  }
}

/** Streams of actors speak of other spaces too: their rows are there already. */
const isAbout = (cells: Readonly<Record<string, unknown>>, space: string): boolean => !('space_id' in cells) || cells['space_id'] === space;
