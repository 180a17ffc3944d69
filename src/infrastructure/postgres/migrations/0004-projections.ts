import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const checkpointTable = (name: string): string => `
CREATE TABLE ${name} (
  name text PRIMARY KEY,
  version integer NOT NULL,
  position bigint NOT NULL CHECK (position >= 0),
  event_position bigint,
  event_stream text,
  event_rev integer,
  event_leaf bytea CHECK (length(event_leaf) = 32),
  sealed bigint NOT NULL DEFAULT 0,
  CHECK (num_nulls(event_position, event_stream, event_rev, event_leaf) IN (0, 4))
) WITH (fillfactor = 50);
COMMENT ON TABLE ${name} IS 'How far each reader of the log has come, with the last event it met: compared with the log when resuming.';
COMMENT ON COLUMN ${name}.position IS 'Everything up to here was considered.';
COMMENT ON COLUMN ${name}.sealed IS 'Events met whose key was archived or destroyed: the only ones ever skipped.';`;

const DEADLINES = `
CREATE TABLE process.deadline (
  process text NOT NULL,
  stream text COLLATE "C" NOT NULL,
  rev integer NOT NULL,
  index smallint NOT NULL,
  target text NOT NULL,
  wish jsonb NOT NULL,
  not_before timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  tzdb text NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (stream, rev, process, index)
);
COMMENT ON COLUMN process.deadline.not_before IS 'The moment the law gives; never altered.';
COMMENT ON COLUMN process.deadline.due_at IS 'When it is tried next: not_before, later after a failure.';
COMMENT ON COLUMN process.deadline.tzdb IS 'Version of the time zone rules that not_before was computed with.';
CREATE INDEX ON process.deadline (due_at) WHERE done_at IS NULL;
CREATE INDEX ON process.deadline (done_at) WHERE done_at IS NOT NULL;`;

/**
 * `read` holds the tables that answer questions, `read_next` those being rebuilt beside them, `process` what waits for its day.
 * mes_projector owns all three because it makes and swaps the tables of read models; mes_reader sees `read` only, and may hold temporary
 * tables for questions about the past.
 */
export class Projections1795305600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const schema of ['read', 'read_next', 'process']) await runner.query(`CREATE SCHEMA ${schema} AUTHORIZATION mes_projector`);
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(checkpointTable('read.checkpoint'));
    await runner.query(checkpointTable('process.checkpoint'));
    await runner.query(DEADLINES);
    await runner.query(`
      GRANT USAGE ON SCHEMA read TO mes_reader;
      GRANT SELECT ON read.checkpoint TO mes_reader;
      ALTER DEFAULT PRIVILEGES IN SCHEMA read_next GRANT SELECT ON TABLES TO mes_reader`);
    await runner.query('RESET ROLE');
    await runner.query(`
      DO $$ BEGIN
        IF NOT has_database_privilege('mes_reader', current_database(), 'TEMPORARY') THEN
          EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO mes_reader', current_database());
        END IF;
      END $$`);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
