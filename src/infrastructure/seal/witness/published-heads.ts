import type { Pool } from 'pg';
import { reach } from '../../postgres/reach.js';
import type { SignedHead } from '../sealed-tree.js';
import type { WitnessTrouble } from './witness-book.js';

/** A head as the outside sees it: its note ends with the cosignatures there are. */
export interface PublishedHead extends SignedHead {
  /** Whether the quorum of the policy cosigned it. */
  readonly quorum: boolean;
}
/** How one witness of the policy stands. */
export interface WitnessState {
  readonly label: string;
  readonly key: string;
  /** Size of the last head it cosigned. */
  readonly known: number;
  readonly trouble: WitnessTrouble | null;
  readonly detail: string | null;
}
interface HeadRow {
  readonly size: bigint;
  readonly root: Buffer;
  readonly note: string;
  readonly signed_at: Date;
  readonly quorum: boolean;
  readonly lines: string | null;
}

const HEADS = `SELECT c.size, c.root, c.note, c.signed_at, q.size IS NOT NULL AS quorum,
    (SELECT string_agg(s.line, '' ORDER BY s.witness) FROM seal.cosignature s WHERE s.size = c.size) AS lines
  FROM seal.checkpoint c LEFT JOIN seal.quorum q USING (size)`;
const NEWEST = 'ORDER BY c.size DESC LIMIT 1';
/** A head waits for its quorum as long as the policy has patience, then it is out without. */
const PUBLISHED = `${HEADS} WHERE q.size IS NOT NULL OR c.signed_at <= clock_timestamp() - coalesce((SELECT patience FROM seal.policy), interval '0')
  ${NEWEST}`;
const COVERING = `${HEADS} WHERE q.size IS NOT NULL AND c.size > $1 ${NEWEST}`;
const POLICY = 'SELECT text FROM seal.policy';
const WITNESSES = 'SELECT label, key, known, trouble, detail FROM seal.witness WHERE asked ORDER BY label';

/** The heads of the sealed log that the outside is shown, under role mes_reader. */
export class PublishedHeads {
  constructor(private readonly pool: Pool) {}

  /** The newest that its quorum cosigned, or that waited for it long enough; null before the first. Never a smaller one than before. */
  published(): Promise<PublishedHead | null> {
    return this.head(PUBLISHED, []);
  }

  /** For the proof of a leaf: the newest head with its quorum that covers it, else the newest published that does; null: not sealed, or not published yet. */
  async covering(index: number): Promise<PublishedHead | null> {
    const cosigned = await this.head(COVERING, [index]);
    if (cosigned !== null) return cosigned;
    const published = await this.published();
    return published !== null && published.size > index ? published : null;
  }

  /** The policy file (C2SP tlog-policy) as the sealer read it; null: there are no witnesses. */
  async policy(): Promise<string | null> {
    const { rows } = await reach(() => this.pool.query<{ text: string }>(POLICY));
    return rows[0]?.text ?? null;
  }

  async witnesses(): Promise<readonly WitnessState[]> {
    const { rows } = await reach(() => this.pool.query<Omit<WitnessState, 'known'> & { readonly known: bigint }>(WITNESSES));
    return rows.map((row) => ({ ...row, known: Number(row.known) }));
  }

  private async head(text: string, values: readonly unknown[]): Promise<PublishedHead | null> {
    const { rows } = await reach(() => this.pool.query<HeadRow>(text, [...values]));
    const [row] = rows;
    if (row === undefined) return null;
    return { size: Number(row.size), root: row.root, note: row.note + (row.lines ?? ''), signedAt: row.signed_at, quorum: row.quorum };
  }
}
