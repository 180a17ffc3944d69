import { Client } from 'pg';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { streamKey } from '../../src/infrastructure/seal/stream-key.js';
import { takenOut, type DiskRecord, type LoopbackServer } from '../kurrentdb/loopback.js';
import { silenceGuards } from './tampering.js';
import type { World } from './world.js';

/** The log in the hands of whoever owns the disk on which it lies. */
interface LogOwner {
  /** Takes these events of a stream out of the log. */
  take(stream: StreamName, ...revs: readonly number[]): Promise<void>;
  /** The later ones of a stream are said to be one earlier each, in their headers too. */
  moveUp(stream: StreamName, behind: number): Promise<void>;
  restore(): Promise<void>;
}

/** Who may do anything to the database and to the log, and can put everything back. */
export async function ownerOf({ settings, logServer }: Pick<World, 'settings' | 'logServer'>) {
  const db = new Client({ connectionString: settings.databaseUrl ?? '' });
  await db.connect();
  await silenceGuards(db);
  const seal = await keptTables(db, ['seal.stream', 'seal.map_row']);
  const log = logServer === null ? await ownerOfTable(db) : await ownerOfServer(logServer);
  return {
    db,
    take: log.take,
    moveUp: log.moveUp,
    /** The seal is said to know the stream up to this revision only; null: not at all. */
    lowerSeal: async (stream: StreamName, rev: number | null): Promise<void> => {
      const key = streamKey(stream);
      if (rev === null) await db.query("DELETE FROM seal.stream WHERE key = encode($1, 'hex')::uuid", [key]);
      else await db.query("UPDATE seal.stream SET rev = $2 WHERE key = encode($1, 'hex')::uuid", [key, rev]);
    },
    restore: async (): Promise<void> => {
      await log.restore();
      await seal.restore();
    },
    close: () => db.end(),
  };
}
export type Owner = Awaited<ReturnType<typeof ownerOf>>;

async function keptTables(db: Client, tables: readonly string[]) {
  for (const table of tables) await db.query(`CREATE TABLE ${table}_kept AS SELECT * FROM ${table}`);
  return {
    restore: async (): Promise<void> => {
      for (const table of tables) await db.query(`BEGIN; DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${table}_kept; COMMIT`);
    },
  };
}

const counted = (stream: StreamName, wanted: number, found: number | null): void => {
  if (found !== wanted) throw new Error(`of ${stream}, ${found ?? 0} of ${wanted} events are there`);
};
const renumbered = (header: string, rev: number): string => header.replace(`"rev":${rev},`, `"rev":${rev - 1},`);

async function ownerOfTable(db: Client): Promise<LogOwner> {
  const { restore } = await keptTables(db, ['log.event']);
  return {
    take: async (stream, ...revs) => {
      const { rowCount } = await db.query('DELETE FROM log.event WHERE stream = $1 AND rev = ANY ($2)', [stream, revs]);
      counted(stream, revs.length, rowCount);
    },
    moveUp: async (stream, behind) => {
      const { rows } = await db.query<{ rev: number; header: Buffer }>(
        'SELECT rev, header FROM log.event WHERE stream = $1 AND rev > $2 ORDER BY rev',
        [stream, behind],
      );
      for (const { rev, header } of rows)
        await db.query('UPDATE log.event SET rev = $3, header = $4 WHERE stream = $1 AND rev = $2', [
          stream,
          rev,
          rev - 1,
          Buffer.from(renumbered(header.toString(), rev)),
        ]);
    },
    restore,
  };
}

async function ownerOfServer(server: LoopbackServer): Promise<LogOwner> {
  const kept = await server.records();
  const earlier = (record: DiskRecord): DiskRecord => {
    const header = renumbered(Buffer.from(record.metadata, 'base64').toString(), Number(record.rev));
    return { ...record, rev: String(Number(record.rev) - 1), metadata: Buffer.from(header).toString('base64') };
  };
  return {
    take: (stream, ...revs) =>
      server.forge((records) => {
        const left = takenOut(records, (record) => record.stream === stream && revs.includes(Number(record.rev)));
        counted(stream, revs.length, records.length - left.length);
        return left;
      }),
    moveUp: (stream, behind) =>
      server.forge((records) =>
        records.map((record) => (record.stream === stream && Number(record.rev) > behind ? earlier(record) : record)),
      ),
    restore: () => server.forge(() => kept),
  };
}
