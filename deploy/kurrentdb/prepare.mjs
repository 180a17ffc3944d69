// Prepares a KurrentDB for the software, as often as you like: its two accounts, who may do what to streams by default, who may read them all.
// Without it every account may read, write and delete every stream. Environment: KURRENTDB_ADDRESS (host:port, by commas), the three passwords,
// NODE_EXTRA_CA_CERTS (the authority of the nodes' certificates).
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { ANY, BACKWARDS, END, EventStoreDBClient, StreamNotFoundError, jsonEvent } from '@eventstore/db-client';

const { KURRENTDB_ADDRESS, KURRENTDB_ADMIN_PASSWORD, KURRENTDB_MES_PASSWORD, KURRENTDB_ERASER_PASSWORD, NODE_EXTRA_CA_CERTS } = process.env;
const given = { KURRENTDB_ADDRESS, KURRENTDB_ADMIN_PASSWORD, KURRENTDB_MES_PASSWORD, KURRENTDB_ERASER_PASSWORD, NODE_EXTRA_CA_CERTS };
const missing = Object.keys(given).filter((name) => !given[name]);
if (missing.length > 0) throw new Error(`Not set: ${missing.join(', ')}`);

const document = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const credentials = { username: 'admin', password: KURRENTDB_ADMIN_PASSWORD };
const users = `https://${KURRENTDB_ADDRESS.split(',')[0]}/users`;
const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;

async function account(login, password) {
  const known = await fetch(`${users}/${login}`, { headers: { authorization, accept: 'application/json' } });
  if (known.ok) return `${login}: is there`;
  if (known.status !== 404) throw new Error(`Asking for the account ${login}: ${known.status}`);
  const body = JSON.stringify({ loginName: login, fullName: login, groups: [], password });
  const made = await fetch(users, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body });
  if (!made.ok) throw new Error(`Making the account ${login}: ${made.status}`);
  return `${login}: made`;
}

async function last(client, stream) {
  let data;
  try {
    // To its end: the client waits for ever for a read that was left before, when it is to close.
    for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1, credentials })) {
      data = event?.data;
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return data;
}

async function keep(client, stream, type, data) {
  if (isDeepStrictEqual(await last(client, stream), data)) return `${stream}: is so`;
  await client.appendToStream(stream, jsonEvent({ type, data }), { expectedRevision: ANY, credentials });
  return `${stream}: written`;
}

const authority = encodeURIComponent(NODE_EXTRA_CA_CERTS);
const client = EventStoreDBClient.connectionString(`esdb://${KURRENTDB_ADDRESS}?tls=true&tlsCAFile=${authority}&nodePreference=leader`);
try {
  console.log(await account('mes', KURRENTDB_MES_PASSWORD));
  console.log(await account('mes-eraser', KURRENTDB_ERASER_PASSWORD));
  // "$$$all" is where the server keeps the rules of "$all".
  console.log(await keep(client, '$settings', '$settings', document('settings.json')));
  console.log(await keep(client, '$$$all', '$metadata', document('all-stream.json')));
} finally {
  await client.dispose();
}
