import { createRequire } from 'node:module';

/** The driver of the product: the one in this folder belongs to a peer. */
const pg = createRequire(new URL('../package.json', import.meta.url))('pg');

/** The statements on read models that `ask` runs in this process, with their values; not those that only set up the connection. */
export async function statementsOf(ask) {
  const { query } = pg.Client.prototype;
  const seen = [];
  pg.Client.prototype.query = function (statement, ...rest) {
    const { application_name: name } = this.connectionParameters;
    if (/^\s*SELECT/i.test(statement?.text ?? '') && name.endsWith('mes_reader'))
      seen.push({ text: statement.text, values: statement.values });
    return query.call(this, statement, ...rest);
  };
  try {
    await ask();
  } finally {
    pg.Client.prototype.query = query;
  }
  if (seen.length === 0) throw new Error('the question read nothing');
  return seen;
}

/** The same statements bare: one after the other on one connection of the owner, whom no row security looks at; nothing decided, nothing written. */
export function bareSql(url, statements, inFlight) {
  const pool = new pg.Pool({ connectionString: url, max: inFlight });
  return {
    once: async () => {
      const client = await pool.connect();
      if (!client.turned) await client.query('SET search_path TO read');
      client.turned = true;
      for (const { text, values } of statements) await client.query({ text, values });
      client.release();
    },
    close: () => pool.end(),
  };
}
