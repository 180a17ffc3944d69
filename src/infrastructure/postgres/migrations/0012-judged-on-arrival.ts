import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** As in 0002: the partitions of the log never change. */
const PARTITIONS = 16;
const partitionOf = (n: number): string => `log.event_${String(n).padStart(2, '0')}`;

/**
 * How long ago an append came to its writer, milliseconds, as the writer counts it on a clock that nobody sets. More than this is not believed, whoever
 * says it: what was written may be dated back by so much at most.
 */
const WAITED = `
CREATE FUNCTION log.waited(told integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT least(greatest(coalesce(told, 0), 0), 30000) $$;`;

/** What time it was for the database when the call reached it: what it waits for the head from then on is no fault of its clock. */
const ARRIVED = 'floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint';
const LANGUAGE = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';
const GENERIC = 'SET plan_cache_mode = force_generic_plan';
const NOT_ALL = `RAISE EXCEPTION 'not every append fits' USING ERRCODE = 'MS409'`;
const OR_NOTHING = `
  EXCEPTION WHEN unique_violation OR SQLSTATE 'MS409' THEN
    RETURN NULL;
  END;`;
const MISFIT = `RAISE EXCEPTION 'the arrays of an append do not fit together' USING ERRCODE = 'array_subscript_error'`;
const TAKE_HEAD = `
  UPDATE log.head h SET position = h.position + count FROM log.clock c RETURNING h.position - count, c.offset_ms INTO STRICT base, clock;
  clock := clock + ${ARRIVED};`;

/** log.append of 0002, but for the moment by which clocks are judged. */
const APPEND = `
CREATE FUNCTION log.append(streams text[], expected integer[], counts integer[], ats bigint[], waits integer[], headers bytea[], bodies bytea[])
RETURNS TABLE (verdict text, "position" bigint, revision integer, off_by_ms bigint) ${LANGUAGE} ${GENERIC} AS $$
#variable_conflict use_column
DECLARE
  tolerance CONSTANT bigint := 2000;
  base bigint;
  clock bigint;
  lasts integer[];  -- per append: last revision of its stream
  offs bigint[];    -- per append: how far off its clock is, null when it is not
  again bigint[];   -- per append: where it lies already, null when it does not
  owners bigint[];  -- per event, as the four below
  event_streams text[];
  event_revs integer[];
  event_ats bigint[];
  event_positions bigint[];
  top bigint;
BEGIN
  SELECT h.position, c.offset_ms + ${ARRIVED} INTO STRICT base, clock FROM log.head h, log.clock c FOR UPDATE OF h;

  SELECT array_agg(coalesce(l.rev, -1) ORDER BY a.n),
         array_agg(CASE WHEN abs(a.at - clock + log.waited(a.told)) > tolerance THEN a.at - clock + log.waited(a.told)
                        WHEN l.at - a.at > tolerance THEN a.at - l.at END ORDER BY a.n)
    INTO lasts, offs
    FROM unnest(streams, ats, waits) WITH ORDINALITY a(stream, at, told, n)
    LEFT JOIN LATERAL (SELECT e.rev, e.at FROM log.event e WHERE e.stream = a.stream ORDER BY e.rev DESC LIMIT 1) l ON true;

  SELECT array_agg(a.n ORDER BY a.n, k), array_agg(a.stream ORDER BY a.n, k), array_agg(a.expected + k ORDER BY a.n, k),
         array_agg(a.at ORDER BY a.n, k), array_agg(CASE WHEN a.accepted THEN a.before + k END ORDER BY a.n, k),
         max(a.before + k) FILTER (WHERE a.accepted)
    INTO owners, event_streams, event_revs, event_ats, event_positions, top
    FROM (SELECT j.*, base + coalesce(sum(j.count) FILTER (WHERE j.accepted) OVER (ORDER BY j.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM (SELECT *, u.last = u.expected AND u.off IS NULL AS accepted
                    FROM unnest(streams, expected, counts, ats, lasts, offs) WITH ORDINALITY u(stream, expected, count, at, last, off, n)) j) a,
         generate_series(1, a.count) k;
  IF cardinality(owners) IS DISTINCT FROM cardinality(headers) OR cardinality(headers) <> cardinality(bodies) OR 1 > ANY (counts) THEN ${MISFIT}; END IF;

  IF lasts <> expected THEN
    SELECT array_agg(r.position ORDER BY a.n) INTO again
      FROM unnest(streams) WITH ORDINALITY a(stream, n) LEFT JOIN log.resent(owners, event_streams, event_revs, headers, bodies) r ON r.nth = a.n;
  END IF;

  IF top IS NOT NULL THEN
    INSERT INTO log.event (position, at, rev, stream, header, body)
      SELECT e.* FROM unnest(event_positions, event_ats, event_revs, event_streams, headers, bodies) e(position, at, rev, stream, header, body)
       WHERE e.position IS NOT NULL;
    UPDATE log.head SET position = top;
    PERFORM pg_notify('mes_log', '');
  END IF;

  RETURN QUERY
    SELECT CASE WHEN p.again IS NOT NULL THEN 'resent' WHEN p.last <> p.expected THEN 'conflict' WHEN p.off IS NOT NULL THEN 'clock' ELSE 'written' END,
           coalesce(p.again, base + sum(p.count) FILTER (WHERE p.last = p.expected AND p.off IS NULL) OVER (ORDER BY p.n ROWS UNBOUNDED PRECEDING)),
           CASE WHEN p.again IS NULL AND p.last <> p.expected THEN p.last ELSE p.expected + p.count END,
           p.off
      FROM unnest(expected, counts, lasts, offs, again) WITH ORDINALITY p(expected, count, last, off, again, n) ORDER BY p.n;
END $$;`;

/**
 * log.append_all of 0011: many appends that all fit, or none. An event begins a stream, or follows the one before it in the group, or the last of its
 * stream in the log. Neighbours are compared by unnesting each array twice, one place apart: a window over the rows takes five times as long.
 */
const ALL = `
CREATE FUNCTION log.append_all(streams text[], revs integer[], ats bigint[], waits integer[], headers bytea[], bodies bytea[])
RETURNS bigint ${LANGUAGE} ${GENERIC} AS $$
#variable_conflict use_column
DECLARE
  tolerance CONSTANT bigint := 2000;
  count CONSTANT integer := cardinality(headers);
  base bigint;
  clock bigint;
BEGIN
  IF count = 0 OR count <> ANY (ARRAY[cardinality(bodies), cardinality(streams), cardinality(revs), cardinality(ats), cardinality(waits)]) THEN ${MISFIT}; END IF;
  BEGIN${TAKE_HEAD}
  PERFORM FROM (SELECT unnest(streams) AS stream, unnest(revs) AS rev, unnest(ats) AS at, unnest(waits) AS told,
                       unnest(NULL::text || streams[:count - 1]) AS stream_before, unnest(NULL::integer || revs[:count - 1]) AS rev_before,
                       unnest(NULL::bigint || ats[:count - 1]) AS at_before) e
    WHERE NOT coalesce(abs(e.at - clock + log.waited(e.told)) <= tolerance AND
      (e.rev = 0 OR (e.stream = e.stream_before AND e.rev = e.rev_before + 1 AND e.at = e.at_before) OR
       (SELECT l.rev = e.rev - 1 AND l.at - e.at <= tolerance FROM log.event l WHERE l.stream = e.stream ORDER BY l.rev DESC LIMIT 1)), false);
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

/** log.append_alone of 0011. Its plans need no setting, which costs as much at each call as the insert of a row: they name one table each. */
const ALONE = `
CREATE FUNCTION log.append_alone(stream text, expected integer, at bigint, told integer, headers bytea[], bodies bytea[])
RETURNS bigint ${LANGUAGE} AS $$
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
  IF abs(at - clock + log.waited(told)) > tolerance OR expected < -1 THEN ${NOT_ALL}; END IF;
  CASE log.partition_of(stream)${Array.from({ length: PARTITIONS }, (_, n) => branch(n)).join('')}
  END CASE;
  PERFORM pg_notify('mes_log', '');
  RETURN base;${OR_NOTHING}
END $$;`;

const SIGNATURES = [
  'append(text[], integer[], integer[], bigint[], integer[], bytea[], bytea[])',
  'append_all(text[], integer[], bigint[], integer[], bytea[], bytea[])',
  'append_alone(text, integer, bigint, integer, bytea[], bytea[])',
];
const GRANTS = SIGNATURES.map(
  (name) => `REVOKE ALL ON FUNCTION log.${name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION log.${name} TO mes_writer`,
);

/**
 * Clocks are judged by the moment an append came to its writer. The functions of 0002 and 0011 stay: processes of the version before go on through a rolling
 * update, and are judged as before, later and more strictly.
 */
export class JudgedOnArrival1795305600012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET LOCAL ROLE mes_owner');
    const waited = 'REVOKE ALL ON FUNCTION log.waited(integer) FROM PUBLIC';
    for (const statement of [WAITED, waited, APPEND, ALL, ALONE, ...GRANTS]) await runner.query(statement);
    await runner.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
