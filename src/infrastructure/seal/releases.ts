import type { Pool } from 'pg';
import type { EventStore } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { endOfDay, startOfDay } from './utc-day.js';
import { reach } from '../postgres/reach.js';

/** Keys of what lies in one ring, handed out to doors on a day on which nothing was written about it. */
export interface UnexplainedRelease {
  /** Stream id of the space. */
  readonly owner: string;
  readonly count: number;
}
/** What a comparison of handed out keys and written lines came to. */
export interface ReleaseCheck {
  /** Rings of which keys were handed out to doors. */
  readonly rings: number;
  /** Keys handed out behind the doors, of all rings together. */
  readonly behind: number;
  readonly unexplained: readonly UnexplainedRelease[];
}

const RINGS = `SELECT owner, sum(count)::bigint AS count FROM vault.release WHERE day = $1 AND owner > $2 GROUP BY owner ORDER BY owner LIMIT $3`;
const BEHIND = 'SELECT coalesce(sum(count), 0)::bigint AS count FROM vault.release_behind WHERE day = $1';
const AT_ONCE = 200;
/** Streams are read whole, bodies included: so many lie in memory together. */
const STREAMS_AT_ONCE = 8;
const FIRST = '00000000-0000-0000-0000-000000000000';
/** Where a look or an act on what lies in a space leaves its line; the passage first, for it is nearly always there. */
const CATEGORIES = ['passage', 'record', 'access', 'space', 'notices'] as const;

interface Ring {
  readonly owner: string;
  readonly count: bigint;
}

/**
 * Keys against lines: of each ring whose content, trace or document keys were handed out to a door on a day, some line was written in its streams on that day
 * (or within the hour after it: keys are remembered for a minute). How many keys a line explains is not asked: one look may need any number of them, and a process
 * that remembers them none, so no number is too many. Needs no key; under mes_sealer.
 */
export class Releases {
  constructor(
    private readonly pool: Pool,
    private readonly store: Pick<EventStore, 'readMany'>,
  ) {}

  /** `day`: in UTC, such as 2026-11-21. */
  async check(day: string): Promise<ReleaseCheck> {
    const unexplained: UnexplainedRelease[] = [];
    let rings = 0;
    for (let after: string | undefined = FIRST; after !== undefined;) {
      const { rows }: { readonly rows: Ring[] } = await reach(() => this.pool.query<Ring>(RINGS, [day, after, AT_ONCE]));
      rings += rows.length;
      const written = await this.writtenAbout(
        rows.map(({ owner }) => owner),
        day,
      );
      for (const { owner, count } of rows) if (!written.has(owner)) unexplained.push({ owner, count: Number(count) });
      after = rows.length < AT_ONCE ? undefined : rows.at(-1)?.owner;
    }
    const { rows } = await reach(() => this.pool.query<{ count: bigint }>(BEHIND, [day]));
    return { rings, behind: Number(rows[0]?.count ?? 0n), unexplained };
  }

  /** Those of these owners of whom something was written then. */
  private async writtenAbout(owners: readonly string[], day: string): Promise<ReadonlySet<string>> {
    const [from, until] = [startOfDay(day), endOfDay(day)];
    const found = new Set<string>();
    for (const category of CATEGORIES) {
      const open = owners.filter((owner) => !found.has(owner));
      for (let n = 0; n < open.length; n += STREAMS_AT_ONCE) {
        const some = open.slice(n, n + STREAMS_AT_ONCE);
        const events = await this.store.readMany(some.map((owner): StreamName => `${category}-${owner}`));
        for (const owner of some)
          if (events.get(`${category}-${owner}`)?.some(({ header }) => isBetween(header, from, until)) === true) found.add(owner);
      }
    }
    return found;
  }
}

const isBetween = (header: Uint8Array, from: string, until: string): boolean => {
  const [, at = ''] = /"at":"([^"]+)"/.exec(Buffer.from(header).toString('utf8')) ?? [];
  return at >= from && at < until;
};
