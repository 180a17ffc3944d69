import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const WITNESSES = `
CREATE TABLE seal.policy (
  id smallint PRIMARY KEY CHECK (id = 1),
  text text NOT NULL,
  patience interval NOT NULL
);
COMMENT ON TABLE seal.policy IS 'The policy of witnesses as the sealer read it; no row: heads are published as they are signed.';
COMMENT ON COLUMN seal.policy.patience IS 'How long a head waits for its quorum before it is published without.';

CREATE TABLE seal.witness (
  key text COLLATE "C" PRIMARY KEY,
  label text NOT NULL,
  known bigint NOT NULL DEFAULT 0 CHECK (known >= 0),
  asked boolean NOT NULL DEFAULT true,
  trouble text CHECK (trouble IN ('away', 'refused', 'contradicts')),
  detail text
) WITH (fillfactor = 50);
COMMENT ON COLUMN seal.witness.known IS 'Size of the last head that it cosigned: proofs for it begin there.';
COMMENT ON COLUMN seal.witness.asked IS 'Whether the policy that holds names it.';

CREATE TABLE seal.cosignature (
  size bigint NOT NULL REFERENCES seal.checkpoint,
  witness text COLLATE "C" NOT NULL REFERENCES seal.witness,
  line text NOT NULL,
  PRIMARY KEY (size, witness)
);
COMMENT ON TABLE seal.cosignature IS 'C2SP tlog-cosignature lines under the head of this size; each was checked before it was kept.';
CREATE TABLE seal.quorum (
  size bigint PRIMARY KEY REFERENCES seal.checkpoint
);
COMMENT ON TABLE seal.quorum IS 'Heads that the quorum of the policy of that time cosigned.';
CREATE TRIGGER for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON seal.cosignature FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
CREATE TRIGGER for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON seal.quorum FOR EACH STATEMENT EXECUTE FUNCTION seal.refuse();
ALTER TABLE seal.cosignature ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE seal.quorum ENABLE ALWAYS TRIGGER for_ever;
GRANT SELECT ON seal.policy, seal.witness, seal.cosignature, seal.quorum TO mes_sealer, mes_reader;
GRANT INSERT, UPDATE, DELETE ON seal.policy, seal.witness TO mes_sealer;
GRANT INSERT ON seal.cosignature, seal.quorum TO mes_sealer;`;

/** A row for some sixteen streams, and one for every sixteen of those: what a day changes is written, nothing else. */
const MAP = `
CREATE TABLE seal.map (
  id smallint PRIMARY KEY CHECK (id = 1),
  size bigint NOT NULL CHECK (size >= 0),
  root bytea NOT NULL CHECK (length(root) = 32),
  streams bigint NOT NULL CHECK (streams >= 0),
  since date
) WITH (fillfactor = 10);
COMMENT ON COLUMN seal.map.size IS 'Leaves of the sealed log that the map of stream heads takes in.';
INSERT INTO seal.map VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0);
CREATE TABLE seal.map_row (
  prefix text COLLATE "C" PRIMARY KEY,
  branch boolean NOT NULL,
  content bytea NOT NULL
) WITH (fillfactor = 80);
COMMENT ON TABLE seal.map_row IS 'Stream heads by the first digits of SHA-256 of the name of the stream: records, or sixteen subtrees.';
CREATE TABLE seal.published_map (
  day date PRIMARY KEY,
  size bigint NOT NULL,
  root bytea NOT NULL,
  streams bigint NOT NULL,
  log_root bytea NOT NULL,
  stream text,
  rev integer
);
COMMENT ON COLUMN seal.published_map.rev IS 'Of the fact SealHeadPublished; null: it is about to be written.';
GRANT SELECT ON seal.map, seal.map_row, seal.published_map TO mes_sealer, mes_reader;
GRANT UPDATE ON seal.map TO mes_sealer;
GRANT INSERT, UPDATE ON seal.map_row, seal.published_map TO mes_sealer;`;

/**
 * Wrapped keys leave the table through functions that count them, for whoever comes: under mes_vault by day, ring and purpose, where what lies in a space is
 * concerned; under mes_projector (who works behind the doors) by day and purpose. The counts may wait for the disk: a crash of the server loses the last second.
 */
const RELEASES = `
CREATE TABLE vault.release (
  day date NOT NULL,
  owner uuid NOT NULL,
  purpose smallint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (day, owner, purpose)
) WITH (fillfactor = 80);
COMMENT ON TABLE vault.release IS 'How often keys of a ring were handed out to doors, by day in UTC; compared with the lines in the streams of that ring.';
CREATE TABLE vault.release_behind (
  day date NOT NULL,
  purpose smallint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (day, purpose)
) WITH (fillfactor = 20);
COMMENT ON TABLE vault.release_behind IS 'The same for processes behind the doors: read models, processes, timers.';
CREATE FUNCTION vault.hand_out(ids uuid[]) RETURNS SETOF vault.key LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  today CONSTANT date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  IF current_setting('role') = 'mes_projector' THEN
    INSERT INTO vault.release_behind AS r (day, purpose, count)
      SELECT today, k.purpose, count(*) FROM vault.key k WHERE k.id = ANY (ids) AND k.state <> 3 AND k.purpose IN (2, 3, 4) GROUP BY k.purpose ORDER BY k.purpose
      ON CONFLICT (day, purpose) DO UPDATE SET count = r.count + excluded.count;
  ELSE
    INSERT INTO vault.release AS r (day, owner, purpose, count)
      SELECT today, k.owner, k.purpose, count(*) FROM vault.key k WHERE k.id = ANY (ids) AND k.state <> 3 AND k.purpose IN (2, 3, 4)
      GROUP BY k.owner, k.purpose ORDER BY k.owner, k.purpose
      ON CONFLICT (day, owner, purpose) DO UPDATE SET count = r.count + excluded.count;
  END IF;
  RETURN QUERY SELECT k.* FROM vault.key k WHERE k.id = ANY (ids);
END $$;
CREATE FUNCTION vault.hand_out_at(owners uuid[], purposes smallint[], parts uuid[]) RETURNS SETOF vault.key
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT * FROM vault.hand_out(ARRAY(
    SELECT k.id FROM unnest(owners, purposes, parts) AS asked(owner, purpose, part) JOIN vault.key k USING (owner, purpose, part)));
END $$;
CREATE FUNCTION vault.hand_out_old(after uuid, most integer) RETURNS TABLE (id uuid, epoch smallint, wrapped bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT k.id, k.epoch, k.wrapped FROM vault.key k
    WHERE k.id > after AND k.epoch < (SELECT max(e.epoch) FROM vault.epoch e) ORDER BY k.id LIMIT most FOR UPDATE;
END $$;
COMMENT ON FUNCTION vault.hand_out_old IS 'Keys that are to be wrapped anew: none once they are.';
REVOKE ALL ON FUNCTION vault.hand_out, vault.hand_out_at, vault.hand_out_old FROM PUBLIC;
REVOKE SELECT ON vault.key FROM mes_vault;
GRANT SELECT (id, owner, part, died, purpose, state, epoch) ON vault.key TO mes_vault;
GRANT EXECUTE ON FUNCTION vault.hand_out, vault.hand_out_at, vault.hand_out_old TO mes_vault;
GRANT USAGE ON SCHEMA vault TO mes_projector, mes_sealer;
GRANT EXECUTE ON FUNCTION vault.hand_out, vault.hand_out_at TO mes_projector;
GRANT SELECT ON vault.release, vault.release_behind TO mes_sealer;`;

/** Who cosigns the heads of the sealed log, and what they said; and the map of the heads of all streams. */
export class Witnesses1795305600016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WITNESSES);
    await runner.query(MAP);
    await runner.query(RELEASES);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
