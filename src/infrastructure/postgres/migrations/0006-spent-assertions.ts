import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const SPENT = `
CREATE SCHEMA identity;
CREATE TABLE identity.spent_assertion (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  until timestamptz NOT NULL
);
CREATE INDEX ON identity.spent_assertion (until);
COMMENT ON TABLE identity.spent_assertion IS 'SHA-256 of client and id of every assertion that was shown, for the minutes in which it could be shown again.';
GRANT USAGE ON SCHEMA identity TO mes_vault;
GRANT SELECT, INSERT, DELETE ON identity.spent_assertion TO mes_vault;`;

/** What was shown once at the token endpoint: one memory for all processes. */
export class SpentAssertions1795305600006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SPENT);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
