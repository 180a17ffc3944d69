import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const LIFTED = `
CREATE TABLE registry.lifted (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  times integer NOT NULL CHECK (times > 0)
);
COMMENT ON TABLE registry.lifted IS 'How often a suppression was lifted: a restore suppresses again whom the deletion ledger names more often.';
GRANT SELECT, INSERT, UPDATE ON registry.lifted TO mes_vault;`;

/**
 * Counts of keys that were handed out (0016) name a space for each day: nobody compares them after some days, and of a destroyed space not even then. Both
 * functions let nobody wipe out a trace: what is younger than five weeks stays, but for days before today of a space whose keys are destroyed.
 */
const RELEASES = `
CREATE FUNCTION vault.forget_releases() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first CONSTANT date := (clock_timestamp() AT TIME ZONE 'UTC')::date - 35;
BEGIN
  DELETE FROM vault.release r WHERE r.day < first;
  DELETE FROM vault.release_behind r WHERE r.day < first;
END $$;
CREATE FUNCTION vault.forget_releases_of(ring uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM vault.key k WHERE k.owner = ring AND k.purpose = 1 AND k.state = 3) THEN
    DELETE FROM vault.release r WHERE r.owner = ring AND r.day < (clock_timestamp() AT TIME ZONE 'UTC')::date;
  END IF;
END $$;
REVOKE ALL ON FUNCTION vault.forget_releases, vault.forget_releases_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.forget_releases, vault.forget_releases_of TO mes_vault;`;

/** Who was allowed to come back, so that a restore does not turn him away again; and what goes with a space, or after it, of the counts of its keys. */
export class WhatDestructionsLeave1795305600027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LIFTED);
    await runner.query(RELEASES);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
