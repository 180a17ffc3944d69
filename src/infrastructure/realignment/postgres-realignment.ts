import type { Pool } from 'pg';
import { CannotRealign, Realignment, type Finding, type Lead, type RealignmentProgress } from '../../application/audit/realignment.js';
import type { EventStore, StoredEvent } from '../../application/shared/event-store.js';
import type { FactReader } from '../../application/shared/fact-reader.js';
import type { KeyVault } from '../../application/shared/key-vault.js';
import type { Checkpoint } from '../postgres/projections/checkpoint.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import { holds, loadPoint, setPointBack, type RegistryPoint } from '../registry/registry-point.js';
import type { SealedTree } from '../seal/sealed-tree.js';
import { commonPast, type Met } from './common-past.js';
import { lostAddresses, removeAddresses, type LostAddresses } from './lost-addresses.js';
import { lostWork, removeWork, type LostWork } from './lost-work.js';
import { everyPoint, setBack, stalePoints } from './stale-readers.js';

export interface RealignmentParts {
  readonly store: EventStore;
  readonly reader: Pick<FactReader, 'readMany'>;
  readonly keys: Pick<KeyVault, 'moveContent'>;
  /** Under mes_vault. */
  readonly vault: Pool;
  /** Under mes_projector. */
  readonly projector: Pool;
  readonly sealed: SealedTree;
  /** Name of the log that the registry follows. */
  readonly log: string;
  /** Processes that may react again to whatever there ever was. */
  readonly repeatable: readonly string[];
}

/** What was looked up, before anything is decided. */
interface Found {
  /** Null where the registry is not ahead. */
  readonly registry: RegistryPoint | null;
  readonly stale: readonly Checkpoint[];
  /** Of processes that read all again: what they reacted to may be there, and what came of it lost. */
  readonly anew: readonly Checkpoint[];
  readonly last: StoredEvent | null;
  readonly addresses: LostAddresses;
  readonly work: LostWork;
}

/** Any fixed number will do, as long as every process takes the same one. */
const LOCK = 7_430_026;
const AT_WORK = 'SELECT count(DISTINCT (work, holder))::integer AS count FROM process.attendance WHERE until > clock_timestamp()';

/** What lies in PostgreSQL beside the log, compared with it: registry, calendar, quarantine, checkpoints of processes. Read models are made anew instead. */
export class PostgresRealignment extends Realignment {
  constructor(private readonly parts: RealignmentParts) {
    super();
  }

  async find<T>(progress: RealignmentProgress, work: (finding: Finding) => Promise<T>): Promise<T> {
    return transaction(this.parts.projector, async (db) => {
      // Ends with the connection, however that ends.
      const { rows } = await db.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK]);
      if (rows[0]?.mine !== true) throw new CannotRealign('somebody else is at it');
      const found = await this.look(progress);
      return work({ lead: leadOf(found), apply: () => this.apply(found) });
    });
  }

  async atWork(): Promise<number> {
    const { rows } = await reach(() => this.parts.projector.query<{ count: number }>(AT_WORK));
    return rows[0]?.count ?? 0;
  }

  private async look(progress: RealignmentProgress): Promise<Found> {
    const { store, vault, projector, sealed, reader, log, repeatable } = this.parts;
    const point = await loadPoint(vault, log);
    const registry = (await holds(store, vault, point)) ? null : point;
    const stale = await stalePoints(projector, store);
    if (registry === null && stale.length === 0) throw new CannotRealign('nothing is ahead of the log: neither the registry nor a process');
    const last = await commonPast({ store, sealed, pool: projector }, await this.met(point));
    const addresses = await lostAddresses({ pool: vault, reader, log }, progress);
    if (last === null && addresses.spaces.length === addresses.people)
      throw new CannotRealign(`none of ${addresses.people} addresses is in this log, and no event that was followed: it is another one`);
    const work = await lostWork({ pool: projector, store, repeatable }, last?.position ?? 0n);
    const anew = (await everyPoint(projector, 'process')).filter(({ name }) => repeatable.includes(name));
    return { registry, stale, anew, last, addresses, work };
  }

  /** What readers remember of the log, wherever they stand. */
  private async met({ seen, leaf }: RegistryPoint): Promise<readonly Met[]> {
    const points = [...(await everyPoint(this.parts.projector, 'process')), ...(await everyPoint(this.parts.projector, 'read'))];
    const met = points.flatMap(({ last }) => (last === null ? [] : [last]));
    return leaf === null ? met : [...met, { position: seen, leaf }];
  }

  /** The registry comes last: as long as it is ahead no process starts, and whoever was killed on the way does all of it again. */
  private async apply({ registry, stale, anew, last, addresses, work }: Found): Promise<void> {
    const { vault, projector, reader, keys, log, repeatable } = this.parts;
    await removeWork({ pool: projector, repeatable }, work);
    await setBack(projector, stale, last, anew);
    for (const { space, to } of addresses.misplaced) await keys.moveContent(space, to);
    await removeAddresses({ pool: vault, reader }, addresses);
    if (registry !== null) await transaction(vault, (db) => setPointBack(db, log, last));
  }
}

const namesOf = (points: readonly Checkpoint[]): readonly string[] => [...new Set(points.map(({ name }) => name))];
const leadOf = ({ registry, stale, anew, last, addresses, work }: Found): Lead => ({
  registry: registry !== null,
  readers: namesOf(stale),
  from: last?.position ?? 0n,
  again: { readers: namesOf(anew), deadlines: work.again },
  people: addresses.people,
  rings: addresses.misplaced.length,
  removed: {
    addresses: addresses.spaces.length,
    codes: addresses.codesOfSpaces + addresses.codes.length,
    deadlines: work.deadlines,
    quarantines: work.quarantines.length,
  },
});
