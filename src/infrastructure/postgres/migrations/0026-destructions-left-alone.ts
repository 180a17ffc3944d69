import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** `not_before` is the legal day of a destruction until it begins, and is reported as such: when one that failed is tried again stands beside it. */
const LEFT_ALONE = `
ALTER TABLE erasure.destruction ADD COLUMN retry_at timestamptz;
COMMENT ON COLUMN erasure.destruction.retry_at IS 'A step failed: until then the others go first, in real time. Null where none failed.';
DROP INDEX erasure.destruction_not_before_idx;
CREATE INDEX ON erasure.destruction (greatest(not_before, retry_at)) WHERE done_at IS NULL`;

/** A destruction that fails at its first step does not keep all others waiting. */
export class DestructionsLeftAlone1795305600026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEFT_ALONE);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
