import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** As in 0002: the partitions of the log never change. */
const PARTITIONS = 16;
const partitionOf = (n: number): string => `log.event_${String(n).padStart(2, '0')}`;

/**
 * When not everything fits, nothing is written and NULL comes back: the caller then asks log.append, which judges append by append. Caught here, because
 * what the server logs of a violated key names the stream.
 */
const NOT_ALL = `RAISE EXCEPTION 'not every append fits' USING ERRCODE = 'MS409'`;
const OR_NOTHING = `
  EXCEPTION WHEN unique_violation OR SQLSTATE 'MS409' THEN
    RETURN NULL;
  END;`;
const MISFIT = `RAISE EXCEPTION 'the arrays of an append do not fit together' USING ERRCODE = 'array_subscript_error'`;

/**
 * Advances the head and takes its lock in one statement: whoever comes second waits here. What follows are statements of their own, which under
 * READ COMMITTED see all that was committed before the lock was had. The clock is read after the wait.
 */
const TAKE_HEAD = `
  UPDATE log.head h SET position = h.position + count FROM log.clock c RETURNING h.position - count, c.offset_ms INTO STRICT base, clock;
  clock := clock + floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint;`;

/**
 * Many appends that all fit, or none: events in the order in which they are to lie, those of one append one behind the other. A stream that begins is
 * not looked up: if it exists, its first revision violates the primary key. "known" are the appends on streams that exist, with the revision expected.
 * The set-returning functions stand in the select list, where they hand on one row after the other; in FROM they would be materialised first.
 */
const ALL = `
CREATE FUNCTION log.append_all(streams text[], revs integer[], ats bigint[], headers bytea[], bodies bytea[],
                               known_streams text[], known_revs integer[], known_ats bigint[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  tolerance CONSTANT bigint := 2000;
  count CONSTANT integer := cardinality(headers);
  base bigint;
  clock bigint;
BEGIN
  IF count = 0 OR count <> cardinality(bodies) OR count <> cardinality(streams) OR count <> cardinality(revs) OR count <> cardinality(ats) THEN
    ${MISFIT};
  END IF;
  BEGIN${TAKE_HEAD}
  IF cardinality(known_streams) > 0 THEN
    PERFORM FROM unnest(known_streams, known_revs, known_ats) k(stream, rev, at)
      LEFT JOIN LATERAL (SELECT e.rev, e.at FROM log.event e WHERE e.stream = k.stream ORDER BY e.rev DESC LIMIT 1) l ON true
      WHERE l.rev IS DISTINCT FROM k.rev OR l.at - k.at > tolerance;
    IF FOUND THEN ${NOT_ALL}; END IF;
  END IF;
  PERFORM FROM (SELECT u.*, lag(u.stream) OVER () AS stream_before, lag(u.rev) OVER () AS rev_before, lag(u.at) OVER () AS at_before
                  FROM unnest(streams, revs, ats) u(stream, rev, at)) e
    WHERE NOT coalesce(abs(e.at - clock) <= tolerance AND (e.rev = 0 OR (e.stream = e.stream_before AND e.rev = e.rev_before + 1 AND e.at = e.at_before)
      OR (e.stream, e.rev - 1, e.at) IN (SELECT k.stream, k.rev, k.at FROM unnest(known_streams, known_revs, known_ats) k(stream, rev, at))), false);
  IF FOUND THEN ${NOT_ALL}; END IF;
  INSERT INTO log.event (position, at, rev, stream, header, body)
    SELECT generate_series(base + 1, base + count), unnest(ats), unnest(revs), unnest(streams), unnest(headers), unnest(bodies);
  PERFORM pg_notify('mes_log', '');
  RETURN base;${OR_NOTHING}
END $$;`;

const branch = (n: number): string => `
    WHEN ${n} THEN
      IF expected >= 0 THEN
        SELECT e.rev, e.at INTO last, last_at FROM ${partitionOf(n)} e WHERE e.stream = append_alone.stream ORDER BY e.rev DESC LIMIT 1;
        IF last IS DISTINCT FROM expected OR last_at - at > tolerance THEN ${NOT_ALL}; END IF;
      END IF;
      INSERT INTO ${partitionOf(n)} (position, at, rev, stream, header, body)
        SELECT generate_series(base + 1, base + count), append_alone.at, generate_series(expected + 1, expected + count), append_alone.stream,
               unnest(headers), unnest(bodies);`;

/**
 * The partition of a stream is known before the statement: opening one table costs half of what routing a row through sixteen does. PostgreSQL still
 * checks each row against the bounds of its partition, so a number computed wrongly is an error, never a misplaced row.
 */
const ALONE = `
CREATE FUNCTION log.append_alone(stream text, expected integer, at bigint, headers bytea[], bodies bytea[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  tolerance CONSTANT bigint := 2000;
  count CONSTANT integer := cardinality(headers);
  base bigint;
  clock bigint;
  last integer;
  last_at bigint;
BEGIN
  IF count = 0 OR count <> cardinality(bodies) THEN ${MISFIT}; END IF;
  BEGIN${TAKE_HEAD}
  IF abs(at - clock) > tolerance OR expected < -1 THEN ${NOT_ALL}; END IF;
  CASE log.partition_of(stream)${Array.from({ length: PARTITIONS }, (_, n) => branch(n)).join('')}
  END CASE;
  PERFORM pg_notify('mes_log', '');
  RETURN base;${OR_NOTHING}
END $$;`;

/** What PostgreSQL computes for FOR VALUES WITH (MODULUS 16, …) on one text column: the seed and the constant are those of its partitioning. */
const PARTITION_OF = `
CREATE FUNCTION log.partition_of(stream text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (((hashtextextended(stream COLLATE "C", 8816678312871386365) & 15) + 3) & 15)::integer
$$;`;

const AGREES = `
DO $$ BEGIN
  IF EXISTS (SELECT FROM generate_series(1, 256) n, generate_series(0, 15) r
              WHERE satisfies_hash_partition('log.event'::regclass, 16, r, 'space-' || n) <> (log.partition_of('space-' || n) = r)) THEN
    RAISE EXCEPTION 'this PostgreSQL partitions by another hash';
  END IF;
END $$;`;

const GRANTS = `
REVOKE ALL ON FUNCTION log.append_all(text[], integer[], bigint[], bytea[], bytea[], text[], integer[], bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION log.append_alone(text, integer, bigint, bytea[], bytea[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION log.partition_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.append_all(text[], integer[], bigint[], bytea[], bytea[], text[], integer[], bigint[]) TO mes_writer;
GRANT EXECUTE ON FUNCTION log.append_alone(text, integer, bigint, bytea[], bytea[]) TO mes_writer;`;

/** The short way of the usual case, in which every append fits; the judgement append by append (log.append) stays for all others. */
export class AppendAtOnce1795305600011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_owner');
    for (const statement of [PARTITION_OF, AGREES, ALL, ALONE, GRANTS]) await runner.query(statement);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
