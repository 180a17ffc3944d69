import { Client } from 'pg';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { streamKey } from '../../src/infrastructure/seal/stream-key.js';
import { silenceGuards } from './tampering.js';

/** The owner of the database, who may do anything to it, and can put everything back. */
export async function ownerOf(databaseUrl: string) {
  const db = new Client({ connectionString: databaseUrl });
  await db.connect();
  await silenceGuards(db);
  const tables = ['log.event', 'seal.stream', 'seal.map_row'];
  for (const table of tables) await db.query(`CREATE TABLE ${table}_kept AS SELECT * FROM ${table}`);
  return {
    db,
    /** Takes one event out of the log. */
    take: async (stream: StreamName, rev: number): Promise<void> => {
      const { rowCount } = await db.query('DELETE FROM log.event WHERE stream = $1 AND rev = $2', [stream, rev]);
      if (rowCount !== 1) throw new Error(`there is no ${stream}/${rev}`);
    },
    /** The later ones of a stream are said to be one earlier each, in their headers too. */
    moveUp: async (stream: StreamName, behind: number): Promise<void> => {
      const { rows } = await db.query<{ rev: number; header: Buffer }>(
        'SELECT rev, header FROM log.event WHERE stream = $1 AND rev > $2 ORDER BY rev',
        [stream, behind],
      );
      for (const { rev, header } of rows) {
        const renumbered = Buffer.from(header.toString().replace(`"rev":${rev},`, `"rev":${rev - 1},`));
        await db.query('UPDATE log.event SET rev = $3, header = $4 WHERE stream = $1 AND rev = $2', [stream, rev, rev - 1, renumbered]);
      }
    },
    /** The seal is said to know the stream up to this revision only; null: not at all. */
    lowerSeal: async (stream: StreamName, rev: number | null): Promise<void> => {
      const key = streamKey(stream);
      if (rev === null) await db.query("DELETE FROM seal.stream WHERE key = encode($1, 'hex')::uuid", [key]);
      else await db.query("UPDATE seal.stream SET rev = $2 WHERE key = encode($1, 'hex')::uuid", [key, rev]);
    },
    restore: async (): Promise<void> => {
      for (const table of tables) await db.query(`BEGIN; DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${table}_kept; COMMIT`);
    },
    close: () => db.end(),
  };
}
export type Owner = Awaited<ReturnType<typeof ownerOf>>;
