import { DatabaseError } from 'pg';
import { NotCertified, type CertificatePlace } from '../../../application/shared/event-store.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import type { Connections } from './connections.js';

const PURGE = 'SELECT log.purge($1, $2, $3) AS removed';
const NOT_CERTIFIED = '23000';

/** Asks the database, which checks certificate and keys by itself (migration 0010). */
export async function purge(connections: Connections, stream: StreamName, certificate: CertificatePlace): Promise<number> {
  try {
    const { rows } = await connections.use((client) =>
      client.query<{ removed: number }>({ text: PURGE, values: [stream, certificate.stream, certificate.rev], ...connections.limit }),
    );
    return rows[0]?.removed ?? 0;
  } catch (error) {
    const { cause } = error as StoreUnavailable;
    if (cause instanceof DatabaseError && cause.code === NOT_CERTIFIED) throw new NotCertified(cause.message, { cause });
    throw error;
  }
}
