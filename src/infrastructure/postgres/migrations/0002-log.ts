import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** Fixed for ever: hash partitions of a filled table cannot be changed without rewriting it. */
const PARTITIONS = 16;
const PARTITION_NAMES = Array.from({ length: PARTITIONS }, (_, n) => `log.event_${String(n).padStart(2, '0')}`);

const TABLES = `
CREATE TABLE log.head (
  id smallint PRIMARY KEY CHECK (id = 1),
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10);
COMMENT ON TABLE log.head IS 'Position of the last event. Its row lock puts all appends in one line: positions are dense, in commit order.';
INSERT INTO log.head VALUES (1, 0);

CREATE TABLE log.clock (
  id smallint PRIMARY KEY CHECK (id = 1),
  offset_ms bigint NOT NULL
);
COMMENT ON TABLE log.clock IS 'What is added to the database clock before an instant is judged: 0, but for the simulated clock of the embedded mode.';
INSERT INTO log.clock VALUES (1, 0);

CREATE TABLE log.event (
  position bigint NOT NULL,
  at bigint NOT NULL,
  rev integer NOT NULL CHECK (rev >= 0),
  stream text COLLATE "C" NOT NULL,
  header bytea NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (stream, rev)
) PARTITION BY HASH (stream);
COMMENT ON COLUMN log.event.at IS 'UTC epoch milliseconds, as in the header.';
ALTER TABLE log.event ALTER COLUMN header SET STORAGE EXTERNAL, ALTER COLUMN body SET STORAGE EXTERNAL;`;

/** Ciphertext does not compress (EXTERNAL, inherited), and nothing is ever updated (fillfactor 100). */
const partition = (name: string, remainder: number): string => `
CREATE TABLE ${name} PARTITION OF log.event FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${remainder}) WITH (fillfactor = 100);
CREATE UNIQUE INDEX ON ${name} (position) WITH (fillfactor = 100);`;

const REFUSE = `
CREATE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;`;

/** Statement triggers are not inherited by partitions, so each table gets its own; ALWAYS: session_replication_role does not silence them. */
const appendOnly = (table: string): string => `
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
ALTER TABLE ${table} ENABLE ALWAYS TRIGGER append_only;`;

/** The one row of these two moves; it never goes away. */
const neverEmptied = (table: string): string => `
CREATE TRIGGER never_emptied BEFORE DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
ALTER TABLE ${table} ENABLE ALWAYS TRIGGER never_emptied;`;

/** Per append that lies there already, byte for byte, in full: the position of its last event. Only asked when a revision did not match. */
const RESENT = `
CREATE FUNCTION log.resent(owners bigint[], streams text[], revs integer[], headers bytea[], bodies bytea[])
RETURNS TABLE (nth bigint, "position" bigint) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT g.nth, max(e.position)
    FROM unnest(owners, streams, revs, headers, bodies) g(nth, stream, rev, header, body)
    LEFT JOIN LATERAL (SELECT * FROM log.event s WHERE s.stream = g.stream AND s.rev = g.rev LIMIT 1) e ON true
   GROUP BY g.nth
  HAVING bool_and(coalesce(e.header = g.header AND e.body = g.body, false))
$$;`;

/**
 * SECURITY DEFINER rather than INSERT grants: whoever holds the writer's password can still only append where the revision, the clock and
 * the head allow it. Under READ COMMITTED every statement sees what was committed when it started, so all that follows the lock sees all
 * that lies before it; a stricter isolation level fails on the lock instead of deciding on an old picture.
 * Plans are generic: planning over sixteen partitions costs more than appending.
 */
const APPEND = `
CREATE FUNCTION log.append(streams text[], expected integer[], counts integer[], ats bigint[], headers bytea[], bodies bytea[])
RETURNS TABLE (verdict text, "position" bigint, revision integer, off_by_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
  SELECT h.position, c.offset_ms INTO STRICT base, clock FROM log.head h, log.clock c FOR UPDATE OF h;
  clock := clock + floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint; -- read after the wait for the lock

  SELECT array_agg(coalesce(l.rev, -1) ORDER BY a.n),
         array_agg(CASE WHEN abs(a.at - clock) > tolerance THEN a.at - clock WHEN l.at - a.at > tolerance THEN a.at - l.at END ORDER BY a.n)
    INTO lasts, offs
    FROM unnest(streams, ats) WITH ORDINALITY a(stream, at, n)
    LEFT JOIN LATERAL (SELECT e.rev, e.at FROM log.event e WHERE e.stream = a.stream ORDER BY e.rev DESC LIMIT 1) l ON true;

  SELECT array_agg(a.n ORDER BY a.n, k), array_agg(a.stream ORDER BY a.n, k), array_agg(a.expected + k ORDER BY a.n, k),
         array_agg(a.at ORDER BY a.n, k), array_agg(CASE WHEN a.accepted THEN a.before + k END ORDER BY a.n, k),
         max(a.before + k) FILTER (WHERE a.accepted)
    INTO owners, event_streams, event_revs, event_ats, event_positions, top
    FROM (SELECT j.*, base + coalesce(sum(j.count) FILTER (WHERE j.accepted) OVER (ORDER BY j.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
            FROM (SELECT *, u.last = u.expected AND u.off IS NULL AS accepted
                    FROM unnest(streams, expected, counts, ats, lasts, offs) WITH ORDINALITY u(stream, expected, count, at, last, off, n)) j) a,
         generate_series(1, a.count) k;
  IF cardinality(owners) IS DISTINCT FROM cardinality(headers) OR cardinality(headers) <> cardinality(bodies) OR 1 > ANY (counts) THEN
    RAISE EXCEPTION 'the arrays of an append do not fit together' USING ERRCODE = 'array_subscript_error';
  END IF;

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
 * The same judgement for an append that comes alone, in half the time: with the stream as a plain variable the other fifteen partitions are
 * left aside before the plan starts. This is what somebody who waits for one answer waits for.
 */
const APPEND_ONE = `
CREATE FUNCTION log.append_one(stream text, expected integer, at bigint, headers bytea[], bodies bytea[])
RETURNS TABLE (verdict text, "position" bigint, revision integer, off_by_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  tolerance CONSTANT bigint := 2000;
  count CONSTANT integer := cardinality(headers);
  base bigint;
  clock bigint;
  last integer;
  last_at bigint;
BEGIN
  IF count = 0 OR count <> cardinality(bodies) THEN
    RAISE EXCEPTION 'the arrays of an append do not fit together' USING ERRCODE = 'array_subscript_error';
  END IF;
  SELECT h.position, c.offset_ms INTO STRICT base, clock FROM log.head h, log.clock c FOR UPDATE OF h;
  clock := clock + floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint; -- read after the wait for the lock
  SELECT e.rev, e.at INTO last, last_at FROM log.event e WHERE e.stream = append_one.stream ORDER BY e.rev DESC LIMIT 1;
  last := coalesce(last, -1);
  off_by_ms := CASE WHEN abs(at - clock) > tolerance THEN at - clock WHEN last_at - at > tolerance THEN at - last_at END;
  revision := expected + count;

  IF last <> expected THEN
    position := (SELECT r.position FROM log.resent(array_fill(1::bigint, ARRAY[count]), array_fill(stream, ARRAY[count]),
                        ARRAY(SELECT generate_series(expected + 1, expected + count)), headers, bodies) r);
    verdict := CASE WHEN position IS NULL THEN 'conflict' ELSE 'resent' END;
    revision := CASE WHEN position IS NULL THEN last ELSE revision END;
  ELSIF off_by_ms IS NOT NULL THEN
    verdict := 'clock';
  ELSE
    position := base + count;
    verdict := 'written';
    INSERT INTO log.event (position, at, rev, stream, header, body)
      SELECT base + e.n, append_one.at, expected + e.n, append_one.stream, e.header, e.body FROM unnest(headers, bodies) WITH ORDINALITY e(header, body, n);
    UPDATE log.head SET position = base + count;
    PERFORM pg_notify('mes_log', '');
  END IF;
  RETURN NEXT;
END $$;`;

/** Functions are executable by everybody unless told otherwise. */
const GRANTS = `
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;
GRANT USAGE ON SCHEMA log TO mes_writer, mes_projector, mes_reader;
GRANT SELECT ON log.event, log.head TO mes_writer, mes_projector, mes_reader;
GRANT EXECUTE ON FUNCTION log.append(text[], integer[], integer[], bigint[], bytea[], bytea[]) TO mes_writer;
GRANT EXECUTE ON FUNCTION log.append_one(text, integer, bigint, bytea[], bytea[]) TO mes_writer;`;

/** The log: one table of events, the head that orders them, and the functions that append. */
export class Log1795305600002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE SCHEMA log AUTHORIZATION mes_owner');
    await db.query('SET LOCAL ROLE mes_owner');
    const events = ['log.event', ...PARTITION_NAMES];
    const statements = [
      TABLES,
      ...PARTITION_NAMES.map(partition),
      REFUSE,
      ...events.map(appendOnly),
      ...['log.head', 'log.clock'].map(neverEmptied),
    ];
    for (const statement of [...statements, RESENT, APPEND, APPEND_ONE, GRANTS]) await db.query(statement);
    await db.query('RESET ROLE');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
