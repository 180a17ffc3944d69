import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** What is decided of an export stands in the log; here stands what is left to do, and how far it has come. */
const JOBS = `
CREATE TABLE process.export_job (
  id text PRIMARY KEY,
  step text NOT NULL DEFAULT 'BUILD' CHECK (step IN ('BUILD', 'PROVE', 'DONE')),
  done bigint NOT NULL DEFAULT 0,
  total bigint,
  failures integer NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL DEFAULT now(),
  queued_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
COMMENT ON TABLE process.export_job IS 'Approved exports: the step that comes next, and the leaves read so far, of how many at most.';
CREATE INDEX ON process.export_job (not_before) WHERE step <> 'DONE';`;

/** Work on exports of the log, one process at a time. */
export class ExportJobs1795305600015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(JOBS);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
