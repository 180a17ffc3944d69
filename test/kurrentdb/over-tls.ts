import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, type AppendToStreamOptions, type BinaryEventData } from '@eventstore/db-client';
import { makeCertificates } from './certificates.js';
import type { Connected } from './client.js';
import { LoopbackServer, type LoopbackOptions } from './loopback.js';

const ADMIN = { username: 'admin', password: 'the password of the administrators' };

/** A test server that speaks TLS alone. `url`: with its authority. Lets whoever is named in, and its administrator. */
export async function startOverTls(users: NonNullable<LoopbackOptions['users']> = {}) {
  const { ca, ...tls } = await makeCertificates();
  const folder = await mkdtemp(join(tmpdir(), 'mes-ca-'));
  const file = join(folder, 'ca.crt');
  await writeFile(file, ca);
  const server = await LoopbackServer.start({ tls, users: { admin: { password: ADMIN.password, groups: ['$admins'] }, ...users } });
  return {
    server,
    url: `${server.url}&tlsCAFile=${file}`,
    admin: ADMIN,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A client of such a server, under the name of its administrator. */
export async function connectedOverTls(): Promise<Connected> {
  const { server, url, admin, stop } = await startOverTls();
  const client = EventStoreDBClient.connectionString(url);
  return {
    client,
    credentials: admin,
    eraser: admin,
    admin,
    server,
    append: (stream: string, events: BinaryEventData[], more: AppendToStreamOptions = {}) =>
      client.appendToStream(stream, events, { credentials: admin, ...more }),
    close: async () => {
      await client.dispose();
      await stop();
    },
  };
}

/** How the facts are asked: of the server that the run names, or of a test server; and of a test server over TLS. */
export const WAYS = [
  ['', null],
  [' over TLS', connectedOverTls],
] as const;
