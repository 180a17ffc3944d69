// A server that speaks the protocol of EventStoreDB / KurrentDB on this machine: for tests and demonstrations, never for data that matters.
// node main.mjs '{"folder": "/where/it/keeps/its/log", "port": 0}'   prints {"port": …} and serves until it is killed.
import { join } from 'node:path';
import { Access, credentialsOf } from './access.mjs';
import { Attacks } from './attacks.mjs';
import { Log } from './log.mjs';
import { grpc } from './protocol.mjs';
import { Reading } from './reading.mjs';
import { servicesOf } from './service.mjs';
import { Store } from './store.mjs';

const ADMIN = { admin: { password: 'changeit', groups: ['$admins'] } };
/** What a real server takes in one message. */
const MESSAGE_BYTES = 16 * 1024 * 1024;

const {
  folder,
  port = 0,
  tls,
  users = ADMIN,
  maxAppendSize = 1_048_576,
  maxAppendEventSize = 2 ** 31 - 1,
  remembered = 10_000,
} = JSON.parse(process.argv[2] ?? '{}');
if (folder === undefined) throw new Error('where the log lies is not said: {"folder": "…"}');

const tell = (message) => process.send?.(message);
const log = await Log.open(join(folder, 'events.log'));
const store = new Store(log, { maxAppendSize, maxAppendEventSize, remembered });
await log.flushed();
const attacks = new Attacks(tell);
log.beforeCommit = () => attacks.beforeCommit();
const reading = new Reading(store, attacks);
const access = new Access(tls === undefined ? null : users, store);
const server = new grpc.Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES, 'grpc.max_send_message_length': MESSAGE_BYTES });

let here = 0;
let nodes = null;
const members = () => nodes ?? [{ host: '127.0.0.1', port: here }];
for (const [definition, handlers] of servicesOf({ store, reading, access, attacks, members })) server.addService(definition, handlers);
here = await new Promise((resolve, reject) =>
  server.bindAsync(`127.0.0.1:${port}`, credentialsOf(tls), (error, bound) => (error === null ? resolve(bound) : reject(error))),
);

process.on('message', async (message) => {
  if ('attack' in message) attacks.set(message.attack);
  if ('members' in message) nodes = message.members;
  if ('users' in message && tls !== undefined) access.users = message.users;
  if ('scavenge' in message) await store.scavenge();
  tell({ done: true });
});
// Whoever started it has gone: nobody would ever end it.
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));
tell({ port: here });
process.stdout.write(`${JSON.stringify({ port: here })}\n`);
