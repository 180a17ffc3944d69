import type { ClientBase, Pool } from 'pg';
import type { SpaceAddress } from '../../application/shared/ports.js';
import { named, type Digests } from './peppers.js';

/** Where to ask: a pool, or the connection of a transaction. */
export type Database = Pool | ClientBase;

/** A person asked for: the digests under each pepper, never the INS. */
export interface Asked {
  readonly identity: Digests;
  readonly suppression: Digests;
}

interface Row {
  readonly digest: Buffer;
  readonly space: string;
  readonly handle: string;
}

const FIND = 'SELECT digest, space, handle FROM registry.person WHERE digest = ANY ($1::bytea[])';
const REKEY = `UPDATE registry.person p SET digest = n.digest, pepper = n.pepper
  FROM unnest($1::bytea[], $2::bytea[], $3::smallint[]) AS n(old, digest, pepper) WHERE p.digest = n.old`;
const RESERVE = `INSERT INTO registry.person (digest, pepper, log) SELECT n.digest, n.pepper, $3 FROM unnest($1::bytea[], $2::smallint[]) AS n(digest, pepper)
  ON CONFLICT (digest) DO NOTHING RETURNING digest, space, handle`;
const SUPPRESSED = 'SELECT digest FROM registry.suppression WHERE digest = ANY ($1::bytea[])';
const MOVE_SUPPRESSED = `WITH gone AS (DELETE FROM registry.suppression WHERE digest = ANY ($1::bytea[]))
  INSERT INTO registry.suppression SELECT * FROM unnest($2::bytea[]) ON CONFLICT DO NOTHING`;

const addressOf = ({ space, handle }: Row): SpaceAddress => ({ id: space, handle });
const every = (digests: readonly Digests[]): readonly Buffer[] => digests.flatMap((each) => each.map(({ digest }) => digest));

/** For each of the asked, whichever of its digests is among the found: the index of the epoch, 0 for the newest. */
const epochFound = (digests: Digests, found: ReadonlyMap<string, unknown>): number =>
  digests.findIndex(({ digest }) => found.has(named(digest)));

/** The addresses known for these persons; rows under an older pepper are moved to the newest on the way. */
export async function findPeople(database: Database, people: readonly Digests[]): Promise<readonly (SpaceAddress | null)[]> {
  const { rows } = await database.query<Row>({ name: 'registry-find', text: FIND, values: [every(people)] });
  const found = new Map(rows.map((row) => [named(row.digest), row]));
  const at = people.map((digests) => epochFound(digests, found));
  const old = people.flatMap((digests, i) => ((at[i] ?? -1) > 0 ? [{ digests, epoch: at[i] ?? 0 }] : []));
  if (old.length > 0)
    await database.query(REKEY, [
      old.map(({ digests, epoch }) => digests[epoch]?.digest),
      old.map(({ digests }) => digests[0].digest),
      old.map(({ digests }) => digests[0].epoch),
    ]);
  return people.map((digests, i) => {
    const row = found.get(named(digests[at[i] ?? -1]?.digest ?? Buffer.alloc(0)));
    return row ? addressOf(row) : null;
  });
}

/** Which of these persons have a suppression entry; entries under an older pepper are moved to the newest on the way. */
export async function whoIsSuppressed(database: Database, people: readonly Digests[]): Promise<readonly boolean[]> {
  const { rows } = await database.query<Pick<Row, 'digest'>>({ name: 'registry-suppressed', text: SUPPRESSED, values: [every(people)] });
  const found = new Map(rows.map(({ digest }) => [named(digest), true]));
  const at = people.map((digests) => epochFound(digests, found));
  const old = people.flatMap((digests, i) => ((at[i] ?? -1) > 0 ? [{ digests, epoch: at[i] ?? 0 }] : []));
  if (old.length > 0)
    await database.query(MOVE_SUPPRESSED, [
      old.map(({ digests, epoch }) => digests[epoch]?.digest),
      old.map(({ digests }) => digests[0].digest),
    ]);
  return at.map((epoch) => epoch >= 0);
}

/** Makes rows for persons who have none, in the order of their digests so that two batches never wait for each other in a circle. Returns those made here. */
export async function insertPeople(
  database: Database,
  people: readonly Digests[],
  log: string,
): Promise<ReadonlyMap<string, SpaceAddress>> {
  const sorted = people.map(([newest]) => newest).sort((a, b) => Buffer.compare(a.digest, b.digest));
  const { rows } = await database.query<Row>({
    name: 'registry-reserve',
    text: RESERVE,
    values: [sorted.map(({ digest }) => digest), sorted.map(({ epoch }) => epoch), log],
  });
  return new Map(rows.map((row) => [named(row.digest), addressOf(row)]));
}

/** Takes rows away again. */
export async function deletePeople(database: Database, digests: readonly Buffer[]): Promise<void> {
  await database.query('DELETE FROM registry.person WHERE digest = ANY ($1::bytea[])', [digests]);
}
