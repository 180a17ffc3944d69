import type { Secrets } from '../../application/shared/ports.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { uuid8 } from '../uuid.js';

/**
 * UUIDv8 of HMAC(secret, command id ‖ stream ‖ index): the same on every retry of a command, unguessable without the secret.
 * `index` counts the facts of the command in this stream, from 0.
 */
export const eventId = (secrets: Pick<Secrets, 'digest'>, commandId: string, stream: StreamName, index: number): string =>
  uuid8(Buffer.from(secrets.digest('command', 'event-id', commandId, stream, String(index)), 'base64url'));
