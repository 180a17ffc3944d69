import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const LIFTED = `
CREATE TABLE registry.lifted (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  times integer NOT NULL CHECK (times > 0)
);
COMMENT ON TABLE registry.lifted IS 'How often a suppression was lifted: a restore suppresses again whom the deletion ledger names more often.';
GRANT SELECT, INSERT, UPDATE ON registry.lifted TO mes_vault;`;

/** Who was allowed to come back, so that a restore does not turn him away again. */
export class LiftedSuppressions1795305600029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LIFTED);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
