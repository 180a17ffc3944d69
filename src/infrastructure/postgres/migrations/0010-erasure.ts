import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Nobody logs in as this role, nobody may become it: it only stands behind the function that removes streams. The login gives it away again below. */
const ROLE = `
DO $$ BEGIN
  BEGIN
    IF to_regrole('mes_eraser') IS NULL THEN
      CREATE ROLE mes_eraser NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE DEBUG 'another database made the role';
  END;
  IF NOT pg_has_role(current_user, 'mes_eraser', 'SET') THEN
    GRANT mes_eraser TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
  END IF;
END $$`;

/** One way past the guard of the log: DELETE on its events by the function below, which runs as mes_eraser. */
const REFUSE = `
CREATE OR REPLACE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'event' AND current_user = 'mes_eraser' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$`;

/**
 * Leaf hashes are computed again here, from what lies in the stream: whoever holds the password of the writer can remove nothing but what a certificate
 * names and what nobody can read any more, because every key it lies under is destroyed. All or nothing; a stream that is gone already is no error.
 */
const PURGE = `
CREATE FUNCTION log.purge(doomed text, certificate_stream text, certificate_rev integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  certificate jsonb;
  part jsonb;
  unreadable boolean;
BEGIN
  WITH gone AS (DELETE FROM log.event e WHERE e.stream = doomed RETURNING e.rev, e.header, e.body)
  SELECT jsonb_build_object('events', count(*), 'digest', rtrim(translate(encode(sha256(string_agg(
           sha256('\\x00'::bytea || convert_to('{"c":"' || rtrim(translate(encode(sha256(g.body), 'base64'), '+/', '-_'), '=') || '","h":', 'UTF8')
                  || g.header || '\\x7d'::bytea), ''::bytea ORDER BY g.rev)), 'base64'), '+/', '-_'), '=')),
         bool_and(EXISTS (SELECT FROM vault.key k WHERE k.state = 3 AND k.id = (convert_from(g.header, 'UTF8')::jsonb ->> 'key')::uuid))
    INTO part, unreadable FROM gone g;
  IF part -> 'events' = '0'::jsonb THEN
    RETURN 0;
  END IF;
  SELECT convert_from(substring(e.body FROM 2), 'UTF8')::jsonb INTO certificate
    FROM log.event e WHERE e.stream = certificate_stream AND e.rev = certificate_rev AND e.stream LIKE 'audit-%' AND get_byte(e.body, 0) = 0;
  IF certificate ->> 't' IS DISTINCT FROM 'SpaceDestroyed' OR NOT coalesce(certificate -> 'd' -> 'parts' @> jsonb_build_array(part), false) THEN
    RAISE EXCEPTION 'no certificate of destruction covers what lies in this stream' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT unreadable THEN
    RAISE EXCEPTION 'a key of this stream is not destroyed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN (part ->> 'events')::integer;
END $$`;

const OWNED = [
  'GRANT CREATE ON SCHEMA log TO mes_eraser',
  'GRANT USAGE ON SCHEMA log TO mes_eraser',
  'GRANT SELECT, DELETE ON log.event TO mes_eraser',
];

const ERASURE = `
CREATE SCHEMA erasure;
CREATE TABLE erasure.destruction (
  space uuid NOT NULL,
  scope text NOT NULL CHECK (scope IN ('SPACE', 'TRACE')),
  ground text NOT NULL CHECK (ground IN ('ERASURE', 'RETENTION')),
  step text NOT NULL,
  not_before timestamptz NOT NULL,
  streams text[] NOT NULL DEFAULT '{}',
  blobs text[] NOT NULL DEFAULT '{}',
  suppression bytea CHECK (length(suppression) = 32),
  died timestamptz,
  certificate_stream text,
  certificate_rev integer,
  done_at timestamptz,
  PRIMARY KEY (space, scope)
);
COMMENT ON TABLE erasure.destruction IS 'Destructions under way and done: the step that comes next, and what it needs once nothing can be read any more.';
CREATE INDEX ON erasure.destruction (not_before) WHERE done_at IS NULL;
CREATE TABLE erasure.purged (
  position bigint PRIMARY KEY,
  leaf bytea NOT NULL CHECK (length(leaf) = 32)
);
COMMENT ON TABLE erasure.purged IS 'Leaf hashes of removed events, where they lay: so that whoever read them once still knows the log.';
GRANT USAGE ON SCHEMA erasure TO mes_vault, mes_projector;
GRANT SELECT, INSERT, UPDATE ON erasure.destruction TO mes_vault;
GRANT SELECT, INSERT ON erasure.purged TO mes_vault;
GRANT SELECT ON erasure.destruction, erasure.purged TO mes_projector`;

/** What destroys spaces step by step, and the only door through which events leave the log. */
export class Erasure1795305600010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(ROLE);
    await db.query(`GRANT USAGE ON SCHEMA vault TO mes_eraser; GRANT SELECT (id, state) ON vault.key TO mes_eraser`);
    await db.query('SET LOCAL ROLE mes_owner');
    await db.query(REFUSE);
    for (const grant of OWNED) await db.query(grant);
    await db.query('SET LOCAL ROLE mes_eraser');
    await db.query(PURGE);
    await db.query(
      'REVOKE ALL ON FUNCTION log.purge(text, text, integer) FROM PUBLIC; GRANT EXECUTE ON FUNCTION log.purge(text, text, integer) TO mes_writer',
    );
    await db.query('SET LOCAL ROLE mes_owner');
    await db.query('REVOKE CREATE ON SCHEMA log FROM mes_eraser');
    await db.query('RESET ROLE');
    await db.query('REVOKE mes_eraser FROM CURRENT_USER GRANTED BY CURRENT_USER');
    await db.query(ERASURE);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
