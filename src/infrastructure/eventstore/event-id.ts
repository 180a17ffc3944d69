import type { Secrets } from '../../application/shared/ports.js';
import type { StreamName } from '../../domain/shared/fact.js';

/**
 * UUIDv8 (RFC 9562 section 5.8) of HMAC(secret, command id ‖ stream ‖ index): the same on every retry of a command, unguessable without the secret.
 * `index` counts the facts of the command in this stream, from 0.
 */
export const eventId = (secrets: Pick<Secrets, 'digest'>, commandId: string, stream: StreamName, index: number): string => {
  const bytes = Buffer.from(secrets.digest('command', 'event-id', commandId, stream, String(index)), 'base64url').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
