import type { Pool } from 'pg';
import { Quarantine, type HeldLine, type QuarantinedPlace, type UnreadablePlace } from '../../../application/shared/quarantine.js';
import { READ_ALL_THE_SAME, type Fault } from '../../../application/shared/ports.js';
import { note, Standstill, subjectOf, type KnownPlace, type Subject } from '../../../application/shared/standstill.js';
import { categoryOf, idOf, type StreamName } from '../../../domain/shared/fact.js';
import { instantOf } from '../../../domain/shared/time.js';
import { reach } from '../reach.js';

/** How long what is known of the book may be used, milliseconds: so long an operator's decision takes to be known everywhere. */
const FRESH_MS = 1_000;

interface PlaceRow extends Omit<QuarantinedPlace, 'since' | 'settledAt'> {
  readonly since: Date;
  readonly settled_at: Date | null;
}
interface Link {
  readonly stream: StreamName;
  readonly space_id: string;
}

const REPORT = `
INSERT INTO quarantine.place AS p (stream, rev, position, fault) VALUES ($1, $2, $3, $4)
ON CONFLICT (stream, rev) DO UPDATE SET state = 'HELD', since = now(), settled_at = NULL, fault = excluded.fault
WHERE p.state = 'LIFTED' OR (p.state = 'RELEASED' AND p.fault = ANY ($5) AND excluded.fault NOT IN (p.fault, 'NOT_PROJECTED'))
RETURNING id`;
const STATE = 'SELECT state FROM quarantine.place WHERE stream = $1 AND rev = $2';
const SETTLE = "UPDATE quarantine.place SET state = $2, settled_at = now() WHERE id = $1 AND state = 'HELD'";
/** All veils of these spaces, and of the spaces that these streams belong to. */
const LINKS = `
WITH space AS (SELECT unnest($1::uuid[]) AS id UNION SELECT space_id FROM read.linked_stream WHERE stream = ANY($2) AND stream LIKE 'veil-%')
SELECT stream, space_id FROM read.linked_stream JOIN space ON space_id = space.id WHERE stream LIKE 'veil-%'`;

/** The book of the quarantine in PostgreSQL (schema quarantine), written under mes_projector. */
export class PostgresQuarantine extends Quarantine {
  private known: { readonly standstill: Standstill; readonly at: number } | null = null;
  private asking: Promise<Standstill> | null = null;

  constructor(
    private readonly pool: Pool,
    /** Told of every place that begins to stand still: its id in the book and the class of the reason. */
    private readonly alarm: (reason: string) => void,
  ) {
    super();
  }

  async now(): Promise<Standstill> {
    if (this.known !== null && performance.now() - this.known.at < FRESH_MS) return this.known.standstill;
    this.asking ??= this.look().finally(() => (this.asking = null));
    return this.asking;
  }

  async report({ stream, rev, position, fault }: UnreadablePlace): Promise<KnownPlace['state']> {
    const { rows } = await reach(() => this.pool.query<{ id: string }>(REPORT, [stream, rev, position, fault, READ_ALL_THE_SAME]));
    const [written] = rows;
    if (written) this.alarm(`${ailmentOf(fault)} (${fault}) and its space stands still: quarantine ${written.id}`);
    const found = written ? 'HELD' : await this.stateOf(stream, rev);
    await this.afresh();
    return found;
  }

  async all(): Promise<readonly QuarantinedPlace[]> {
    const { rows } = await reach(() => this.pool.query<PlaceRow>('SELECT * FROM quarantine.place ORDER BY since DESC, position DESC'));
    return rows.map(({ since, settled_at, ...row }) => ({
      ...row,
      since: instantOf(since.getTime()),
      settledAt: settled_at === null ? null : instantOf(settled_at.getTime()),
    }));
  }

  async settle(id: string, state: 'LIFTED' | 'RELEASED'): Promise<boolean> {
    const { rowCount } = await reach(() => this.pool.query(SETTLE, [id, state]));
    await this.afresh();
    return rowCount === 1;
  }

  async heldBack(): Promise<readonly HeldLine[]> {
    const { rows } = await reach(() =>
      this.pool.query<HeldLine>('SELECT reader, subject, from_position AS from, times FROM quarantine.held_back ORDER BY 1, 2'),
    );
    return rows;
  }

  /** What this process has written itself, it knows at once; a look that began before does not count. */
  private async afresh(): Promise<void> {
    await this.asking?.catch(() => undefined);
    this.known = null;
    await this.now();
  }

  private async stateOf(stream: StreamName, rev: number): Promise<KnownPlace['state']> {
    const { rows } = await reach(() => this.pool.query<{ state: QuarantinedPlace['state'] }>(STATE, [stream, rev]));
    return rows[0]?.state === 'RELEASED' ? 'RELEASED' : 'HELD';
  }

  private async look(): Promise<Standstill> {
    const at = performance.now();
    const [places, unsettled] = await reach(() => Promise.all([this.places(), this.unsettled()]));
    const held = places.filter(({ state }) => state === 'HELD');
    const concerned = [...held.map(({ stream }) => subjectOf(stream)), ...unsettled];
    const links = concerned.length === 0 ? [] : await reach(() => this.linksOf(concerned));
    const standstill = new Standstill(places, heldFrom(held, links), closedBy(concerned, links));
    this.known = { standstill, at };
    return standstill;
  }

  private async places(): Promise<readonly (KnownPlace & { readonly position: bigint })[]> {
    const { rows } = await this.pool.query<KnownPlace & { readonly position: bigint }>(
      "SELECT stream, rev, position, fault, state FROM quarantine.place WHERE state <> 'LIFTED'",
    );
    return rows;
  }

  /** Of whom rows are still missing. */
  private async unsettled(): Promise<readonly Subject[]> {
    const { rows } = await this.pool.query<{ subject: Subject }>("SELECT DISTINCT subject FROM quarantine.held_back WHERE kind = 'rows'");
    return rows.map(({ subject }) => subject);
  }

  /** Veils and their spaces. Before the read models are made for the first time nothing links them. */
  private async linksOf(subjects: readonly Subject[]): Promise<readonly Link[]> {
    const { rows: tables } = await this.pool.query<{ there: boolean }>("SELECT to_regclass('read.linked_stream') IS NOT NULL AS there");
    if (tables[0]?.there !== true) return [];
    const { rows } = await this.pool.query<Link>(LINKS, [subjects.filter(isSpace).map(idOf), subjects.filter((one) => !isSpace(one))]);
    return rows;
  }
}

const ailmentOf = (fault: Fault): string => (fault === 'NOT_PROJECTED' ? 'a read model fails on an event' : 'an event cannot be read');

const isSpace = (subject: Subject): boolean => categoryOf(subject) === 'space';

/** Every subject that stands still, with the first position that may not be taken: a veil holds its space, a space all its veils. */
function heldFrom(places: readonly { readonly stream: StreamName; readonly position: bigint }[], links: readonly Link[]) {
  const held = new Map<Subject, bigint>();
  for (const { stream, position } of places) {
    note(held, subjectOf(stream), position);
    for (const link of links) if (link.stream === stream) note(held, `space-${link.space_id}`, position);
  }
  for (const { stream, space_id } of links) {
    const from = held.get(`space-${space_id}`);
    if (from !== undefined) note(held, stream, from);
  }
  return held;
}

const closedBy = (concerned: readonly Subject[], links: readonly Link[]): ReadonlySet<string> =>
  new Set([
    ...concerned.filter(isSpace).map(idOf),
    ...links.filter(({ stream }) => concerned.includes(stream)).map(({ space_id }) => space_id),
  ]);
