import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Statistics keep values of rows that are gone. An index finds a handle without them; read models have theirs left out where their tables are made. */
const UNCOUNTED = 'ALTER TABLE registry.person ALTER COLUMN handle SET STATISTICS 0';

/** What the database counts for its planner holds nothing by which somebody who was destroyed would be known. */
export class UncountedHandles1795305600023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UNCOUNTED);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
