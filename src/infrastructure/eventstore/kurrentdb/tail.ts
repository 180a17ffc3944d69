import { END, excludeSystemEvents } from '@eventstore/db-client';
import type { Listen } from '../wake-up.js';
import type { Connection } from './connection.js';

/** Listens to what is written from now on, whatever it is. It may be silent for hours: that the server is there is for those to find out who read. */
export const listeningTo =
  (connection: Connection): Listen =>
  async ({ connected, heard, closing }) => {
    const left = new AbortController();
    const tail = connection.client.subscribeToAll({ ...connection.with, fromPosition: END, filter: excludeSystemEvents() });
    try {
      await new Promise<void>((resolve, reject) => {
        tail.on('error', reject);
        tail.on('end', () => reject(new Error('the subscription to the end of the log was ended')));
        tail.on('confirmation', connected);
        tail.on('data', heard);
        closing.addEventListener('abort', () => resolve(), { once: true, signal: left.signal });
        if (closing.aborted) resolve();
      });
    } finally {
      left.abort();
      void Promise.allSettled([tail.unsubscribe()]);
    }
  };
