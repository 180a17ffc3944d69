import { StreamDeletedError, WrongExpectedVersionError, type Credentials } from '@eventstore/db-client';
import { NotCertified, type CertificatePlace } from '../../../application/shared/event-store.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import { checkCertified } from '../certificate.js';
import { unavailable, type Connection } from './connection.js';
import type { Reader } from './reader.js';

/**
 * Ends a stream for ever. From here on nobody reads or writes it by its name; its bytes, which no key opens any more, lie in the files of the server
 * until a scavenge on every node (deploy/kurrentdb/scavenge.mjs; docs/how-to/run-on-kurrentdb.md says why not from here). `eraser` is the one account that
 * may: whoever writes may not.
 */
export class Purge {
  constructor(
    private readonly connection: Connection,
    private readonly reader: Reader,
    private readonly eraser: Credentials,
  ) {}

  /** Number of the events that were there; 0 when it was ended before. Throws NotCertified, StoreUnavailable. */
  async purge(stream: StreamName, certificate: CertificatePlace): Promise<number> {
    const events = await this.reader.read(stream);
    const last = events.at(-1);
    if (last === undefined) return 0;
    const [certified] = await this.reader.read(certificate.stream, certificate.rev, 1);
    checkCertified(events, certified);
    await this.#end(stream, BigInt(last.rev));
    return events.length;
  }

  /** Exactly behind the last event that the certificate covers: whatever was written since keeps the stream. */
  async #end(stream: StreamName, expectedRevision: bigint): Promise<void> {
    try {
      await this.connection.ask((client) =>
        client.tombstoneStream(stream, {
          ...this.connection.with,
          credentials: this.eraser,
          expectedRevision,
          deadline: this.connection.patienceMs,
        }),
      );
    } catch (error) {
      if (error instanceof StreamDeletedError) return;
      if (error instanceof WrongExpectedVersionError)
        throw new NotCertified('something was written after the certificate', { cause: error });
      throw unavailable(error);
    }
  }
}
