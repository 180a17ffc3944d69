import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/**
 * A key whose wrapped bytes were altered cannot be wrapped anew, and must not keep all others from it. It is named by whoever walks, and counted; whatever
 * else lies under an older epoch is refused as before. An epoch is empty only after a walk that left nothing behind: the next one looks from the beginning.
 */
const LEFT = `
ALTER TABLE vault.epoch ADD COLUMN left_behind bigint NOT NULL DEFAULT 0 CHECK (left_behind >= 0);
COMMENT ON COLUMN vault.epoch.left_behind IS 'How many keys the walk towards this epoch that is under way has met that do not open.';
DROP FUNCTION vault.take_over(smallint, uuid, uuid[], bytea[]);
CREATE FUNCTION vault.take_over(target smallint, upto uuid, ids uuid[], wraps bytea[], broken uuid[] DEFAULT '{}') RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  place uuid;
  behind bigint;
BEGIN
  SELECT e.walked_to INTO place FROM vault.epoch e WHERE e.epoch = target FOR NO KEY UPDATE;
  IF place IS NULL THEN
    RAISE EXCEPTION 'no walk towards this epoch was begun' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  UPDATE vault.key k SET epoch = target, wrapped = fresh.wrapped FROM unnest(ids, wraps) AS fresh(id, wrapped) WHERE k.id = fresh.id AND k.epoch < target;
  PERFORM FROM vault.key k WHERE k.id > place AND (upto IS NULL OR k.id <= upto) AND k.epoch < target AND NOT k.id = ANY (broken);
  IF FOUND THEN
    RAISE EXCEPTION 'the walk would leave keys behind' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  UPDATE vault.epoch e SET walked_to = coalesce(upto, e.walked_to), rewrapped = e.rewrapped + cardinality(ids),
    left_behind = e.left_behind + cardinality(broken) WHERE e.epoch = target RETURNING e.left_behind INTO behind;
  IF upto IS NULL AND behind = 0 THEN
    UPDATE vault.epoch e SET state = 3 WHERE e.epoch < target AND e.state = 2;
  ELSIF upto IS NULL THEN
    UPDATE vault.epoch e SET walked_to = NULL, left_behind = 0 WHERE e.epoch = target;
  END IF;
  RETURN behind;
END $$;
COMMENT ON FUNCTION vault.take_over IS 'One step of the walk; how many keys the walk has left behind so far because they do not open.';
REVOKE ALL ON FUNCTION vault.take_over(smallint, uuid, uuid[], bytea[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.take_over(smallint, uuid, uuid[], bytea[], uuid[]) TO mes_vault`;

/** A walk over the keys of older epochs passes what does not open, and leaves its epoch closed. */
export class KeysLeftBehind1795305600029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEFT);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
