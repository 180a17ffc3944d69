import type { PoolClient, QueryArrayConfig } from 'pg';
import { LONGEST_WAIT_MS, type AppendOutcome, type EventBytes } from '../../../application/shared/event-store.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { bigintArray, byteaArray, integerArray, textArray } from './binary-array.js';
import { OutcomeUnknown, type Connections } from './connections.js';
import type { Arrived } from './group-commit.js';

/** What became of an append, or why nothing can be promised of it. */
export type Answer = AppendOutcome | StoreUnavailable;

/** A verdict of log.append, in the order of its columns. */
type Verdict = readonly [
  verdict: 'written' | 'resent' | 'conflict' | 'clock' | 'ended',
  position: bigint | string,
  revision: number,
  offByMs: bigint | string,
];

/**
 * One transaction for many streams, at most one append each; an outcome for each, in their order. Throws StoreUnavailable.
 * When the connection breaks after sending, the same bytes go out once more on another connection: what was committed answers "resent".
 */
export async function commit(connections: Connections, arrived: readonly Arrived[]): Promise<readonly Answer[]> {
  const { limit } = connections;
  const send = (): Promise<readonly Answer[]> =>
    connections.use(async (client) => (await allAtOnce(client, arrived, limit)) ?? (await oneByOne(client, arrived, limit)));
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    return await send();
  }
}

/** How long an append has waited until it is sent, milliseconds: no fault of its clock. The database believes LONGEST_WAIT_MS of it at most. */
const waited = ({ came }: Arrived): number => Math.min(Math.round(performance.now() - came), LONGEST_WAIT_MS);

/** The usual case: everything fits and lies one behind the other. Null when something did not, and nothing was written. */
async function allAtOnce(
  client: PoolClient,
  arrived: readonly Arrived[],
  limit: Connections['limit'],
): Promise<readonly AppendOutcome[] | null> {
  const [first] = arrived;
  const call = first !== undefined && arrived.length === 1 ? alone(first) : together(arrived);
  const { rows } = await client.query<[bigint | string | null]>(configured(call, limit));
  const base = (rows as unknown as readonly (readonly [bigint | string | null])[])[0]?.[0] ?? null;
  if (base === null) return null;
  let position = BigInt(base);
  return arrived.map(({ append: { expected, events } }) => {
    position += BigInt(events.length);
    return { outcome: 'written', position, revision: expected + events.length, resent: false };
  });
}

/** An outcome for each, whatever became of the others. */
async function oneByOne(client: PoolClient, arrived: readonly Arrived[], limit: Connections['limit']): Promise<readonly Answer[]> {
  const { rows } = await client.query<Verdict[]>(configured(judged(arrived), limit));
  return (rows as unknown as Verdict[]).map(outcomeOf);
}

type Call = Pick<QueryArrayConfig, 'name' | 'text' | 'values'>;

const configured = (call: Call, limit: Connections['limit']): QueryArrayConfig => ({ ...call, rowMode: 'array', ...limit });

const alone = (arrived: Arrived): Call => ({
  name: 'log-append-alone',
  text: 'SELECT log.append_alone($1, $2, $3, $4, $5, $6)',
  values: [
    arrived.append.stream,
    arrived.append.expected,
    arrived.append.at,
    waited(arrived),
    headersOf(arrived.append.events),
    bodiesOf(arrived.append.events),
  ],
});

/** A row for each event, in columns. */
function together(arrived: readonly Arrived[]): Call {
  const [streams, revs, ats, waits]: [string[], number[], number[], number[]] = [[], [], [], []];
  const events: EventBytes[] = [];
  for (const one of arrived) {
    const { stream, expected, at } = one.append;
    const wait = waited(one);
    let rev = expected;
    for (const event of one.append.events) {
      rev += 1;
      streams.push(stream);
      revs.push(rev);
      ats.push(at);
      waits.push(wait);
      events.push(event);
    }
  }
  return {
    name: 'log-append-all',
    text: 'SELECT log.append_all($1, $2, $3, $4, $5, $6)',
    values: [textArray(streams), integerArray(revs), bigintArray(ats), integerArray(waits), headersOf(events), bodiesOf(events)],
  };
}

function judged(arrived: readonly Arrived[]): Call {
  const appends = arrived.map(({ append }) => append);
  const events = appends.flatMap((append) => append.events);
  return {
    name: 'log-append',
    text: 'SELECT verdict, "position", revision, off_by_ms FROM log.append($1, $2, $3, $4, $5, $6, $7)',
    values: [
      textArray(appends.map(({ stream }) => stream)),
      integerArray(appends.map(({ expected }) => expected)),
      integerArray(appends.map((append) => append.events.length)),
      bigintArray(appends.map(({ at }) => at)),
      integerArray(arrived.map(waited)),
      headersOf(events),
      bodiesOf(events),
    ],
  };
}

const headersOf = (events: readonly EventBytes[]): Buffer => byteaArray(events.map(({ header }) => header));
const bodiesOf = (events: readonly EventBytes[]): Buffer => byteaArray(events.map(({ body }) => body));

function outcomeOf([verdict, position, revision, offByMs]: Verdict): Answer {
  switch (verdict) {
    case 'written':
    case 'resent':
      return { outcome: 'written', position: BigInt(position), revision, resent: verdict === 'resent' };
    case 'conflict':
      return { outcome: 'conflict', actual: revision };
    case 'clock':
      return { outcome: 'clock', offByMs: Number(offByMs) };
    case 'ended':
      return new StoreUnavailable('the stream was ended for ever');
  }
}
