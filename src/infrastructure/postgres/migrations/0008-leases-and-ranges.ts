import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** The fence is part of a key, so that taking a lease waits for whoever wrote under the old one, and renewing it waits for nobody. */
const LEASES = `
CREATE SEQUENCE process.fence;
CREATE TABLE process.lease (
  name text PRIMARY KEY,
  fence bigint NOT NULL DEFAULT 0,
  holder uuid,
  until timestamptz NOT NULL DEFAULT '-infinity',
  UNIQUE (name, fence)
) WITH (fillfactor = 50);
COMMENT ON TABLE process.lease IS 'Who alone may do a piece of work, and until when, unless it is renewed.';
COMMENT ON COLUMN process.lease.fence IS 'Another one, and a higher one, for every new holder: compared in the transaction of what the holder writes.';
CREATE TABLE process.attendance (
  work text NOT NULL,
  holder uuid NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (work, holder)
) WITH (fillfactor = 50);
COMMENT ON TABLE process.attendance IS 'Which processes live and want a share of a work: the leases are spread over them.';`;

/** All 64 ranges in one row, until they go different ways. */
const rangesIn = (table: string): string => `
ALTER TABLE ${table} ADD COLUMN ranges bigint NOT NULL DEFAULT -1 CHECK (ranges <> 0);
ALTER TABLE ${table} ADD COLUMN fence bigint NOT NULL DEFAULT 0;
ALTER TABLE ${table} ADD COLUMN stopped text;
ALTER TABLE ${table} DROP CONSTRAINT checkpoint_pkey;
ALTER TABLE ${table} ADD PRIMARY KEY (name, ranges);
COMMENT ON COLUMN ${table}.ranges IS 'The ranges of streams that stand here, a bit for each of 64: the rows of a name cover every range once.';
COMMENT ON COLUMN ${table}.fence IS 'Fence of the holder who claimed these ranges last: nobody else moves the checkpoint.';
COMMENT ON COLUMN ${table}.stopped IS 'Why these ranges stand still, the class of an error; null while they move.';`;

/** Work that is spread over processes: leases with fencing numbers, and checkpoints by ranges of streams. */
export class LeasesAndRanges1795305600008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(LEASES);
    for (const table of ['read.checkpoint', 'process.checkpoint']) await runner.query(rangesIn(table));
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
