import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { StoreUnavailable } from '../../src/application/shared/ports.js';
import { reach } from '../../src/infrastructure/postgres/reach.js';

const said = (code: string): Error => Object.assign(new pg.DatabaseError('said by the server', 0, 'error'), { code });
const thrown = (error: Error): Promise<unknown> => reach(() => Promise.reject(error)).catch((caught: unknown) => caught);

describe('An error of the database', () => {
  it.each([
    ['08006', 'connection failure'],
    ['25006', 'read-only transaction'],
    ['25P03', 'idle in a transaction for too long'],
    ['40001', 'serialization failure'],
    ['53100', 'disk full'],
    ['55P03', 'lock not available'],
    ['57P01', 'shut down by an administrator'],
    ['58030', 'input or output failed'],
    ['XX000', 'could not write to log file: File too large'],
    ['XX001', 'data corrupted'],
  ])('%s (%s) speaks of the server: it may be asked again', async (code) => {
    const error = said(code);
    expect(await thrown(error)).toMatchObject({ constructor: StoreUnavailable, cause: error });
  });

  it.each([
    ['22P02', 'invalid text representation'],
    ['23505', 'unique violation'],
    ['25P02', 'in a failed transaction'],
    ['42P01', 'undefined table'],
    ['55000', 'not in prerequisite state'],
  ])('%s (%s) speaks of the statement: it stays what it is', async (code) => {
    const error = said(code);
    expect(await thrown(error)).toBe(error);
  });

  it.each(['Connection terminated unexpectedly', 'Client has encountered a connection error and is not queryable', 'Query read timeout'])(
    'that the driver itself says (%s) is one of the connection',
    async (message) => expect(await thrown(new Error(message))).toBeInstanceOf(StoreUnavailable),
  );

  it('that is none of the database stays what it is', async () => {
    const error = new TypeError('x is not a function');
    expect(await thrown(error)).toBe(error);
  });
});
