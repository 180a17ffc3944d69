import type { RunningSystem } from './system.js';

/** The environment in which a command on a shell works on the same installation: its database, its log, its state folder. */
export const sameInstallation = ({
  settings,
  stateDir,
}: Pick<RunningSystem, 'settings' | 'stateDir'>): Readonly<Record<string, string>> => ({
  DATABASE_URL: settings.databaseUrl ?? '',
  STATE_DIR: stateDir,
  EVENT_STORE: settings.eventStore,
  ...(settings.kurrentdbUrl === null ? {} : { KURRENTDB_URL: settings.kurrentdbUrl }),
});
