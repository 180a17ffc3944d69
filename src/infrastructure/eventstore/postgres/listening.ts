import type { Listen } from '../wake-up.js';
import type { Connections } from './connections.js';

/** Listens on one connection to what every commit notifies. */
export const listeningOn =
  (connections: Connections): Listen =>
  ({ connected, heard, closing }) =>
    connections.use(async (client) => {
      const left = new AbortController();
      client.on('notification', heard);
      const over = new Promise<void>((resolve, reject) => {
        client.once('error', reject);
        client.once('end', () => reject(new Error('the connection that listens was closed')));
        closing.addEventListener('abort', () => resolve(), { once: true, signal: left.signal });
        // Closed while the connection was being made: the event has passed already.
        if (closing.aborted) resolve();
      });
      try {
        await Promise.race([client.query({ text: 'LISTEN mes_log', ...connections.limit }), over]);
        connected();
        await over;
      } finally {
        left.abort();
      }
      client.off('notification', heard);
      await client.query({ text: 'UNLISTEN mes_log', ...connections.limit });
    });
