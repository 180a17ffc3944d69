import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/**
 * No index on the epoch of 200 million keys: it would cost every key for ever what is asked once a year. An epoch is closed instead, so that nothing new
 * comes under it, and one walk over the keys in the order of their ids, whose place is kept, proves that nothing is left there.
 */
const STATES = `
ALTER TABLE vault.epoch
  ADD COLUMN state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
  ADD COLUMN walked_to uuid,
  ADD COLUMN rewrapped bigint NOT NULL DEFAULT 0 CHECK (rewrapped >= 0);
COMMENT ON TABLE vault.epoch IS 'Keys that wrap keys. Triggers on vault.key keep keys from coming under one that is not open; vault.retire removes one that is empty.';
COMMENT ON COLUMN vault.epoch.state IS '1 open, 2 closed (no key comes under it any more), 3 empty (closed, and a whole walk since then left no key under it)';
COMMENT ON COLUMN vault.epoch.walked_to IS 'Up to this key nothing lies under a closed epoch any more; null: no walk towards this epoch was begun.';
COMMENT ON COLUMN vault.epoch.rewrapped IS 'How many keys of older epochs were wrapped anew by this one.';
ALTER TABLE vault.key DROP CONSTRAINT key_epoch_fkey`;

const TRIGGER = 'RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';
const FUNCTION = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';
/** As the reference did that stood here: whoever wrapped by an epoch that is gone meets this state and takes the newest. */
const NOT_OPEN = `RAISE EXCEPTION 'no key comes under this epoch' USING ERRCODE = 'foreign_key_violation'`;

/** Whoever makes keys holds their epoch until he commits: closing it waits for him, and whoever waited for the closing finds it closed. */
const GUARDS = `
CREATE FUNCTION vault.fresh_under_open() ${TRIGGER} AS $$
DECLARE
  its smallint;
BEGIN
  FOR its IN SELECT DISTINCT f.epoch FROM fresh f WHERE f.epoch IS NOT NULL ORDER BY f.epoch LOOP
    PERFORM FROM vault.epoch e WHERE e.epoch = its AND e.state = 1 FOR KEY SHARE;
    IF NOT FOUND THEN ${NOT_OPEN}; END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE FUNCTION vault.moved_under_open() ${TRIGGER} AS $$
BEGIN
  PERFORM FROM vault.epoch e WHERE e.epoch = NEW.epoch AND e.state = 1 FOR KEY SHARE;
  IF NOT FOUND THEN ${NOT_OPEN}; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fresh_under_open AFTER INSERT ON vault.key REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION vault.fresh_under_open();
CREATE TRIGGER moved_under_open BEFORE UPDATE OF epoch ON vault.key FOR EACH ROW
  WHEN (NEW.epoch IS NOT NULL AND NEW.epoch IS DISTINCT FROM OLD.epoch) EXECUTE FUNCTION vault.moved_under_open();
ALTER TABLE vault.key ENABLE ALWAYS TRIGGER fresh_under_open;
ALTER TABLE vault.key ENABLE ALWAYS TRIGGER moved_under_open`;

/** Where the walk is, held until this step of it ends: there is one walker at a time. */
const PLACE = `
  SELECT e.walked_to INTO place FROM vault.epoch e WHERE e.epoch = target FOR NO KEY UPDATE;
  IF place IS NULL THEN
    RAISE EXCEPTION 'no walk towards this epoch was begun' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;`;

/** The walk. Its steps look at the keys of one batch by their ids, whatever the table's statistics are. */
const WALK = `
CREATE FUNCTION vault.close_older(target smallint) RETURNS void ${FUNCTION} AS $$
DECLARE
  start CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  PERFORM FROM vault.epoch e WHERE e.epoch = target AND NOT EXISTS (SELECT FROM vault.epoch n WHERE n.epoch > target) FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'keys are wrapped anew by the newest epoch only' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  PERFORM FROM vault.epoch e WHERE e.epoch < target AND e.state = 1 ORDER BY e.epoch FOR UPDATE;
  UPDATE vault.epoch e SET state = 2 WHERE e.epoch < target AND e.state = 1;
  IF FOUND THEN
    UPDATE vault.epoch e SET walked_to = start WHERE e.epoch = target;
  ELSE
    UPDATE vault.epoch e SET walked_to = start WHERE e.epoch = target AND e.walked_to IS NULL;
  END IF;
END $$;
CREATE FUNCTION vault.next_batch(target smallint, most integer, OUT upto uuid, OUT ids uuid[], OUT epochs smallint[], OUT wraps bytea[])
${FUNCTION} SET enable_seqscan = off AS $$
DECLARE
  place uuid;
  met uuid[];
BEGIN${PLACE}
  SELECT array_agg(b.id ORDER BY b.id) INTO met FROM (SELECT k.id FROM vault.key k WHERE k.id > place ORDER BY k.id LIMIT most) b;
  upto := CASE WHEN cardinality(met) = most THEN met[most] END;
  SELECT array_agg(o.id), array_agg(o.epoch), array_agg(o.wrapped) INTO ids, epochs, wraps
    FROM (SELECT k.id, k.epoch, k.wrapped FROM vault.key k WHERE k.id = ANY (met) AND k.epoch < target ORDER BY k.id FOR UPDATE) o;
END $$;
COMMENT ON FUNCTION vault.next_batch IS 'Keys that are to be wrapped anew, of the next so many; "upto" is the last of those, null where the walk comes to its end.';
CREATE FUNCTION vault.take_over(target smallint, upto uuid, ids uuid[], wraps bytea[]) RETURNS void ${FUNCTION} SET enable_seqscan = off AS $$
DECLARE
  place uuid;
BEGIN${PLACE}
  UPDATE vault.key k SET epoch = target, wrapped = fresh.wrapped FROM unnest(ids, wraps) AS fresh(id, wrapped) WHERE k.id = fresh.id AND k.epoch < target;
  PERFORM FROM vault.key k WHERE k.id > place AND (upto IS NULL OR k.id <= upto) AND k.epoch < target;
  IF FOUND THEN
    RAISE EXCEPTION 'the walk would leave keys behind' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  UPDATE vault.epoch e SET walked_to = coalesce(upto, e.walked_to), rewrapped = e.rewrapped + cardinality(ids) WHERE e.epoch = target;
  IF upto IS NULL THEN
    UPDATE vault.epoch e SET state = 3 WHERE e.epoch < target AND e.state = 2;
  END IF;
END $$;
CREATE FUNCTION vault.retire(doomed smallint) RETURNS boolean ${FUNCTION} AS $$
BEGIN
  DELETE FROM vault.epoch e WHERE e.epoch = doomed AND e.state = 3;
  RETURN FOUND OR NOT EXISTS (SELECT FROM vault.epoch e WHERE e.epoch = doomed);
END $$;
COMMENT ON FUNCTION vault.retire IS 'Whether the epoch is gone: only an empty one goes.'`;

const ALL = ['close_older(smallint)', 'next_batch(smallint, integer)', 'take_over(smallint, uuid, uuid[], bytea[])', 'retire(smallint)']
  .map((name) => `vault.${name}`)
  .join(', ');
const GRANTS = `
DROP FUNCTION vault.hand_out_old(uuid, integer);
REVOKE ALL ON FUNCTION ${ALL}, vault.fresh_under_open(), vault.moved_under_open() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ${ALL} TO mes_vault;
REVOKE INSERT, DELETE ON vault.epoch FROM mes_vault;
GRANT INSERT (epoch) ON vault.epoch TO mes_vault`;

/** Epochs of the key that wraps keys: closed, walked to their end and retired without a look at every key when one of them goes. */
export class EpochsWalked1795305600022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [STATES, GUARDS, WALK, GRANTS]) await runner.query(statements);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
