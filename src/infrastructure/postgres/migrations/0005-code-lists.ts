import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const CODE_LISTS = `
CREATE SCHEMA reference;
CREATE TABLE reference.code_list (
  list text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  content jsonb NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (list, version),
  UNIQUE (list, digest)
);
COMMENT ON TABLE reference.code_list IS 'Every version of every official code list. The one of a list that was added last counts.';
COMMENT ON COLUMN reference.code_list.digest IS 'SHA-256 of the canonical JSON of the content.';
CREATE FUNCTION reference.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a version of a code list stays as it is' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER for_ever BEFORE UPDATE OR DELETE ON reference.code_list FOR EACH ROW EXECUTE FUNCTION reference.refuse();
ALTER TABLE reference.code_list ENABLE ALWAYS TRIGGER for_ever;
GRANT USAGE ON SCHEMA reference TO mes_projector;
GRANT SELECT, INSERT ON reference.code_list TO mes_projector;`;

/** Code lists are rules that others publish, not facts of ours: they are kept beside the log, each version for ever. */
export class CodeLists1795305600005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CODE_LISTS);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
