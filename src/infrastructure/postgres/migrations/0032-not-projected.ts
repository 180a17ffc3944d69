import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const FAULTS = "'UNKNOWN_TYPE', 'UNKNOWN_VERSION', 'ALTERED', 'KEY_UNKNOWN', 'EVENT_BEFORE_MISSING', 'NOT_PROJECTED'";

/** An event that can be read, and of which a read model can make no rows, stands in quarantine too (ADR 0054). */
export class NotProjected1795305600032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(`
      ALTER TABLE quarantine.place DROP CONSTRAINT place_fault_check, ADD CONSTRAINT place_fault_check CHECK (fault IN (${FAULTS}));
      COMMENT ON TABLE quarantine.place IS 'Events that cannot be read, or on which a read model fails. Their space stands still while they are HELD.'`);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
