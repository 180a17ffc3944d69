import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const PLACE = `
CREATE TABLE quarantine.place (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  stream text COLLATE "C" NOT NULL,
  rev integer NOT NULL CHECK (rev >= 0),
  position bigint NOT NULL CHECK (position > 0),
  fault text NOT NULL CHECK (fault IN ('UNKNOWN_TYPE', 'UNKNOWN_VERSION', 'ALTERED', 'KEY_UNKNOWN', 'EVENT_BEFORE_MISSING')),
  state text NOT NULL DEFAULT 'HELD' CHECK (state IN ('HELD', 'LIFTED', 'RELEASED')),
  since timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  UNIQUE (stream, rev),
  CHECK ((state = 'HELD') = (settled_at IS NULL))
);
COMMENT ON TABLE quarantine.place IS 'Events that could not be read. Their space stands still while they are HELD; RELEASED ones count as sealed for ever.';`;

const HELD_BACK = `
CREATE TABLE quarantine.held_back (
  kind text NOT NULL CHECK (kind IN ('rows', 'work', 'addresses')),
  reader text NOT NULL,
  subject text COLLATE "C" NOT NULL,
  from_position bigint NOT NULL CHECK (from_position > 0),
  times integer NOT NULL DEFAULT 1,
  PRIMARY KEY (kind, reader, subject)
);
COMMENT ON TABLE quarantine.held_back IS 'From where on each reader of the log must read a space (or a single stream) again, once it goes on.';`;

/** The book of events that cannot be read. Written by every reader of the log, under mes_projector; the registry keeps its own lines. */
export class Quarantine1795305600007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA quarantine AUTHORIZATION mes_projector');
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(PLACE);
    await runner.query(HELD_BACK);
    await runner.query(`
      GRANT USAGE ON SCHEMA quarantine TO mes_vault;
      GRANT SELECT, INSERT, UPDATE, DELETE ON quarantine.held_back TO mes_vault`);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
