import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** What waits for its day goes with its space, while the projector stands still: it is found, never looked for among everybody's. */
const INDEXES = `
CREATE INDEX deadline_target_idx ON process.deadline (target);
CREATE INDEX deadline_space_idx ON process.deadline ((wish ->> 'space')) WHERE wish ->> 'space' IS NOT NULL`;

/** The deadlines of one space are found by an index. */
export class DeadlinesOfASpace1795305600028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(INDEXES);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
