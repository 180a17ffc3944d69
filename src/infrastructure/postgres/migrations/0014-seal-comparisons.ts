import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Beside the last comparison of log and seal: the last of the whole log, and what was found and not found right since. */
const COLUMNS = `
ALTER TABLE seal.head ADD COLUMN compared_whole timestamptz, ADD COLUMN found jsonb;
COMMENT ON COLUMN seal.head.found IS 'Stretch of leaves in which comparisons found something, until one that covers it finds nothing.';`;

/** Comparisons on a schedule: what one of them found is not forgotten because the next one looked elsewhere. */
export class SealComparisons1795305600014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
