import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Where temporary tables are not everybody's right. */
const MAY_COUNT = `
DO $$ BEGIN
  IF NOT has_database_privilege('mes_vault', current_database(), 'TEMPORARY') THEN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO mes_vault', current_database());
  END IF;
END $$`;

/** What the deletion ledger names is compared with the table of destructions in a temporary table, at each start. */
export class DestructionsCounted1795305600030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MAY_COUNT);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
