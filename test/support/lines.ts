import { randomUUID } from 'node:crypto';
import type { EntryOutcome, Journal } from '../../src/application/shared/ports.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { address } from '../../src/infrastructure/eventstore/codec.js';
import type { SealedLog } from './sealed-log.js';

/** What lines are written as in tests of those who write them. */
export const LINES_KNOWN = {
  passage: { AccessGranted: 1 },
  veil: { VeilOpened: 1, AccessGranted: 1 },
  actor: { AccessDenied: 1, AccessDeniedAgain: 1 },
};

export const operatorNamed = (id: string): Actor => ({
  role: 'operator',
  subject: { issuer: 'https://identity.example', sub: id },
  assurance: 'high',
});
export const newStream = <C extends string>(category: C): StreamName => `${category}-${randomUUID()}`;

/** The journal of a process, and what was asked of it: facts in each append, and revisions from which streams were read. */
export function watched({ journal }: SealedLog) {
  const appended: number[] = [];
  const readFrom: number[] = [];
  const through: Pick<Journal, 'appendMany' | 'read'> = {
    appendMany: (entries): Promise<readonly EntryOutcome[]> => {
      appended.push(...entries.map(({ facts }) => facts.length));
      return journal.appendMany(entries);
    },
    read: (stream, from) => {
      readFrom.push(from ?? 0);
      return journal.read(stream, from);
    },
  };
  return { appended, readFrom, journal: through as Journal };
}

/** Ids of the events of a stream, as they lie in the log. */
export const idsIn = async ({ store }: SealedLog, stream: StreamName): Promise<readonly string[]> =>
  (await store.read(stream)).map((event) => address(event).header.id);
