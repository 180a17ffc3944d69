import { readFile } from 'node:fs/promises';
import type { EventStore } from '../../application/shared/event-store.js';
import type { SimulatedClock } from '../clock/simulated-clock.js';
import { PostgresEventStore } from '../eventstore/postgres/postgres-event-store.js';
import type { Log } from '../log.js';
import { openPools } from '../postgres/pools.js';
import type { Settings } from '../settings/settings.js';

/** What the store is opened with beside the settings. */
export interface LogSurroundings {
  readonly log: Pick<Log, 'warn'>;
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
  const account = await accountOf('KURRENTDB_PASSWORD_FILE', settings.kurrentdbUser, settings.kurrentdbPasswordFile);
  const eraser = await accountOf('KURRENTDB_ERASER_PASSWORD_FILE', settings.kurrentdbEraserUser, settings.kurrentdbEraserPasswordFile);
  return new KurrentEventStore({ url: settings.kurrentdbUrl ?? '', account, eraser }, { report, ahead });
}

async function accountOf(variable: string, username: string | null, file: string | null) {
  if (username === null || file === null) return null;
  const password = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${variable} cannot be read`, { cause });
  });
  return { username, password: password.replace(/\r?\n$/, '') };
}
