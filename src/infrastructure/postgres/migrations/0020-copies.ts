import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const COPIES = `
CREATE TABLE process.copy (
  copy uuid PRIMARY KEY,
  space uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  not_before timestamptz NOT NULL DEFAULT now(),
  tries integer NOT NULL DEFAULT 0
);
COMMENT ON TABLE process.copy IS 'Copies of data that wait to be made; a row goes with its copy. The fact is in the record of the space.';
CREATE INDEX ON process.copy (not_before);`;

/** Copies for people who take their data with them: what is to be made. */
export class Copies1795305600020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(COPIES);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
