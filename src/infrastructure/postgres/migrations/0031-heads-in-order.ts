import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Where temporary tables are not everybody's right. */
const MAY_SORT = `
DO $$ BEGIN
  IF NOT has_database_privilege('mes_sealer', current_database(), 'TEMPORARY') THEN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO mes_sealer', current_database());
  END IF;
END $$`;

/** The heads of streams are brought into their map in the order of their keys, by way of a temporary table. */
export class HeadsInOrder1795305600031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MAY_SORT);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
