import type { PoolClient, QueryArrayConfig } from 'pg';
import type { Append, AppendOutcome, EventBytes } from '../../../application/shared/event-store.js';
import { bigintArray, byteaArray, integerArray, textArray } from './binary-array.js';
import { OutcomeUnknown, type Connections } from './connections.js';

/** A verdict of log.append, in the order of its columns. */
type Verdict = readonly [
  verdict: 'written' | 'resent' | 'conflict' | 'clock',
  position: bigint | string,
  revision: number,
  offByMs: bigint | string,
];

/** What the network may add to the time the server allows a statement, before the connection counts as dead. */
const NETWORK_MARGIN_MS = 5_000;

/**
 * One transaction for many streams, at most one append each; an outcome for each, in their order. Throws StoreUnavailable.
 * When the connection breaks after sending, the same bytes go out once more on another connection: what was committed answers "resent".
 */
export async function commit(connections: Connections, appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
  const statement = statementOf(appends, connections.statementTimeoutMs);
  const send = (): Promise<readonly AppendOutcome[]> => connections.use((client) => execute(client, statement));
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    return await send();
  }
}

function statementOf(appends: readonly Append[], timeoutMs: number): QueryArrayConfig {
  const [first, ...others] = appends;
  const call = first !== undefined && others.length === 0 ? callForOne(first) : callForMany(appends);
  return { ...call, rowMode: 'array', ...{ query_timeout: timeoutMs + NETWORK_MARGIN_MS } };
}

type Call = Pick<QueryArrayConfig, 'name' | 'text' | 'values'>;

const callForOne = ({ stream, expected, at, events }: Append): Call => ({
  name: 'log-append-one',
  text: 'SELECT verdict, "position", revision, off_by_ms FROM log.append_one($1, $2, $3, $4, $5)',
  values: [stream, expected, at, headersOf(events), bodiesOf(events)],
});

function callForMany(appends: readonly Append[]): Call {
  const events = appends.flatMap((append) => append.events);
  return {
    name: 'log-append',
    text: 'SELECT verdict, "position", revision, off_by_ms FROM log.append($1, $2, $3, $4, $5, $6)',
    values: [
      textArray(appends.map(({ stream }) => stream)),
      integerArray(appends.map(({ expected }) => expected)),
      integerArray(appends.map((append) => append.events.length)),
      bigintArray(appends.map(({ at }) => at)),
      headersOf(events),
      bodiesOf(events),
    ],
  };
}

const headersOf = (events: readonly EventBytes[]): Buffer => byteaArray(events.map(({ header }) => header));
const bodiesOf = (events: readonly EventBytes[]): Buffer => byteaArray(events.map(({ body }) => body));

async function execute(client: PoolClient, statement: QueryArrayConfig): Promise<readonly AppendOutcome[]> {
  const { rows } = await client.query<Verdict[]>(statement);
  return (rows as unknown as Verdict[]).map(outcomeOf);
}

function outcomeOf([verdict, position, revision, offByMs]: Verdict): AppendOutcome {
  switch (verdict) {
    case 'written':
    case 'resent':
      return { outcome: 'written', position: BigInt(position), revision, resent: verdict === 'resent' };
    case 'conflict':
      return { outcome: 'conflict', actual: revision };
    case 'clock':
      return { outcome: 'clock', offByMs: Number(offByMs) };
  }
}
