import { randomUUID } from 'node:crypto';
import { askedOf } from './reading.mjs';
import {
  features,
  gossip,
  GossipService,
  grpc,
  nameOf,
  overdue,
  Refused,
  ServerFeaturesService,
  StreamsClient,
  StreamsService,
  uuidOf,
} from './protocol.mjs';
import { appendAnswer, batchAnswer, deleteAnswer, expectedOf, proposedOf, receive, tombstoneAnswer } from './writing.mjs';

const LONG_MS = 2 ** 31 - 1;
const VERSION = '24.10.14';
const STREAMS = 'event_store.client.streams.streams';

const refusal = (error) => (error instanceof Refused ? error : { code: 2, details: `${error.name}: ${error.message}` });

/** One answer for one question. */
const unary = (work) => (call, answer) =>
  void work(call).then(
    (response) => answer(null, response),
    (error) => answer(refusal(error)),
  );
/** Many answers. */
const streaming = (work) => (call) =>
  void work(call).then(
    () => call.end(),
    (error) => call.emit('error', refusal(error)),
  );

/** The calls that the client makes, on this store. `members()`: the nodes of the cluster. */
export function servicesOf({ store, reading, access, attacks, members }) {
  const append = async (call) => {
    const { name, expected, events, messages } = await receive(call);
    const leader = await attacks.onCall('append', call.metadata);
    if (leader !== null) return forwarded(leader, call.metadata, messages);
    access.demand(call, name, '$w');
    const outcome = await store.append(name, expected, events);
    await attacks.afterWrite();
    return appendAnswer(expected, outcome);
  };
  const remove = (what, answerOf) => async (call) => {
    await attacks.onCall('delete', call.metadata);
    const options = call.request.getOptions();
    const name = nameOf(options.getStreamIdentifier());
    access.demand(call, name, '$d');
    return answerOf(await store[what](name, expectedOf(options)));
  };
  const read = async (call) => {
    const asked = askedOf(call.request);
    await attacks.onCall(asked.subscription ? 'subscribe' : 'read', call.metadata);
    access.demand(call, asked.stream ?? '$all', '$r');
    await reading.answer(call, asked);
  };
  return [
    [
      StreamsService,
      {
        append: unary(append),
        delete: unary(remove('remove', deleteAnswer)),
        tombstone: unary(remove('tombstone', tombstoneAnswer)),
        read: streaming(read),
        batchAppend: (call) => shareAppends(call, { store, access, attacks }),
      },
    ],
    [ServerFeaturesService, { getSupportedMethods: unary(async () => supportedMethods()) }],
    [GossipService, { read: unary(async () => clusterOf(members())) }],
  ];
}

/** Appends of many callers on one stream of messages, answered by correlation. */
function shareAppends(call, { store, access, attacks }) {
  const open = new Map();
  call.on('data', (message) => {
    const key = message.getCorrelationId().getString();
    const one = open.get(key) ?? { events: [] };
    open.set(key, one);
    if (message.hasOptions()) one.options = message.getOptions();
    one.messages = [...(one.messages ?? []), ...message.getProposedMessagesList()];
    if (!message.getIsFinal()) return;
    open.delete(key);
    void appendShared(call, one, { store, access, attacks }).then(
      (outcome) => call.write(batchAnswer(message.getCorrelationId(), one.options, outcome)),
      // Of another leader the whole stream of messages dies.
      (error) => call.emit('error', refusal(error)),
    );
  });
  call.on('end', () => call.end());
}

async function appendShared(call, { options, messages }, { store, access, attacks }) {
  if ((await attacks.onCall('append', call.metadata)) !== null) throw new Error('this server passes on appends that come one by one only');
  try {
    const name = nameOf(options.getStreamIdentifier());
    access.demand(call, name, '$w');
    const late = new Promise((_, reject) => setTimeout(() => reject(overdue()), leftOf(options.getDeadline())).unref());
    const outcome = await Promise.race([store.append(name, expectedOf(options), messages.map(proposedOf)), late]);
    await attacks.afterWrite();
    return outcome;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

/** Milliseconds until a moment; as good as for ever where none is named. */
const leftOf = (deadline) =>
  deadline === undefined ? LONG_MS : Math.min(Math.max(deadline.getSeconds() * 1000 + deadline.getNanos() / 1e6 - Date.now(), 0), LONG_MS);

/** The same append by the node that leads, under the name of whoever asked. */
const forwarded = ({ host, port }, metadata, messages) =>
  new Promise((resolve, reject) => {
    const node = new StreamsClient(`${host}:${port}`, grpc.credentials.createInsecure());
    const call = node.append(metadata, (error, response) => {
      node.close();
      if (error === null) resolve(response);
      else reject(new Refused(error.code, error.details, error.metadata.getMap()));
    });
    for (const message of messages) call.write(message);
    call.end();
  });

function supportedMethods() {
  const methods = new features.SupportedMethods();
  methods.setEventStoreServerVersion(VERSION);
  const names = ['append', 'read', 'delete', 'tombstone', 'batchappend'];
  methods.setMethodsList(
    names.map((name) => {
      const method = new features.SupportedMethod();
      method.setServiceName(STREAMS);
      method.setMethodName(name);
      return method;
    }),
  );
  return methods;
}

/** What nodes say of each other. */
function clusterOf(members) {
  const info = new gossip.ClusterInfo();
  info.setMembersList(
    members.map(({ host, port, state = 'LEADER', alive = true }) => {
      const member = new gossip.MemberInfo();
      member.setInstanceId(uuidOf(randomUUID()));
      member.setTimeStamp(String(BigInt(Date.now()) * 10_000n));
      member.setState(gossip.MemberInfo.VNodeState[state]);
      member.setIsAlive(alive);
      const endpoint = new gossip.EndPoint();
      endpoint.setAddress(host);
      endpoint.setPort(port);
      member.setHttpEndPoint(endpoint);
      return member;
    }),
  );
  return info;
}
