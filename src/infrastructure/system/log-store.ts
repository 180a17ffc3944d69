import { readFile } from 'node:fs/promises';
import type { EventStore } from '../../application/shared/event-store.js';
import type { SimulatedClock } from '../clock/simulated-clock.js';
import { PostgresEventStore } from '../eventstore/postgres/postgres-event-store.js';
import type { Log } from '../log.js';
import { openPools } from '../postgres/pools.js';
import type { Settings } from '../settings/settings.js';

/** What the store is opened with beside the settings. */
export interface LogSurroundings {
  readonly log: Log;
  /** Where PostgreSQL is. */
  readonly url: string;
  readonly simulatedClock: SimulatedClock | null;
}

/** The event store that EVENT_STORE names; the client of the other is not even loaded. */
export async function openLogStore(settings: Settings, { log, url, simulatedClock }: LogSurroundings): Promise<EventStore> {
  const report = (trouble: Error): void => log.warn(trouble.message, 'event-store');
  if (settings.eventStore === 'postgres') return new PostgresEventStore(openPools(url).pool('mes_writer'), { report });
  const { KurrentEventStore } = await import('../eventstore/kurrentdb/kurrent-event-store.js');
  const ahead = (): number => simulatedClock?.aheadMs ?? 0;
  return new KurrentEventStore({ url: settings.kurrentdbUrl ?? '', account: await accountIn(settings) }, { report, ahead });
}

async function accountIn({ kurrentdbUser, kurrentdbPasswordFile }: Settings) {
  if (kurrentdbUser === null || kurrentdbPasswordFile === null) return null;
  const password = await readFile(kurrentdbPasswordFile, 'utf8').catch((cause: unknown) => {
    throw new Error('KURRENTDB_PASSWORD_FILE cannot be read', { cause });
  });
  return { username: kurrentdbUser, password: password.replace(/\r?\n$/, '') };
}
