import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const SENT = `
CREATE TABLE process.sent (
  id text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE process.sent IS 'Ids of messages that a mail server has taken in the last days: whoever looks at their facts again does not send them again.';
COMMENT ON COLUMN process.sent.id IS 'A digest that says nothing of anybody.';
CREATE INDEX ON process.sent (at)`;

/** A mail server has no memory of what it took: we have one. */
export class SentMails1795305600033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(SENT);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
