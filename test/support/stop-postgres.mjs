import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import pg from 'pg';

/** Leaves nothing behind: neither the server of the run and its data, nor (on a server that was given) the copied database. */
export default async function stopPostgres() {
  const { server, folder, url, template } = globalThis.testPostgres;
  if (server === undefined) {
    await dropDatabase(url, template);
    return;
  }
  await server.stop();
  await rm(dirname(server.dataDirectory), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

async function dropDatabase(url, name) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`DROP DATABASE ${name}`);
  } finally {
    await client.end();
  }
}
