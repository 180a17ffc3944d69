import type { PoolClient } from 'pg';
import { isReadable, type FactReader, type Met } from '../../../application/shared/fact-reader.js';
import { UnreadableEvent } from '../../../application/shared/ports.js';
import { coversStream } from '../../../application/shared/ranges.js';
import { note, parted, subjectOf, type HeldBack, type Subject } from '../../../application/shared/standstill.js';
import { categoryOf, idOf, type StreamName } from '../../../domain/shared/fact.js';
import { project, type Projection } from '../../../projections/shared/projection.js';
import type { Checkpoint } from './checkpoint.js';
import { quoted } from './ddl.js';
import { linkedNow, needLinks } from './links.js';
import { writeRows } from './row-operations.js';

/** Streams whose facts lie, all or some, under keys that are archived when their space is closed. */
const CONTENT: readonly string[] = ['record', 'veil', 'mailbox', 'agenda', 'pairing'];
const OF_SPACES: readonly string[] = ['space', 'access', 'record', 'passage', 'mailbox', 'agenda', 'pairing', 'notices'];
const TURNS: ReadonlySet<string> = new Set(['SpaceClosed', 'SpaceReopened']);

/** Spaces that turned, that is closed or reopened, by the subject of their streams; and where they did so last. */
export type Turned = ReadonlyMap<Subject, bigint>;

/** True for a read model whose rows come and go with the keys of a space. */
export const showsContent = ({ reads }: Pick<Projection, 'reads'>): boolean => reads.some((category) => CONTENT.includes(category));

/** What must be read for these projections: what they read, and where spaces close and reopen, for those that show what lies in them. */
export const categoriesOf = (projections: readonly Pick<Projection, 'reads'>[]): readonly string[] => [
  ...new Set(projections.flatMap((projection) => (showsContent(projection) ? [...projection.reads, 'space'] : projection.reads))),
];

/** The spaces that turned with these facts, in their order. Asked of every fact for every read model, so it looks at the type first. */
export function turnedIn(facts: readonly Met[]): Turned {
  const turned = new Map<Subject, bigint>();
  for (const met of facts)
    if (isReadable(met) && TURNS.has(met.event.type) && categoryOf(met.stream) === 'space') turned.set(subjectOf(met.stream), met.position);
  return turned;
}

/** Rows that are written: of which projection, where, and up to where in the ranges of its checkpoint. */
export interface Written {
  readonly projection: Projection;
  readonly schema: string;
  readonly point: Pick<Checkpoint, 'ranges' | 'position'>;
}

/** Makes the rows of one space anew, when its keys were archived or came back. */
export class Turns {
  constructor(
    private readonly reader: Pick<FactReader, 'read' | 'readMany' | 'standstill'>,
    /** Brings the keys of a space level with its status; whoever is faster, it is done once. */
    private readonly settle: (space: string) => Promise<void>,
  ) {}

  /**
   * In the transaction that wrote up to here, in which nobody else moves a checkpoint (`holdCheckpoints`): drops the rows of these spaces and writes what a
   * rebuild would write now. Returns what the rows lack because it stands still. Throws StoreUnavailable, and what the projection throws.
   */
  async make(db: PoolClient, written: Written, turned: Turned): Promise<HeldBack> {
    const lacking = new Map<Subject, bigint>();
    if (!showsContent(written.projection)) return lacking;
    for (const [subject, position] of turned)
      if (await this.isSettled(idOf(subject)))
        for (const [held, from] of await this.makeOne(db, written, idOf(subject))) note(lacking, held, from);
      else note(lacking, subject, position);
    return lacking;
  }

  /** False when its stream cannot be read: it turns when it goes on again. */
  private async isSettled(space: string): Promise<boolean> {
    try {
      await this.settle(space);
      return true;
    } catch (error) {
      if (error instanceof UnreadableEvent) return false;
      throw error;
    }
  }

  private async makeOne(db: PoolClient, { projection, schema, point }: Written, space: string): Promise<HeldBack> {
    // Before its rows go: the links are rows as well.
    const streams = await this.streamsOf(db, projection, space);
    for (const { name, key, row } of [...projection.tables].reverse())
      if ('space_id' in key || 'space_id' in row)
        await db.query(`DELETE FROM ${quoted(schema)}.${quoted(name)} WHERE space_id = $1`, [space]);
    const met = await this.reader.readMany(streams);
    const { open, heldBack } = parted(
      met.filter((one) => isTaken(one, point)),
      await this.reader.standstill(),
    );
    const operations = open.filter(isReadable).flatMap((fact) => project(projection, fact));
    const its = operations.filter(({ key, ...operation }) => isAbout({ ...key, ...('row' in operation ? operation.row : {}) }, space));
    await writeRows(db, schema, projection.tables, its);
    return heldBack;
  }

  private async streamsOf(db: PoolClient, projection: Projection, space: string): Promise<readonly StreamName[]> {
    const own = OF_SPACES.filter((category) => projection.reads.includes(category)).map((category): StreamName => `${category}-${space}`);
    const linked = needLinks([projection]) ? [...(await linkedNow(db, space, this.reader))] : [];
    return [...own, ...linked.filter((stream) => projection.reads.includes(categoryOf(stream)))];
  }
}

/** Linked streams may lie in other ranges, whose rows were dropped as well: all there is of them is written, and what those ranges take again changes nothing. */
const isTaken = ({ stream, position }: Met, { ranges, position: until }: Written['point']): boolean =>
  position <= until || !coversStream(ranges, stream);

/** Streams of actors speak of other spaces too: their rows are there already. */
const isAbout = (cells: Readonly<Record<string, unknown>>, space: string): boolean => !('space_id' in cells) || cells['space_id'] === space;
