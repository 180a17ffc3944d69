import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { newStream } from './lib.mjs';

const IN_FLIGHT = 34;
const data = { payload: Buffer.alloc(300, 'x').toString() };

/** emmett-postgresql 0.42.0, the event store a TypeScript team would take. */
export async function emmett(server, name = 'emmett') {
  const url = await server.database(name);
  const { getPostgreSQLEventStore } = await import('@event-driven-io/emmett-postgresql');
  const pool = new pg.Pool({ connectionString: url, max: IN_FLIGHT });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  await store.schema.migrate();
  return {
    append: () =>
      store.appendToStream(newStream(), [
        { type: 'PersonDeclaredEligible', data, metadata: {} },
        { type: 'InvitationSent', data, metadata: {} },
      ]),
    close: async () => (await store.close(), await pool.end().catch(() => undefined)),
  };
}

/** What its install.sh runs, in that order; without views and rights, which no append meets. */
const INSTALL = [
  'schema/message-store',
  'extensions/pgcrypto',
  'tables/messages',
  'types/message',
  ...[
    'message-store-version',
    'hash-64',
    'acquire-lock',
    'category',
    'is-category',
    'id',
    'cardinal-id',
    'stream-version',
    'write-message',
    'get-stream-messages',
    'get-category-messages',
    'get-last-stream-message',
  ].map((name) => `functions/${name}`),
  'indexes/messages-id',
  'indexes/messages-stream',
  'indexes/messages-category',
];
const WRITE_TWO = `SELECT write_message($1, $3, 'PersonDeclaredEligible', $4::jsonb, '{}', -1), write_message($2, $3, 'InvitationSent', $4::jsonb, '{}', 0)`;

/** Message DB 1.3.1: functions in SQL, one for each event; both in one statement, so in one round trip and one transaction. */
export async function messageDb(server) {
  const url = await server.database('message_db');
  const installing = new pg.Client({ connectionString: url });
  await installing.connect();
  // As install.sh has it: names without a schema are its own.
  await installing.query("SET search_path TO message_store, public; SET client_min_messages TO 'warning'");
  for (const file of INSTALL)
    await installing.query(await readFile(new URL(`node_modules/@eventide/message-db/database/${file}.sql`, import.meta.url), 'utf8'));
  await installing.end();
  const pool = new pg.Pool({ connectionString: url, max: IN_FLIGHT, options: '-c search_path=message_store,public' });
  const body = JSON.stringify(data);
  return {
    append: () => pool.query({ name: 'write-two', text: WRITE_TWO, values: [randomUUID(), randomUUID(), newStream(), body] }),
    close: () => pool.end(),
  };
}
