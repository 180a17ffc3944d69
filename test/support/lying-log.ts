import { Client } from 'pg';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { takenOut, type DiskRecord, type LoopbackServer } from '../kurrentdb/loopback.js';

type Rows = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Where a log lies: in the database, or on a test server of EventStoreDB / KurrentDB. */
export interface LyingLog {
  readonly rows: Rows;
  readonly logServer: LoopbackServer | null;
}

/** Which bit of a body is flipped, and the byte whose lowest it is. */
const [BIT, BYTE] = [200, 25];

/** Flips a bit of the stored body, as whoever owns the disk could (in PostgreSQL: a superuser who silenced the triggers first); again: it is as it was. */
export async function flip({ rows, logServer }: LyingLog, stream: StreamName, rev: number): Promise<void> {
  if (logServer === null)
    await unguarded(
      rows,
      `UPDATE log.event SET body = set_bit(body, ${BIT}, 1 - get_bit(body, ${BIT})) WHERE stream = '${stream}' AND rev = ${rev}`,
    );
  else
    await logServer.forge((records) =>
      records.map((record) => (is(record, stream, rev) ? { ...record, data: flippedIn(record.data) } : record)),
    );
}

/** Takes an event out of the log; all others stay where they are. */
export async function remove({ rows, logServer }: LyingLog, stream: StreamName, rev: number): Promise<void> {
  if (logServer === null) await unguarded(rows, `DELETE FROM log.event WHERE stream = '${stream}' AND rev = ${rev}`);
  else await logServer.forge((records) => takenOut(records, (record) => is(record, stream, rev)));
}

/** Says other things in the headers of a stream. */
export async function reword({ rows, logServer }: LyingLog, stream: StreamName, alter: (header: string) => string): Promise<void> {
  const reworded = (header: Buffer): Buffer => Buffer.from(alter(header.toString()));
  if (logServer === null)
    for (const { rev, header } of await rows('SELECT rev, header FROM log.event WHERE stream = $1', [stream])) {
      const bytes = `decode('${reworded(header as Buffer).toString('hex')}', 'hex')`;
      await unguarded(rows, `UPDATE log.event SET header = ${bytes} WHERE stream = '${stream}' AND rev = ${Number(rev)}`);
    }
  else
    await logServer.forge((records) =>
      records.map((record) =>
        record.stream === stream ? { ...record, metadata: reworded(Buffer.from(record.metadata, 'base64')).toString('base64') } : record,
      ),
    );
}

const unguarded = (rows: Rows, statement: string): Promise<unknown> =>
  rows(`
    BEGIN;
    ALTER TABLE log.event DISABLE TRIGGER append_only;
    ${statement};
    ALTER TABLE log.event ENABLE ALWAYS TRIGGER append_only;
    COMMIT`);
const is = (record: DiskRecord, stream: StreamName, rev: number): boolean => record.stream === stream && record.rev === String(rev);
function flippedIn(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8(bytes.readUInt8(BYTE) ^ 1, BYTE);
  return bytes.toString('base64');
}

/** From now on nobody may append; resolves with what ends that. */
export async function refusingAppends({ rows, logServer }: LyingLog): Promise<() => Promise<unknown>> {
  if (logServer !== null) {
    await logServer.attack({ kind: 'refuse', methods: ['append'] });
    return () => logServer.attack(null);
  }
  const ways = await rows(
    `SELECT oid::regprocedure::text AS way FROM pg_proc
      WHERE pronamespace = 'log'::regnamespace AND has_function_privilege('mes_writer', oid, 'EXECUTE')`,
  );
  const append = `EXECUTE ON FUNCTION ${ways.map(({ way }) => String(way)).join(', ')}`;
  await rows(`REVOKE ${append} FROM mes_writer`);
  return () => rows(`GRANT ${append} TO mes_writer`);
}

/** From now on appends are neither written nor answered; resolves with what ends that. `url`: of the database. */
export async function holdingAppends({ logServer }: Pick<LyingLog, 'logServer'>, url: string): Promise<() => Promise<void>> {
  if (logServer !== null) {
    await logServer.attack({ kind: 'mute', methods: ['append'] });
    return () => logServer.attack(null);
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT position FROM log.head FOR UPDATE');
  return async () => {
    await client.query('ROLLBACK');
    await client.end();
  };
}
