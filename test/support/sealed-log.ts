import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { EventStore } from '../../src/application/shared/event-store.js';
import type { Entry } from '../../src/application/shared/ports.js';
import { REACTOR } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { Circumstances, StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { Catalogue, type KnownFacts, type Upcasts } from '../../src/infrastructure/eventstore/catalogue.js';
import { SealedJournal } from '../../src/infrastructure/eventstore/journal.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { KurrentEventStore } from '../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { FileKeks } from '../../src/infrastructure/keys/file-keks.js';
import { KekEpochs } from '../../src/infrastructure/keys/kek-epochs.js';
import { PostgresKeyVault } from '../../src/infrastructure/keys/postgres-key-vault.js';
import { SecretFile } from '../../src/infrastructure/keys/secret-file.js';
import { ServerSecrets } from '../../src/infrastructure/keys/server-secrets.js';
import { openPools, type Pools } from '../../src/infrastructure/postgres/pools.js';
import { PostgresQuarantine } from '../../src/infrastructure/postgres/quarantine/postgres-quarantine.js';
import { Peppers } from '../../src/infrastructure/registry/peppers.js';
import { PostgresIdentityRegistry } from '../../src/infrastructure/registry/postgres-identity-registry.js';
import { RegistryFollower } from '../../src/infrastructure/registry/registry-follower.js';
import type { LoopbackServer } from '../kurrentdb/loopback.js';
import { freshDatabase, type TestDatabase } from './database.js';
import { logOfTest } from './log-of-test.js';

/** What the tests write; `EmailChanged` has a past. */
export const KNOWN: KnownFacts = {
  space: { PersonDeclaredEligible: 1, ProvisionalCodeIssued: 1, ProvisionalCodeRenewed: 1, OppositionRegistered: 1, EmailChanged: 2 },
  record: { DocumentDeposited: 1 },
  passage: { AccessGranted: 1 },
  campaign: { CampaignDayCounted: 1 },
  audit: { ArchiveOpened: 1, SpaceDestroyed: 1 },
};

export const meta = (more: Partial<Circumstances> = {}): Circumstances => ({
  who: REACTOR,
  cause: 'cause-1',
  corr: 'request-1',
  command: { id: randomUUID(), digest: 'digest' },
  ...more,
});

/** An entry dated now: the store compares its clock. */
export const entry = (stream: StreamName, expected: number, ...facts: (Tagged & { v: number } & Record<string, unknown>)[]): Entry => ({
  stream,
  expected,
  facts,
  at: instantOf(Date.now()),
  meta: meta(),
});

/** The store of one process. */
export type OpenStore = (pools: Pools) => EventStore;
const storeOn =
  (server: LoopbackServer | null, ahead: () => number): OpenStore =>
  (pools) =>
    server === null
      ? new PostgresEventStore(pools.pool('mes_writer'))
      : new KurrentEventStore({ url: server.url, account: null }, { ahead });

interface Makings {
  readonly secretsPath: string;
  readonly openStore: OpenStore;
  readonly known: KnownFacts;
  readonly upcasts: Upcasts;
}
const assemble = async (url: string, { secretsPath, openStore, known, upcasts }: Makings) => {
  const alarms: string[] = [];
  const alarm = (reason: string): void => void alarms.push(reason);
  const pools = openPools(url);
  const file = await SecretFile.open(secretsPath, {});
  const keks = new FileKeks(file);
  const vaultPool: Pool = pools.pool('mes_vault');
  const epochs = new KekEpochs(vaultPool, file, keks);
  await epochs.ensure();
  const vault = new PostgresKeyVault(vaultPool, keks, { alarm });
  const secrets = new ServerSecrets(file);
  const store = openStore(pools);
  const quarantine = new PostgresQuarantine(pools.pool('mes_projector'), alarm);
  const clock = new SystemClock();
  const journal = new SealedJournal({ store, vault, secrets, catalogue: new Catalogue(known, upcasts), clock, quarantine, alarm });
  const peppers = new Peppers(file);
  const follower = new RegistryFollower({ pool: vaultPool, store, reader: new LogReader(store, journal), peppers, log: 'main', alarm });
  const registry = new PostgresIdentityRegistry(vaultPool, peppers, follower, 'main');
  return { alarms, pools, file, epochs, vault, secrets, store, quarantine, journal, peppers, follower, registry };
};

/** One running process of the system, as far as facts, keys and addresses go. */
export type SealedLog = Awaited<ReturnType<typeof assemble>>;

/** A database and a secrets file, on which any number of processes may be started. `given`: where their events lie, instead of where the run says (logOfTest). */
export async function sealedHouse(on?: TestDatabase, given?: OpenStore) {
  const database = on ?? (await freshDatabase());
  const log = given === undefined ? await logOfTest() : null;
  let ahead = 0;
  const openStore = given ?? storeOn(log?.server ?? null, () => ahead);
  const folder = await mkdtemp(join(tmpdir(), 'mes-sealed-'));
  let started: SealedLog[] = [];
  return {
    url: database.url,
    /** Where the secrets file lies. */
    folder,
    rows: database.rows,
    /** Settings that lead there. */
    environment: log?.environment ?? {},
    /** The test server where its events lie, unless that is PostgreSQL or somebody else's. */
    logServer: log?.server ?? null,
    /** From now on every clock by which its store judges instants is so many milliseconds ahead. */
    shiftClock: async (milliseconds: number): Promise<void> => {
      ahead = milliseconds;
      await database.rows('UPDATE log.clock SET offset_ms = $1', [milliseconds]);
    },
    process: async (known = KNOWN, upcasts: Upcasts = {}): Promise<SealedLog> => {
      const log = await assemble(database.url, { secretsPath: join(folder, 'secrets.json'), openStore, known, upcasts });
      started.push(log);
      return log;
    },
    /** Ends every process; others may be started after it. */
    stopAll: async () => {
      for (const { store, pools } of started) await store.close().then(() => pools.close().catch(() => undefined));
      started = [];
    },
    close: async () => {
      for (const { store, pools } of started) await store.close().then(() => pools.close().catch(() => undefined));
      await log?.stop();
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}
