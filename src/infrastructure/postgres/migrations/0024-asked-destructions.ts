import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Found out while the archive can still be read, and written into the certificate. */
const ASKED = 'ALTER TABLE erasure.destruction ADD COLUMN asked_on date';

/** When the holder asked for a destruction: three months are the law's (CSP R.1111-36). */
export class AskedDestructions1795305600024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ASKED);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
