import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/**
 * A stream that was removed keeps its first place for ever: a row without bytes, behind the end of time. Nothing that is asked of the log meets it, for its
 * position is negative. Whoever begins the stream anew meets it by the primary key, and whoever writes behind it by its `at`, so that the short ways
 * (log.append_all, log.append_alone, and those of the versions before) need no look of their own; it costs them nothing. log.append says what it is.
 */
const ENTOMB = `
  INSERT INTO log.event (position, at, rev, stream, header, body) VALUES (-last, 9223372036854775807, 0, doomed, '', '');`;

/** log.purge of 0010, with what is left in the place of the stream. */
const PURGE = `
CREATE OR REPLACE FUNCTION log.purge(doomed text, certificate_stream text, certificate_rev integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  certificate jsonb;
  part jsonb;
  unreadable boolean;
  last bigint;
BEGIN
  WITH gone AS (DELETE FROM log.event e WHERE e.stream = doomed AND e.position > 0 RETURNING e.position, e.rev, e.header, e.body)
  SELECT jsonb_build_object('events', count(*), 'digest', rtrim(translate(encode(sha256(string_agg(
           sha256('\\x00'::bytea || convert_to('{"c":"' || rtrim(translate(encode(sha256(g.body), 'base64'), '+/', '-_'), '=') || '","h":', 'UTF8')
                  || g.header || '\\x7d'::bytea), ''::bytea ORDER BY g.rev)), 'base64'), '+/', '-_'), '=')),
         bool_and(EXISTS (SELECT FROM vault.key k WHERE k.state = 3 AND k.id = (convert_from(g.header, 'UTF8')::jsonb ->> 'key')::uuid)),
         max(g.position)
    INTO part, unreadable, last FROM gone g;
  IF part -> 'events' = '0'::jsonb THEN
    RETURN 0;
  END IF;
  SELECT convert_from(substring(e.body FROM 2), 'UTF8')::jsonb INTO certificate
    FROM log.event e WHERE e.stream = certificate_stream AND e.rev = certificate_rev AND e.stream LIKE 'audit-%' AND get_byte(e.body, 0) = 0;
  IF certificate ->> 't' IS DISTINCT FROM 'SpaceDestroyed' OR NOT coalesce(certificate -> 'd' -> 'parts' @> jsonb_build_array(part), false) THEN
    RAISE EXCEPTION 'no certificate of destruction covers what lies in this stream' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT unreadable THEN
    RAISE EXCEPTION 'a key of this stream is not destroyed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;${ENTOMB}
  RETURN (part ->> 'events')::integer;
END $$`;

/** log.append of 0012, which tells an ended stream from one that is elsewhere than its writer believes. */
const APPEND = `
CREATE OR REPLACE FUNCTION log.append(streams text[], expected integer[], counts integer[], ats bigint[], waits integer[], headers bytea[], bodies bytea[])
RETURNS TABLE (verdict text, "position" bigint, revision integer, off_by_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  tolerance CONSTANT bigint := 2000;
  ended CONSTANT integer := -2;
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
  SELECT h.position, c.offset_ms + floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint
    INTO STRICT base, clock FROM log.head h, log.clock c FOR UPDATE OF h;

  SELECT array_agg(CASE WHEN l.position < 0 THEN ended ELSE coalesce(l.rev, -1) END ORDER BY a.n),
         array_agg(CASE WHEN abs(a.at - clock + log.waited(a.told)) > tolerance THEN a.at - clock + log.waited(a.told)
                        WHEN l.at - a.at > tolerance THEN a.at - l.at END ORDER BY a.n)
    INTO lasts, offs
    FROM unnest(streams, ats, waits) WITH ORDINALITY a(stream, at, told, n)
    LEFT JOIN LATERAL (SELECT e.rev, e.at, e.position FROM log.event e WHERE e.stream = a.stream ORDER BY e.rev DESC LIMIT 1) l ON true;

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
    SELECT CASE WHEN p.last = ended THEN 'ended' WHEN p.again IS NOT NULL THEN 'resent' WHEN p.last <> p.expected THEN 'conflict'
                WHEN p.off IS NOT NULL THEN 'clock' ELSE 'written' END,
           coalesce(p.again, base + sum(p.count) FILTER (WHERE p.last = p.expected AND p.off IS NULL) OVER (ORDER BY p.n ROWS UNBOUNDED PRECEDING)),
           CASE WHEN p.again IS NULL AND p.last <> p.expected THEN p.last ELSE p.expected + p.count END,
           p.off
      FROM unnest(expected, counts, lasts, offs, again) WITH ORDINALITY p(expected, count, last, off, again, n) ORDER BY p.n;
END $$;`;

/** As in 0010: the login becomes the owner of the function for as long as it replaces it. */
const BORROW = `
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'mes_eraser', 'SET') THEN
    GRANT mes_eraser TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
  END IF;
END $$`;

/** A stream that was removed is not begun again. Processes of the version before are told of a conflict, or of a clock, where those of this one hear why. */
export class EndedStreams1795305600034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BORROW);
    await runner.query('SET LOCAL ROLE mes_owner');
    await runner.query(APPEND);
    await runner.query('GRANT INSERT ON log.event TO mes_eraser; GRANT CREATE ON SCHEMA log TO mes_eraser');
    await runner.query('SET LOCAL ROLE mes_eraser');
    await runner.query(PURGE);
    await runner.query('SET LOCAL ROLE mes_owner');
    await runner.query('REVOKE CREATE ON SCHEMA log FROM mes_eraser');
    await runner.query('RESET ROLE');
    await runner.query('REVOKE mes_eraser FROM CURRENT_USER GRANTED BY CURRENT_USER');
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
