import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const NOT_ALL = `RAISE EXCEPTION 'not every append fits' USING ERRCODE = 'MS409'`;
const MISFIT = `RAISE EXCEPTION 'the arrays of an append do not fit together' USING ERRCODE = 'array_subscript_error'`;

/**
 * log.append_all of 0012, with the judgement before the head is taken: while one transaction writes, the next is judged, on a processor of its own.
 * That an event lies in the log at an instant stays true, whoever writes meanwhile; and that none follows it yet is guarded by the primary key, behind
 * which the revision to be written lies. A revision of a stream that is seen only after the lock was had is judged by log.append, as all that does not fit.
 */
const ALL = `
CREATE OR REPLACE FUNCTION log.append_all(streams text[], revs integer[], ats bigint[], waits integer[], headers bytea[], bodies bytea[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  tolerance CONSTANT bigint := 2000;
  count CONSTANT integer := cardinality(headers);
  base bigint;
  clock bigint;
BEGIN
  IF count = 0 OR count <> ANY (ARRAY[cardinality(bodies), cardinality(streams), cardinality(revs), cardinality(ats), cardinality(waits)]) THEN ${MISFIT}; END IF;
  BEGIN
  SELECT c.offset_ms + floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint INTO STRICT clock FROM log.clock c;
  PERFORM FROM (SELECT unnest(streams) AS stream, unnest(revs) AS rev, unnest(ats) AS at, unnest(waits) AS told,
                       unnest(NULL::text || streams[:count - 1]) AS stream_before, unnest(NULL::integer || revs[:count - 1]) AS rev_before,
                       unnest(NULL::bigint || ats[:count - 1]) AS at_before) e
    WHERE NOT coalesce(abs(e.at - clock + log.waited(e.told)) <= tolerance AND
      (e.rev = 0 OR (e.stream = e.stream_before AND e.rev = e.rev_before + 1 AND e.at = e.at_before) OR
       (SELECT l.at - e.at <= tolerance FROM log.event l WHERE l.stream = e.stream AND l.rev = e.rev - 1)), false);
  IF FOUND THEN ${NOT_ALL}; END IF;
  UPDATE log.head h SET position = h.position + count RETURNING h.position - count INTO STRICT base;
  INSERT INTO log.event (position, at, rev, stream, header, body)
    SELECT generate_series(base + 1, base + count), unnest(ats), unnest(revs), unnest(streams), unnest(headers), unnest(bodies);
  PERFORM pg_notify('mes_log', '');
  RETURN base;
  EXCEPTION WHEN unique_violation OR SQLSTATE 'MS409' THEN
    RETURN NULL;
  END;
END $$;`;

/** The function keeps its name, its arguments and what it answers: processes of the version before call it through a rolling update as they did. */
export class JudgedBeforeTheHead1795305600025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_owner');
    await runner.query(ALL);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
