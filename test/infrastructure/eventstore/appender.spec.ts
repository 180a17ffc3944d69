import { WrongExpectedVersionError } from '@eventstore/db-client';
import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import { NO_STREAM } from '../../../src/application/shared/ports.js';
import { Appender } from '../../../src/infrastructure/eventstore/kurrentdb/appender.js';
import type { ClusterClock } from '../../../src/infrastructure/eventstore/kurrentdb/cluster-clock.js';
import type { Connection } from '../../../src/infrastructure/eventstore/kurrentdb/connection.js';
import type { Reader } from '../../../src/infrastructure/eventstore/kurrentdb/reader.js';
import { appendOf, newStream } from '../event-store/samples.js';

describe('An append to EventStoreDB that is refused for an event which is not shown at first', () => {
  const append = appendOf(newStream(), NO_STREAM);
  const its: readonly StoredEvent[] = append.events.map((event, rev) => ({ ...event, stream: append.stream, rev, position: 7n }));
  const [strange] = appendOf(append.stream, NO_STREAM).events;

  /** What two kinds of looks see, one after the other: events where the append belongs, and the last revision. */
  const outcomeOf = (seen: readonly (readonly StoredEvent[])[], revisions: readonly number[]) => {
    const [events, last] = [[...seen], [...revisions]];
    const reader = { read: async () => events.shift() ?? [], lastRevision: async () => last.shift() ?? NO_STREAM };
    const refused = Object.create(WrongExpectedVersionError.prototype) as Error;
    const connection = { ask: () => Promise.reject(refused), patienceMs: 10_000, with: {} };
    const clock = { at: async () => ({ ms: append.at, uncertainty: 0 }) };
    const appender = new Appender(connection as unknown as Connection, reader as unknown as Reader, clock as unknown as ClusterClock);
    return appender.append(append, [], { here: 0, ahead: 0 });
  };

  it('is written when its own bytes are shown in the end, also between two looks', async () => {
    const written = { outcome: 'written', position: 7n, revision: 0 };
    expect(await outcomeOf([[], [], its], [NO_STREAM, NO_STREAM])).toMatchObject(written);
    expect(await outcomeOf([[], its], [0])).toMatchObject(written);
  });

  it('is a conflict when other bytes are shown', async () => {
    const others = its.map((event) => ({ ...event, ...strange }));
    expect(await outcomeOf([[], [], others, others], [NO_STREAM, NO_STREAM, 0])).toEqual({ outcome: 'conflict', actual: 0 });
    expect(await outcomeOf([[], others], [0])).toEqual({ outcome: 'conflict', actual: 0 });
  });
});
