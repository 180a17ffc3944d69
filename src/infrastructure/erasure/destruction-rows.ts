import type { Pool, PoolClient } from 'pg';
import type { UnseenDestruction } from '../../application/registers/controls.queries.js';
import type { CertificatePlace } from '../../application/shared/event-store.js';
import type { DestructionGround, DestructionScope } from '../../domain/shared/destruction-ground.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { instantOf, type Instant, type LocalDate } from '../../domain/shared/time.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import type { LedgerEntry } from './deletion-ledger.js';

/** What comes next. Each step may be done again; only when it is done does the next one stand here. */
export const STEPS = ['COLLECT', 'LEDGER', 'KEYS', 'REGISTRY', 'BLOBS', 'ROWS', 'SETTLE', 'CERTIFY', 'SEAL', 'PURGE', 'DONE'] as const;
export type Step = (typeof STEPS)[number];

/** A destruction under way. */
export interface Destruction {
  readonly space: string;
  readonly scope: DestructionScope;
  readonly ground: DestructionGround;
  readonly step: Step;
  readonly streams: readonly StreamName[];
  readonly blobs: readonly string[];
  readonly suppression: Buffer | null;
  /** Paris day on which the holder asked for it; null where nobody did, and for traces, whose end nobody asks for. */
  readonly askedOn: LocalDate | null;
  readonly died: Instant | null;
  readonly certificate: CertificatePlace | null;
}
/** What a step found out or did; the step that comes next. */
export type Progress = { readonly step: Step } & Partial<
  Pick<Destruction, 'streams' | 'blobs' | 'suppression' | 'askedOn' | 'died' | 'certificate'>
> & {
    /** How long the next step must wait, milliseconds of the database's own clock. */
    readonly after?: number;
  };

interface Row extends Omit<Destruction, 'askedOn' | 'died' | 'certificate'> {
  readonly asked_on: LocalDate | null;
  readonly died: Date | null;
  readonly certificate_stream: StreamName | null;
  readonly certificate_rev: number | null;
}

const ASK = `INSERT INTO erasure.destruction (space, scope, ground, step, not_before)
  SELECT $1, scope, $2, 'COLLECT', not_before FROM unnest($3::text[], $4::timestamptz[]) AS w(scope, not_before) ON CONFLICT DO NOTHING`;
const AGAIN = `INSERT INTO erasure.destruction AS d (space, scope, ground, step, not_before, streams, blobs, suppression, asked_on)
  VALUES ($1, $2, $3, 'KEYS', now(), $4, $5, $6, $7)
  ON CONFLICT (space, scope) DO UPDATE SET step = 'KEYS', not_before = now(), streams = excluded.streams, blobs = excluded.blobs,
    suppression = excluded.suppression, asked_on = excluded.asked_on, died = NULL, certificate_stream = NULL, certificate_rev = NULL, done_at = NULL,
    retry_at = NULL`;
const AWAIT_TRACES = `INSERT INTO erasure.destruction (space, scope, ground, step, not_before)
  SELECT space, 'TRACE', 'ERASURE', 'COLLECT', ends FROM unnest($1::uuid[], $2::timestamptz[]) AS t(space, ends) ON CONFLICT DO NOTHING`;
const TRACELESS = `SELECT space FROM unnest($1::uuid[]) AS t(space)
  WHERE NOT EXISTS (SELECT FROM erasure.destruction d WHERE d.space = t.space AND d.scope = 'TRACE')`;
const NAMED = 'CREATE TEMPORARY TABLE named (space uuid, scope text)';
const NAME = 'INSERT INTO pg_temp.named SELECT * FROM unnest($1::uuid[], $2::text[])';
const UNNAMED = `SELECT count(*)::integer AS count FROM erasure.destruction d WHERE step NOT IN ('COLLECT', 'LEDGER')
  AND NOT EXISTS (SELECT FROM pg_temp.named n WHERE n.space = d.space AND n.scope = d.scope)`;
// A destruction begins on its legal day, by the clock of whoever carries it out and by that of the database, with the tolerance of an append: before the keys
// of traces die nothing is appended that could be refused. From then on only real time counts. Whoever names a space does not wait for the end of a failure;
// for all others the comparison stands in the index, so that traces that wait for years are not read at each look. Traces begin after their space: with their
// rows goes what leads to its veils.
const BOTH_CLOCKS = `least($1::timestamptz, now() + $3::double precision * interval '1 millisecond' + interval '2 seconds')`;
const TAKE = `SELECT * FROM erasure.destruction d
  WHERE done_at IS NULL AND CASE step WHEN 'COLLECT' THEN not_before <= ${BOTH_CLOCKS} ELSE not_before <= now() END
    AND CASE WHEN $2::uuid IS NULL THEN retry_at IS NULL OR retry_at <= now() ELSE space = $2 END
    AND greatest(not_before, retry_at) <= CASE WHEN $2::uuid IS NULL THEN greatest($1::timestamptz, now()) ELSE 'infinity' END
    AND NOT (scope = 'TRACE' AND step = 'COLLECT'
      AND EXISTS (SELECT FROM erasure.destruction s WHERE s.space = d.space AND s.scope = 'SPACE' AND s.done_at IS NULL))
  ORDER BY greatest(not_before, retry_at), space, scope LIMIT 1 FOR UPDATE SKIP LOCKED`;
const MOVE = `UPDATE erasure.destruction SET step = $3, not_before = now() + $4 * interval '1 millisecond', retry_at = NULL,
    streams = coalesce($5, streams), blobs = coalesce($6, blobs), suppression = coalesce($7, suppression), died = coalesce($8, died),
    certificate_stream = coalesce($9, certificate_stream), certificate_rev = coalesce($10, certificate_rev), asked_on = coalesce($11, asked_on)
  WHERE space = $1 AND scope = $2`;
/** What stays is that, when and why; not the ids of streams, the digest of the person, or which certificate was his. */
const END = `UPDATE erasure.destruction SET step = 'DONE', done_at = now(), streams = '{}', blobs = '{}', suppression = NULL, asked_on = NULL,
    certificate_stream = NULL, certificate_rev = NULL, retry_at = NULL WHERE space = $1 AND scope = $2`;

/** Once it has begun, what stands there is no longer its legal day, which has come. */
const TRACES_PAST = `SELECT count(*)::integer AS count FROM erasure.destruction
  WHERE scope = 'TRACE' AND done_at IS NULL AND (step <> 'COLLECT' OR not_before <= $1::timestamptz)`;

/** Rows of read models are gone, the certificate is not written: nothing else knows of these. Of traces none is ever shown before their certificate. */
const UNSEEN = `SELECT ground, scope, asked_on AS "askedOn" FROM erasure.destruction
  WHERE done_at IS NULL AND step = ANY (CASE scope WHEN 'SPACE' THEN '{SETTLE,CERTIFY}'::text[] ELSE '{LEDGER,KEYS,REGISTRY,BLOBS,ROWS,SETTLE,CERTIFY}' END)
  ORDER BY not_before, space, scope LIMIT $1`;

/** The table of destructions (schema erasure, role mes_vault). */
export class DestructionRows {
  constructor(
    private readonly pool: Pool,
    /** How far the clock of a demonstration is ahead, milliseconds: it then stands for the database's too. */
    private readonly ahead: () => number = () => 0,
  ) {}

  /** Wishes for destructions of a space, none before its legal moment, all at once: traces that stood alone would not wait for it. Twice is once. */
  async ask(space: string, ground: DestructionGround, from: { readonly [S in DestructionScope]?: Instant }): Promise<void> {
    await reach(() => this.pool.query(ASK, [space, ground, Object.keys(from), Object.values(from)]));
  }

  /** Brings a destruction back to where its keys die, whatever a backup says of it. */
  async again({ space, scope, ground, streams, blobs, suppression, askedOn = null }: LedgerEntry): Promise<void> {
    const digest = suppression ? Buffer.from(suppression, 'base64') : null;
    await reach(() => this.pool.query(AGAIN, [space, scope, ground, streams, blobs, digest, askedOn]));
  }

  /** Traces that are to go at these moments, where nobody knows of it. */
  async awaitTraces(ends: ReadonlyMap<string, Instant>): Promise<void> {
    if (ends.size > 0) await reach(() => this.pool.query(AWAIT_TRACES, [[...ends.keys()], [...ends.values()]]));
  }

  /** From when on the traces of a space that was erased are to go too; null where they are not waited for. */
  async traceEnd(space: string): Promise<Instant | null> {
    const text = `SELECT not_before FROM erasure.destruction WHERE space = $1 AND scope = 'TRACE'`;
    const [row] = (await reach(() => this.pool.query<{ not_before: Date }>(text, [space]))).rows;
    return row ? instantOf(row.not_before.getTime()) : null;
  }

  /** The step at which a destruction stands; null when nobody knows of it. */
  async stepOf(space: string, scope: DestructionScope): Promise<Step | null> {
    const text = 'SELECT step FROM erasure.destruction WHERE space = $1 AND scope = $2';
    return (await reach(() => this.pool.query<{ step: Step }>(text, [space, scope]))).rows[0]?.step ?? null;
  }

  /** Those of these spaces of which nobody knows when their traces are to go, or that they went. */
  async traceless(spaces: readonly string[]): Promise<readonly string[]> {
    if (spaces.length === 0) return [];
    return (await reach(() => this.pool.query<{ space: string }>(TRACELESS, [spaces]))).rows.map(({ space }) => space);
  }

  /**
   * How many of those whose keys may have died, done ones too, stand on none of these pages. One may stand on several of them, and all are more than memory
   * should hold: the database counts them in a table of its own, which goes with the connection.
   */
  async unnamed(pages: AsyncIterable<readonly Pick<Destruction, 'space' | 'scope'>[]>): Promise<number> {
    const db = await reach(() => this.pool.connect());
    try {
      await reach(() => db.query(NAMED));
      for await (const page of pages) await reach(() => db.query(NAME, [page.map(({ space }) => space), page.map(({ scope }) => scope)]));
      return (await reach(() => db.query<{ count: number }>(UNNAMED))).rows[0]?.count ?? 0;
    } finally {
      db.release(true);
    }
  }

  /**
   * Takes one that is due, does its step, and writes down how far it came, in one transaction that keeps others away. False when none is due: `now` alone makes
   * none due whose legal day has not come for the database, for no wrong clock may destroy.
   */
  async advance(now: Instant, only: string | null, work: (destruction: Destruction) => Promise<Progress>): Promise<boolean> {
    return transaction(this.pool, async (db) => {
      const { rows } = await db.query<Row>(TAKE, [now, only, this.ahead()]);
      const [row] = rows;
      if (row === undefined) return false;
      const destruction = destructionOf(row);
      await move(db, destruction, await work(destruction));
      return true;
    });
  }

  /** Leaves one alone for a while, at whatever step: the others go on. Its legal day stays what it is. */
  async postpone({ space, scope }: Pick<Destruction, 'space' | 'scope'>, milliseconds: number): Promise<void> {
    const text = `UPDATE erasure.destruction SET retry_at = now() + $3 * interval '1 millisecond' WHERE space = $1 AND scope = $2`;
    await reach(() => this.pool.query(text, [space, scope, milliseconds]));
  }

  /** Traces that outlived their space, had to be gone by this moment and are not. */
  async tracesPast(moment: Instant): Promise<number> {
    const { rows } = await reach(() => this.pool.query<{ count: number }>(TRACES_PAST, [moment]));
    return rows[0]?.count ?? 0;
  }

  /** Destructions that are under way and shown nowhere else, at most so many. */
  async unseen(most: number): Promise<readonly UnseenDestruction[]> {
    return (await reach(() => this.pool.query<UnseenDestruction>(UNSEEN, [most]))).rows;
  }

  /** Destructions that are not done, and where they stand. */
  async underWay(): Promise<
    readonly { readonly ground: DestructionGround; readonly scope: DestructionScope; readonly step: Step; readonly count: number }[]
  > {
    const text = `SELECT ground, scope, step, count(*)::integer AS count FROM erasure.destruction WHERE done_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
    return (await reach(() => this.pool.query(text))).rows as never;
  }
}

const destructionOf = ({ asked_on: askedOn, died, certificate_stream: stream, certificate_rev: rev, ...row }: Row): Destruction => ({
  ...row,
  askedOn,
  died: died && (died.toISOString() as Instant),
  certificate: stream === null ? null : { stream, rev: rev ?? -1 },
});

async function move(db: PoolClient, { space, scope }: Destruction, progress: Progress): Promise<void> {
  if (progress.step === 'DONE') return void (await db.query(END, [space, scope]));
  const { step, after = 0, streams, blobs, suppression, askedOn, died, certificate } = progress;
  // What the step did not find out is undefined, and stays as it was.
  const found = [streams, blobs, suppression, died, certificate?.stream, certificate?.rev, askedOn].map((value) => value ?? null);
  await db.query(MOVE, [space, scope, step, after, ...found]);
}
