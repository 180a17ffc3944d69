import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Settings } from '../../settings/settings.js';
import { openLogStore } from '../../system/log-store.js';
import { Failed } from '../outcome.js';

/**
 * Throws Failed where a new state would be filled from the log of somebody else: the keys of what lies there are in another installation, and a story told
 * behind it would not come out right.
 */
export async function refuseForeignLog(settings: Settings): Promise<void> {
  const isNew = !existsSync(settings.stateDir) || (await readdir(settings.stateDir)).length === 0;
  if (settings.eventStore !== 'kurrentdb' || !isNew) return;
  const store = await openLogStore(settings, { log: { warn: () => undefined }, url: '', simulatedClock: null });
  try {
    if ((await store.head()) > 0n)
      throw new Failed('the server that KURRENTDB_URL names holds events already: a demonstration with a new state needs one without any');
  } finally {
    await store.close();
  }
}
