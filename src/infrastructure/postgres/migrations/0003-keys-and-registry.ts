import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Some 200 million rows at the size of the country: 16-byte ids, one row per key, widest alignment first. */
const VAULT = `
CREATE SCHEMA vault;
CREATE TABLE vault.epoch (
  epoch smallint PRIMARY KEY CHECK (epoch > 0),
  since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE vault.epoch IS 'Keys that wrap keys. The reference from vault.key is what keeps an epoch alive while it wraps anything.';
CREATE TABLE vault.key (
  id uuid PRIMARY KEY,
  owner uuid NOT NULL,
  part uuid NOT NULL,
  died timestamptz,
  purpose smallint NOT NULL CHECK (purpose BETWEEN 1 AND 6),
  state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
  epoch smallint REFERENCES vault.epoch,
  wrapped bytea CHECK (length(wrapped) = 40),
  UNIQUE (owner, purpose, part),
  CHECK ((state = 3) = (wrapped IS NULL) AND (state = 3) = (epoch IS NULL) AND (state = 3) = (died IS NOT NULL))
);
COMMENT ON COLUMN vault.key.part IS 'The document of a document key; all zeros for the others.';
COMMENT ON COLUMN vault.key.purpose IS '1 life, 2 content, 3 trace, 4 document, 5 own, 6 monthly';
COMMENT ON COLUMN vault.key.state IS '1 active, 2 archived, 3 destroyed (no bytes, a date)';
CREATE FUNCTION vault.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a destroyed key stays destroyed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER dead_for_ever BEFORE UPDATE ON vault.key FOR EACH ROW WHEN (OLD.state = 3 AND NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION vault.refuse();
ALTER TABLE vault.key ENABLE ALWAYS TRIGGER dead_for_ever;
GRANT USAGE ON SCHEMA vault TO mes_vault;
GRANT SELECT, INSERT, UPDATE ON vault.key TO mes_vault;
GRANT SELECT, INSERT, DELETE ON vault.epoch TO mes_vault;`;

const REGISTRY = `
CREATE SCHEMA registry;
CREATE TABLE registry.person (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  space uuid NOT NULL UNIQUE DEFAULT uuidv7(),
  handle uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  pepper smallint NOT NULL,
  log text NOT NULL
);
COMMENT ON TABLE registry.person IS 'HMAC(pepper, INS) to the two ids of the space. A row comes before its stream; it can be rebuilt from the streams.';
COMMENT ON COLUMN registry.person.space IS 'Ordered by time, so that a night of imports does not touch every page of every index.';
CREATE TABLE registry.suppression (digest bytea PRIMARY KEY CHECK (length(digest) = 32));
COMMENT ON TABLE registry.suppression IS 'HMAC(other pepper, INS) of those who had their space destroyed, and nothing else.';
CREATE TABLE registry.code (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  space uuid NOT NULL
);
CREATE INDEX ON registry.code (space);
CREATE TABLE registry.checkpoint (
  log text PRIMARY KEY,
  considered bigint NOT NULL,
  seen bigint NOT NULL,
  leaf bytea
);
COMMENT ON TABLE registry.checkpoint IS 'How far the log was read; position and leaf hash of the last event that was seen, compared when reading goes on.';
GRANT USAGE ON SCHEMA registry TO mes_vault;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.person, registry.suppression, registry.code, registry.checkpoint TO mes_vault;`;

/** The keys that open the log, and who has which space: apart from the log, so that what must be erasable can be erased. */
export class KeysAndRegistry1795305600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VAULT);
    await runner.query(REGISTRY);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
