import { join } from 'node:path';
import { Pool } from 'pg';
import type { EventStore } from '../../application/shared/event-store.js';
import type { Quarantine } from '../../application/shared/quarantine.js';
import type { KeyVault } from '../../application/shared/key-vault.js';
import type { Leases } from '../../application/shared/leases.js';
import type { Clock, Outbox } from '../../application/shared/ports.js';
import { PostgresCodeTables } from '../codes/postgres-code-tables.js';
import { SimulatedClock } from '../clock/simulated-clock.js';
import { SystemClock } from '../clock/system-clock.js';
import { SealedJournal } from '../eventstore/journal.js';
import { LogReader } from '../eventstore/log-reader.js';
import { openSecrets } from '../keys/database-secrets.js';
import { FileKeks } from '../keys/file-keks.js';
import { KekEpochs } from '../keys/kek-epochs.js';
import { PostgresKeyVault } from '../keys/postgres-key-vault.js';
import { ServerSecrets } from '../keys/server-secrets.js';
import type { Log } from '../log.js';
import { FolderOutbox } from '../outbox/folder-outbox.js';
import { OnceOutbox } from '../outbox/once-outbox.js';
import { SentMails } from '../outbox/sent-mails.js';
import { MOST_AT_ONCE, SmtpOutbox } from '../outbox/smtp-outbox.js';
import { startEmbeddedPostgres } from '../postgres/embedded/launcher.js';
import { PostgresLeases } from '../postgres/leases/postgres-leases.js';
import { openPools, type Pools } from '../postgres/pools.js';
import { PostgresQuarantine } from '../postgres/quarantine/postgres-quarantine.js';
import { Peppers } from '../registry/peppers.js';
import { PostgresIdentityRegistry } from '../registry/postgres-identity-registry.js';
import { RegistryFollower } from '../registry/registry-follower.js';
import type { Settings } from '../settings/settings.js';
import { CryptoThreads } from '../threads/crypto-threads.js';
import { openDocuments, type DocumentParts } from './documents.js';
import type { Catalogue } from '../eventstore/catalogue.js';
import { catalogue as ours } from './known-facts.js';
import { openLogStore } from './log-store.js';
import { Undo } from './undo.js';

/** The only log there is so far; the registry names it for each space, so that a second one can be added. */
export const LOG_NAME = 'main';

/** Every adapter of one process, opened and connected; the application is built on it. */
export interface Platform extends DocumentParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly pools: Pools;
  readonly store: EventStore;
  readonly secrets: ServerSecrets;
  readonly journal: SealedJournal;
  readonly reader: LogReader;
  readonly peppers: Peppers;
  readonly quarantine: Quarantine;
  readonly registry: PostgresIdentityRegistry;
  readonly codeTables: PostgresCodeTables;
  readonly follower: RegistryFollower;
  readonly clock: Clock;
  readonly simulatedClock: SimulatedClock | null;
  readonly outbox: Outbox;
  readonly vault: KeyVault;
  readonly keks: KekEpochs;
  readonly threads: CryptoThreads;
  readonly leases: Leases;
  readonly alarm: (reason: string) => void;
  close(): Promise<void>;
}

/**
 * Starts the embedded database when no other is given, migrates, opens everything. Closes what it opened when a step fails.
 * `migrated`: the caller knows that the schema is the newest, and nothing of the migrations is loaded. `catalogue`: which facts it knows; absent: those of
 * this version.
 */
export async function openPlatform(
  settings: Settings,
  log: Log,
  { migrated = false, catalogue = ours }: { readonly migrated?: boolean; readonly catalogue?: Catalogue | undefined } = {},
): Promise<Platform> {
  const undo = new Undo();
  try {
    const url = await databaseUrl(settings, log, undo);
    if (!migrated) await (await import('../postgres/migrate.js')).migrate(url);
    return { ...(await connect(settings, { log, url, catalogue }, undo)), close: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function databaseUrl({ databaseUrl: given, stateDir }: Settings, log: Log, undo: Undo): Promise<string> {
  if (given !== null) return given;
  const server = await startEmbeddedPostgres({
    stateDir,
    log: (line) => log.debug(line, 'postgres'),
    alarm: (reason) => log.alarm(reason),
  });
  undo.later(() => server.stop());
  return server.url;
}

interface On {
  readonly log: Log;
  readonly url: string;
  readonly catalogue: Catalogue;
}
async function connect(settings: Settings, { log, url, catalogue }: On, undo: Undo): Promise<Omit<Platform, 'close'>> {
  const alarm = (reason: string): void => log.pino.error({ alarm: reason }, 'alarm');
  const pools = openPools(url);
  undo.later(() => pools.close());
  const simulatedClock = settings.simulatedClock ? await openSimulatedClock(settings, url, { undo, alarm }) : null;
  const store = await openLogStore(settings, { log, url, simulatedClock });
  undo.later(() => store.close());
  const { secrets, vault, keks, peppers, threads } = await openKeys(settings, pools, { undo, alarm });
  const quarantine = new PostgresQuarantine(pools.pool('mes_projector'), alarm);
  const clock = simulatedClock ?? new SystemClock();
  const journal = new SealedJournal({ store, vault, secrets, catalogue, clock, quarantine, alarm, threads });
  const reader = new LogReader(store, journal);
  const vaultPool = pools.pool('mes_vault');
  const follower = new RegistryFollower({ pool: vaultPool, store, reader, peppers, log: LOG_NAME, alarm });
  const registry = new PostgresIdentityRegistry(vaultPool, peppers, follower, LOG_NAME);
  const codeTables = await openCodeTables(pools, log, undo);
  return {
    settings,
    log,
    pools,
    store,
    secrets,
    journal,
    reader,
    peppers,
    quarantine,
    registry,
    codeTables,
    follower,
    clock,
    simulatedClock,
    outbox: outboxOf(settings, pools, undo),
    vault,
    keks,
    threads,
    leases: new PostgresLeases(pools.pool('mes_projector'), settings.leaseSeconds * 1_000),
    ...(await openDocuments(settings, vault, undo)),
    alarm,
  };
}

async function openCodeTables(pools: Pools, log: Log, undo: Undo): Promise<PostgresCodeTables> {
  const tables = await PostgresCodeTables.open(pools.pool('mes_projector'), (trouble) => log.warn(trouble, 'reference'));
  undo.later(() => tables.close());
  return tables;
}

/** Keys and secrets, and the threads that work with them. */
async function openKeys(
  { stateDir, environment, embeddedKekAllowed, cryptoThreads, roles }: Settings,
  pools: Pools,
  { undo, alarm }: { readonly undo: Undo; readonly alarm: Platform['alarm'] },
) {
  const env = { NODE_ENV: environment, ALLOW_EMBEDDED_KEK: embeddedKekAllowed ? '1' : '0' };
  const vaultPool = pools.pool('mes_vault');
  const file = await openSecrets(join(stateDir, 'secrets.json'), env, vaultPool);
  const threads = new CryptoThreads(cryptoThreads);
  undo.later(() => threads.close());
  const keks = new FileKeks(file, threads);
  const epochs = new KekEpochs(vaultPool, file, keks);
  await epochs.ensure();
  const reader = pools.pool(roles.includes('api') ? 'mes_vault' : 'mes_projector');
  const vault = new PostgresKeyVault(vaultPool, keks, { reader, alarm });
  return { secrets: new ServerSecrets(file), vault, keks: epochs, peppers: new Peppers(file), threads };
}

async function openSimulatedClock(
  { production, stateDir }: Settings,
  url: string,
  { undo, alarm }: { readonly undo: Undo; readonly alarm: Platform['alarm'] },
): Promise<SimulatedClock> {
  const owner = new Pool({ connectionString: url, max: 1 });
  // The next move of the clock opens another connection; an error event without a listener would end the process.
  owner.on('error', () => (owner.ending ? undefined : alarm('the simulated clock lost its connection')));
  undo.later(() => owner.end());
  return SimulatedClock.open({ owner, production, stateDir });
}

/** Letters always go to the printer's folder; e-mails too, where there is no mail server. */
function outboxOf({ outboxDir, mailFrom, smtpUrl }: Settings, pools: Pools, undo: Undo): Outbox {
  const folder = new FolderOutbox(outboxDir, mailFrom);
  if (smtpUrl === null) return folder;
  const server = new SmtpOutbox(smtpUrl, mailFrom, folder);
  undo.later(async () => server.close());
  return new OnceOutbox(server, new SentMails(pools.pool('mes_projector')), MOST_AT_ONCE);
}
