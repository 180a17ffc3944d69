import type { Pool } from 'pg';
import { isReadable, type FactReader, type Met } from '../../application/shared/fact-reader.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import { named } from '../registry/peppers.js';
import { codesIn } from '../registry/space-facts.js';

/** What the registry holds and the log does not. */
export interface LostAddresses {
  /** Rows that were looked at. */
  readonly people: number;
  /** Spaces of which the log holds no event. */
  readonly spaces: readonly string[];
  /** How many codes lead to these. */
  readonly codesOfSpaces: number;
  /** Codes of other spaces that no event of theirs issued; none where one cannot be read, which may have issued any. */
  readonly codes: readonly Buffer[];
  /** Spaces whose content lies under keys of another state than their stream says: put away though it is open, or in use though it is closed. */
  readonly misplaced: readonly { readonly space: string; readonly to: 'active' | 'archived' }[];
}

interface Row {
  readonly space: string;
  readonly codes: readonly Buffer[];
  readonly states: readonly number[];
}

const AT_ONCE = 200;
/** States of keys, and purposes of those that close with a space: content and documents (migration 0003). */
const [ACTIVE, ARCHIVED] = [1, 2];
const FIRST = '00000000-0000-0000-0000-000000000000';
const PEOPLE = `SELECT p.space, ARRAY(SELECT c.digest FROM registry.code c WHERE c.space = p.space) AS codes,
    ARRAY(SELECT DISTINCT k.state FROM vault.key k WHERE k.owner = p.space AND k.purpose IN (2, 4) AND k.state IN (${ACTIVE}, ${ARCHIVED})) AS states
  FROM registry.person p WHERE p.log = $1 AND p.space > $2 ORDER BY p.space LIMIT ${AT_ONCE}`;

interface Parts {
  /** Under mes_vault. */
  readonly pool: Pool;
  readonly reader: Pick<FactReader, 'readMany'>;
  /** Name of the log. */
  readonly log: string;
}

/** Looks every address up in the log; `progress` is told how many. Changes nothing. */
export async function lostAddresses({ pool, reader, log }: Parts, progress: (done: number) => void): Promise<LostAddresses> {
  const [spaces, codes]: [string[], Buffer[]] = [[], []];
  const misplaced: LostAddresses['misplaced'][number][] = [];
  let [people, codesOfSpaces, after] = [0, 0, FIRST];
  for (;;) {
    const { rows } = await reach(() => pool.query<Row>(PEOPLE, [log, after]));
    const met = await factsOf(
      reader,
      rows.map(({ space }) => space),
    );
    for (const row of rows) {
      const its = met.get(row.space);
      if (its === undefined) {
        spaces.push(row.space);
        codesOfSpaces += row.codes.length;
      } else if (its.every((one) => isReadable(one))) {
        codes.push(...codesWithout(row, its));
        misplaced.push(...keysBeside(row, its));
      }
    }
    people += rows.length;
    progress(people);
    after = rows.at(-1)?.space ?? after;
    if (rows.length < AT_ONCE) return { people, spaces, codesOfSpaces, codes, misplaced };
  }
}

/** Takes these addresses and codes out. A space that came into the log meanwhile keeps its own. Twice is once. */
export async function removeAddresses({ pool, reader }: Omit<Parts, 'log'>, { spaces, codes }: LostAddresses): Promise<void> {
  for (let at = 0; at < spaces.length; at += AT_ONCE) {
    const page = spaces.slice(at, at + AT_ONCE);
    const there = await factsOf(reader, page);
    const gone = page.filter((space) => !there.has(space));
    await transaction(pool, async (db) => {
      await db.query('DELETE FROM registry.code WHERE space = ANY ($1::uuid[])', [gone]);
      await db.query('DELETE FROM registry.person WHERE space = ANY ($1::uuid[])', [gone]);
    });
  }
  await reach(() => pool.query('DELETE FROM registry.code WHERE digest = ANY ($1::bytea[])', [codes]));
}

/** What the log holds of these spaces; one of which it holds nothing is not among them. */
async function factsOf(reader: Parts['reader'], spaces: readonly string[]): Promise<ReadonlyMap<string, readonly Met[]>> {
  const met = new Map<string, Met[]>();
  for (const one of await reader.readMany(spaces.map((space): StreamName => `space-${space}`))) {
    const space = one.stream.slice('space-'.length);
    const its = met.get(space);
    if (its) its.push(one);
    else met.set(space, [one]);
  }
  return met;
}

const codesWithout = ({ codes }: Row, facts: readonly Recorded[]): readonly Buffer[] => {
  const issued = new Set(codesIn(facts).map(named));
  return codes.filter((digest) => !issued.has(named(digest)));
};

function keysBeside({ space, states }: Row, facts: readonly Recorded[]): LostAddresses['misplaced'] {
  const last = facts.findLast(({ event: { type } }) => type === 'SpaceClosed' || type === 'SpaceReopened');
  const isClosed = last?.event.type === 'SpaceClosed';
  const wrong = states.some((state) => state !== (isClosed ? ARCHIVED : ACTIVE));
  return wrong ? [{ space, to: isClosed ? 'archived' : 'active' }] : [];
}
