import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** As in 0001: roles belong to the whole server, and whoever comes second finds the work done. */
const ROLE = `
DO $$
BEGIN
  BEGIN
    IF to_regrole('mes_sealer') IS NULL THEN
      CREATE ROLE mes_sealer NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE DEBUG 'another database made role mes_sealer';
  END;
  IF NOT pg_has_role(current_user, 'mes_sealer', 'SET') THEN
    GRANT mes_sealer TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
  END IF;
END $$;`;

/** 33 bytes a leaf in tiles, some 25 for the first event of an append in rolls, 100 a stream: no row and no index entry per event. */
const TABLES = `
CREATE SCHEMA seal;
CREATE TABLE seal.head (
  id smallint PRIMARY KEY CHECK (id = 1),
  size bigint NOT NULL CHECK (size >= 0),
  position bigint NOT NULL CHECK (position >= 0),
  origin text,
  trouble text,
  checked jsonb
) WITH (fillfactor = 10);
COMMENT ON COLUMN seal.head.position IS 'Of the last event that was sealed.';
COMMENT ON COLUMN seal.head.trouble IS 'Why the sealer stopped; null while it works.';
COMMENT ON COLUMN seal.head.checked IS 'What the last comparison of log and seal came to.';
INSERT INTO seal.head VALUES (1, 0, 0);

CREATE TABLE seal.tile (
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
  PRIMARY KEY (level, index)
);
ALTER TABLE seal.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
COMMENT ON TABLE seal.tile IS 'The tree of RFC 6962 in tiles of 256 hashes; the last one of a level grows.';

CREATE TABLE seal.roll (
  tile bigint PRIMARY KEY CHECK (tile >= 0),
  first bigint NOT NULL UNIQUE,
  entries bytea NOT NULL
);
COMMENT ON TABLE seal.roll IS 'Which events the leaves of a tile are: stream, revision and position, in the order of the leaves.';
COMMENT ON COLUMN seal.roll.first IS 'Position of the first of them.';

CREATE TABLE seal.stream (
  key uuid PRIMARY KEY,
  rev integer NOT NULL CHECK (rev >= 0)
) WITH (fillfactor = 85);
COMMENT ON TABLE seal.stream IS 'How far each stream is sealed: the next event of it has the next revision.';

CREATE TABLE seal.checkpoint (
  size bigint PRIMARY KEY CHECK (size > 0),
  root bytea NOT NULL CHECK (length(root) = 32),
  note text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE seal.checkpoint IS 'Every head that was signed: never two of one size.';
CREATE TABLE seal.key (
  verifier text COLLATE "C" PRIMARY KEY,
  since bigint NOT NULL
);
COMMENT ON TABLE seal.key IS 'Every key that ever signed, and the size of the first head it signed.';`;

/** What was signed stays, and a tile only grows. */
const GUARDS = `
CREATE FUNCTION seal.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what was sealed stays: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON seal.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
CREATE TRIGGER for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON seal.key FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
CREATE TRIGGER only_grows BEFORE UPDATE ON seal.tile FOR EACH ROW
  WHEN (substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes) EXECUTE FUNCTION seal.refuse();
CREATE TRIGGER never_emptied BEFORE DELETE OR TRUNCATE ON seal.tile FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
CREATE TRIGGER never_emptied BEFORE DELETE OR TRUNCATE ON seal.head FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
ALTER TABLE seal.checkpoint ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE seal.key ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE seal.tile ENABLE ALWAYS TRIGGER only_grows;
ALTER TABLE seal.tile ENABLE ALWAYS TRIGGER never_emptied;
ALTER TABLE seal.head ENABLE ALWAYS TRIGGER never_emptied;`;

/** The sealer sees no event: it reads the log through the store, wherever that is. */
const GRANTS = `
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA seal FROM PUBLIC;
GRANT USAGE ON SCHEMA seal TO mes_sealer, mes_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA seal TO mes_sealer;
GRANT SELECT ON seal.head, seal.tile, seal.roll, seal.checkpoint, seal.key TO mes_reader;
GRANT INSERT, UPDATE ON seal.tile, seal.roll, seal.stream TO mes_sealer;
GRANT INSERT ON seal.checkpoint, seal.key TO mes_sealer;
GRANT UPDATE ON seal.head TO mes_sealer;`;

/** The leases belong to mes_projector, who alone may let others see them. */
const LEASE_GRANTS = `
GRANT USAGE ON SCHEMA process TO mes_sealer;
GRANT SELECT, UPDATE (holder) ON process.lease TO mes_sealer;`;

/** The tree over the log, and its signed heads: apart from the log, under a role of its own. */
export class SealedLog1795305600009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [ROLE, TABLES, GUARDS, GRANTS]) await runner.query(statement);
    await runner.query('SET LOCAL ROLE mes_projector');
    await runner.query(LEASE_GRANTS);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
