import type { Pool } from 'pg';
import { IdentityRegistry, StoreUnavailable, type SpaceAddress } from '../../application/shared/ports.js';
import { AskTogether } from '../postgres/ask-together.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import { isUuid } from '../uuid.js';
import { named, type Peppers } from './peppers.js';
import { deletePeople, findPeople, insertPeople, whoIsSuppressed, type Asked } from './person-rows.js';
import type { RegistryFollower } from './registry-follower.js';

const BY_HANDLES = 'SELECT space AS id, handle FROM registry.person WHERE handle = ANY ($1::uuid[])';
const BY_CODE = 'SELECT p.space AS id, p.handle FROM registry.code c JOIN registry.person p USING (space) WHERE c.digest = $1';
/** A process died while it suppressed somebody, and the step waits to be repeated: without him. */
const NOT_AGAIN = `UPDATE erasure.destruction SET suppression = NULL
  WHERE done_at IS NULL AND step = 'REGISTRY' AND suppression = ANY ($1::bytea[])`;
/** Counted under every pepper, once: a restore must know whether he was destroyed again since. */
const LIFT = `WITH gone AS (DELETE FROM registry.suppression WHERE digest = ANY ($1::bytea[]) RETURNING 1)
  INSERT INTO registry.lifted AS l SELECT digest, 1 FROM unnest($1::bytea[]) AS d(digest) WHERE EXISTS (SELECT FROM gone)
  ON CONFLICT (digest) DO UPDATE SET times = l.times + 1`;
/** Each request from outside names a space by its handle. */
const TOGETHER = { most: 128, lanes: 2 };
/** A server that does not answer for so long is away, milliseconds. */
const LIMIT = { query_timeout: 15_000 };
const DIGEST = 32;
const ATTEMPTS = 3;

/** What a reservation answers for one INS. */
export type Reservation = SpaceAddress | 'suppressed';

/** Who has which space, in PostgreSQL (schema registry, role mes_vault): keyed digests of INS and codes, never themselves. */
export class PostgresIdentityRegistry extends IdentityRegistry {
  private readonly handles = new AskTogether((all: readonly string[]) => this.byHandles(all), TOGETHER);

  /** `log` is the name of the event store that new spaces lie in. */
  constructor(
    private readonly pool: Pool,
    private readonly peppers: Peppers,
    private readonly follower: RegistryFollower,
    private readonly log: string,
  ) {
    super();
  }

  async reserve(ins: string): Promise<Reservation> {
    const [reservation] = await this.reserveMany([ins]);
    if (!reservation) throw new Error('a reservation was asked for and none was answered');
    return reservation;
  }

  /** Reservations for a page of a file, in its order; the same INS twice gets the same answer. */
  async reserveMany(many: readonly string[]): Promise<readonly Reservation[]> {
    await this.follower.caughtUp();
    const answers = new Map<string, Reservation>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const open = [...new Set(many)].filter((ins) => !answers.has(ins));
      if (open.length === 0) break;
      await reach(() => this.answerKnown(open, answers));
      await this.makeMissing(
        open.filter((ins) => !answers.has(ins)),
        answers,
      );
    }
    return many.map((ins) => {
      const answer = answers.get(ins);
      // Somebody else made and took away the same row each time: very busy, and not decided.
      if (!answer) throw new StoreUnavailable('a reservation could not be settled');
      return answer;
    });
  }

  async byIns(ins: string): Promise<SpaceAddress | null> {
    return (await this.byInsMany([ins]))[0] ?? null;
  }

  /** The addresses of many persons, in the order asked. */
  async byInsMany(many: readonly string[]): Promise<readonly (SpaceAddress | null)[]> {
    await this.follower.caughtUp();
    return reach(() =>
      findPeople(
        this.pool,
        many.map((ins) => this.peppers.identity(ins)),
      ),
    );
  }

  /** An address that is there never changes, and goes the moment its space is destroyed: only one that is not there may be on its way in the log. */
  async byHandle(handle: string): Promise<SpaceAddress | null> {
    if (!isUuid(handle)) return null;
    // Once, so that nobody is answered from a registry that belongs to another log.
    if (!this.follower.hasBegun) await this.follower.caughtUp();
    const known = await this.handles.ask(handle);
    if (known !== null) return known;
    await this.follower.caughtUp();
    return this.handles.ask(handle);
  }

  async byCode(codeDigest: string): Promise<SpaceAddress | null> {
    await this.follower.caughtUp();
    const digest = Buffer.from(codeDigest, 'base64url');
    return digest.length === DIGEST ? this.one(BY_CODE, digest) : null;
  }

  /** The person had the space destroyed: address and codes go, a digest stays that makes files skip him. Twice is once. */
  async suppress(ins: string): Promise<void> {
    const digests = this.peppers.identity(ins).map(({ digest }) => digest);
    await transaction(this.pool, async (client) => {
      await client.query('INSERT INTO registry.suppression VALUES ($1) ON CONFLICT DO NOTHING', [this.peppers.suppression(ins)[0].digest]);
      const gone = await client.query<{ space: string }>('DELETE FROM registry.person WHERE digest = ANY ($1::bytea[]) RETURNING space', [
        digests,
      ]);
      await client.query('DELETE FROM registry.code WHERE space = ANY ($1::uuid[])', [gone.rows.map(({ space }) => space)]);
    });
  }

  async isSuppressed(ins: string): Promise<boolean> {
    const [suppressed = false] = await reach(() => whoIsSuppressed(this.pool, [this.peppers.suppression(ins)]));
    return suppressed;
  }

  async release(ins: string): Promise<void> {
    const digests = this.peppers.suppression(ins).map(({ digest }) => digest);
    await transaction(this.pool, async (client) => {
      // First: whoever does that step holds its row, and needs the entry that goes below.
      await client.query(NOT_AGAIN, [digests]);
      await client.query(LIFT, [digests]);
    });
  }

  private async byHandles(handles: readonly string[]): Promise<readonly (SpaceAddress | null)[]> {
    const values = [[...new Set(handles)]];
    const { rows } = await reach(() => this.pool.query<SpaceAddress>({ name: 'registry-by-handle', text: BY_HANDLES, values, ...LIMIT }));
    const found = new Map<string, SpaceAddress>(rows.map((address) => [address.handle, address]));
    return handles.map((handle) => found.get(handle) ?? null);
  }

  private async one(sql: string, value: string | Buffer): Promise<SpaceAddress | null> {
    return (await reach(() => this.pool.query<SpaceAddress>(sql, [value]))).rows[0] ?? null;
  }

  private asked(ins: string): Asked {
    return { identity: this.peppers.identity(ins), suppression: this.peppers.suppression(ins) };
  }

  private async answerKnown(open: readonly string[], answers: Map<string, Reservation>): Promise<void> {
    const asked = open.map((ins) => this.asked(ins));
    const suppressed = await whoIsSuppressed(
      this.pool,
      asked.map(({ suppression }) => suppression),
    );
    const known = await findPeople(
      this.pool,
      asked.map(({ identity }) => identity),
    );
    open.forEach((ins, i) => {
      const answer = suppressed[i] ? 'suppressed' : known[i];
      if (answer) answers.set(ins, answer);
    });
  }

  /** Rows first, then the suppression entries again: whoever was suppressed in between had his row deleted, and must not get a new one. */
  private async makeMissing(missing: readonly string[], answers: Map<string, Reservation>): Promise<void> {
    if (missing.length === 0) return;
    const asked = missing.map((ins) => ({ ins, ...this.asked(ins) }));
    await transaction(this.pool, async (client) => {
      const made = await insertPeople(
        client,
        asked.map(({ identity }) => identity),
        this.log,
      );
      const mine = asked.filter(({ identity }) => made.has(named(identity[0].digest)));
      const suppressed = await whoIsSuppressed(
        client,
        mine.map(({ suppression }) => suppression),
      );
      const back = mine.filter((_, i) => suppressed[i]);
      await deletePeople(
        client,
        back.map(({ identity }) => identity[0].digest),
      );
      mine.forEach(({ ins, identity }, i) => {
        const address = made.get(named(identity[0].digest));
        if (address) answers.set(ins, suppressed[i] ? 'suppressed' : address);
      });
    });
  }
}
