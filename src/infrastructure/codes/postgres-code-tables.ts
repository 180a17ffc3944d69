import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { classOf } from '../../application/shared/class-of.js';
import { pause } from '../../application/shared/pause.js';
import { CodeTables, LIST_NAMES, VersionTaken, type CodeList, type ListName, type Standing } from '../../application/record/code-tables.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import { shippedCodeLists } from './shipped.js';

/** How long another process may go on with a version that does not count any more, milliseconds. */
const LOOK_EVERY_MS = 2_000;
/** Imports one after the other; any fixed number will do. */
const IMPORT_LOCK = 7_430_002;

const digestOf = (list: CodeList): Buffer => createHash('sha256').update(canonicalJson(list)).digest();

interface Kept {
  readonly list: ListName;
  readonly version: string;
  readonly digest: Buffer;
}
type Loaded = Kept & { readonly content: CodeList };

const NEWEST = 'SELECT DISTINCT ON (list) list, version, digest FROM reference.code_list ORDER BY list, place DESC';

/** The versions in PostgreSQL; those that count are held in memory and looked after. */
export class PostgresCodeTables extends CodeTables {
  private readonly loaded = new Map<ListName, Loaded>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> = Promise.resolve();
  private inTrouble = false;

  private constructor(
    /** Under mes_projector. */
    private readonly pool: Pool,
    /** Told when the lists cannot be looked after, once until they can be again. */
    private readonly report: (trouble: string) => void,
  ) {
    super();
  }

  /** Loads the versions that count; a list that is not there yet gets the version that is shipped. Throws StoreUnavailable. */
  static async open(pool: Pool, report: (trouble: string) => void): Promise<PostgresCodeTables> {
    const tables = new PostgresCodeTables(pool, report);
    await tables.load();
    if (LIST_NAMES.some((name) => !tables.loaded.has(name))) await tables.addShipped();
    tables.looking = tables.look();
    return tables;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  current(list: ListName): CodeList {
    const loaded = this.loaded.get(list);
    if (!loaded) throw new Error(`there is no version of the list ${list}`);
    return loaded.content;
  }

  async standing(list: CodeList): Promise<Standing> {
    return reach(() => standingOf(this.pool, list));
  }

  async add(lists: readonly CodeList[]): Promise<void> {
    await this.insert(lists);
    await this.load();
  }

  /** Several processes may start together on an empty database: whoever comes second finds the lists there. */
  private async addShipped(): Promise<void> {
    const lists = await shippedCodeLists();
    await this.insert(lists.filter(({ list }) => !this.loaded.has(list)));
    await this.load();
  }

  private insert(lists: readonly CodeList[]): Promise<void> {
    return transaction(this.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
      for (const list of lists) await insertOne(client, list);
    });
  }

  private async load(): Promise<void> {
    const newest = await reach(() => this.pool.query<Kept>(NEWEST));
    const changed = newest.rows.filter(({ list, digest }) => this.loaded.get(list)?.digest.equals(digest) !== true);
    for (const { list, version } of changed) {
      const { rows } = await reach(() =>
        this.pool.query<Loaded>('SELECT list, version, digest, content FROM reference.code_list WHERE list = $1 AND version = $2', [
          list,
          version,
        ]),
      );
      for (const row of rows) this.loaded.set(list, row);
    }
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    for (await pause(LOOK_EVERY_MS, signal); !signal.aborted; await pause(LOOK_EVERY_MS, signal))
      try {
        await this.load();
        this.inTrouble = false;
      } catch (error) {
        if (!this.inTrouble) this.report(`code lists cannot be looked after: ${classOf(error)}`);
        this.inTrouble = true;
      }
  }
}

async function standingOf(client: Pick<PoolClient, 'query'>, list: CodeList): Promise<Standing> {
  const { rows } = await client.query<{ same: boolean }>(
    'SELECT digest = $3 AS same FROM reference.code_list WHERE list = $1 AND (version = $2 OR digest = $3) ORDER BY same DESC LIMIT 1',
    [list.list, list.version, digestOf(list)],
  );
  const [found] = rows;
  if (!found) return 'NEW';
  return found.same ? 'KNOWN' : 'TAKEN';
}

async function insertOne(client: PoolClient, list: CodeList): Promise<void> {
  const standing = await standingOf(client, list);
  if (standing === 'TAKEN') throw new VersionTaken(list);
  if (standing === 'NEW')
    await client.query('INSERT INTO reference.code_list (list, version, digest, content) VALUES ($1, $2, $3, $4)', [
      list.list,
      list.version,
      digestOf(list),
      JSON.stringify(list),
    ]);
}
