import { EMPTY, type MapNode } from './map-node.js';
import { nodeOf, rowIn } from './map-row.js';
import type { Db, StoredRow } from './map-table.js';

/** Some hundred kilobytes. */
const ROWS_AT_ONCE = 512;
const ROWS = 'SELECT prefix, branch, content FROM seal.map_row';
// By their digits: every branch comes before all that is below it.
const IN_ORDER = 'ORDER BY prefix LIMIT $1';
const DIGITS = '0123456789abcdef';

type Stored = StoredRow & { readonly content: Buffer };
/** A branch that was found to be right, and which of its subtrees comes next. */
interface Above {
  readonly prefix: string;
  readonly children: readonly MapNode[];
  next: number;
}

/**
 * Hashes every row of the map of heads anew, from the topmost on, and compares it with what the row above it says of it. What is wrong with the first that is
 * another, missing, or in no row above it; null: nothing. Reads a page at a time and keeps one branch for each digit, however large the map is; `read` is told
 * of each page and waited for.
 */
export async function faultInRows(
  db: Db,
  root: Uint8Array,
  read: () => void | Promise<void>,
  atOnce = ROWS_AT_ONCE,
): Promise<string | null> {
  const way = new Way(root);
  for (let page = await pageOf(db, null, atOnce); page.length > 0; page = await pageOf(db, page.at(-1)?.prefix ?? null, atOnce)) {
    for (const stored of page) {
      const fault = way.meet(stored);
      if (fault !== null) return fault;
    }
    await read();
  }
  return way.end();
}

async function pageOf(db: Db, after: string | null, atOnce: number): Promise<readonly Stored[]> {
  const [query, behind] = after === null ? [`${ROWS} ${IN_ORDER}`, []] : [`${ROWS} WHERE prefix > $2 ${IN_ORDER}`, [after]];
  return (await db.query<Stored>(query, [atOnce, ...behind])).rows;
}

/** From the topmost row to the one that was met last. */
class Way {
  private readonly branches: Above[] = [];
  private begun = false;

  constructor(private readonly root: Uint8Array) {}

  /** What is wrong with the next row, or with one that should have come before it. */
  meet(stored: Stored): string | null {
    const { prefix } = stored;
    if (prefix === '') return this.take(stored, { hash: this.root });
    const fault = this.leave(prefix);
    const above = this.branches.at(-1);
    if (fault !== null || above === undefined) return fault ?? strange(prefix);
    const digit = DIGITS.indexOf(prefix.charAt(above.prefix.length));
    const isNext = prefix.length === above.prefix.length + 1;
    const gone = missing(above, isNext ? digit : digit + 1);
    const said = isNext ? above.children[digit] : undefined;
    if (gone !== null || said === undefined) return gone ?? strange(prefix);
    above.next = digit + 1;
    return this.take(stored, said);
  }

  end(): string | null {
    if (!this.begun && !same(this.root, EMPTY.hash)) return `${nameOf('')} is not there`;
    return this.leave(null);
  }

  /** Branches that have nothing more below them: what they say of the rest must be nothing. */
  private leave(prefix: string | null): string | null {
    for (let above = this.branches.at(-1); above !== undefined; above = this.branches.at(-1)) {
      if (prefix?.startsWith(above.prefix) === true) return null;
      const fault = missing(above, above.children.length);
      if (fault !== null) return fault;
      this.branches.pop();
    }
    return null;
  }

  private take(stored: Stored, said: Pick<MapNode, 'hash'> & Partial<MapNode>): string | null {
    this.begun = true;
    const found = hashed(stored);
    // Two kinds may come to the same hash further up: only one of them was written.
    if (found === null || !same(found.node.hash, said.hash) || found.node.kind !== (said.kind ?? found.node.kind))
      return `${nameOf(stored.prefix)} is not the one that was written`;
    if (found.children !== null) this.branches.push({ prefix: stored.prefix, children: found.children, next: 0 });
    return null;
  }
}

/** What is said of the rows before this digit must be nothing, for none of them came. */
function missing(above: Above, before: number): string | null {
  for (; above.next < before; above.next += 1) {
    const child = above.children[above.next] ?? EMPTY;
    if (child.kind !== 'empty' || !same(child.hash, EMPTY.hash)) return `${nameOf(above.prefix + above.next.toString(16))} is not there`;
  }
  return null;
}

/** Null: nobody could have written it. */
function hashed({ prefix, branch, content }: Stored): { readonly node: MapNode; readonly children: readonly MapNode[] | null } | null {
  if (content.length === 0) return null;
  try {
    const row = rowIn(prefix, branch, content);
    return { node: nodeOf(row), children: row.children };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
const nameOf = (prefix: string): string => (prefix === '' ? 'the topmost row of the map of heads' : `row ${prefix} of the map of heads`);
const strange = (prefix: string): string => `${nameOf(prefix)} is in no row above it`;
