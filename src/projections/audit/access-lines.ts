import { TIMES } from '../../application/audit/access-rows.js';
import type { AccessLine, AccessRequest } from '../../application/audit/compliance.queries.js';
import type { Secrets } from '../../application/shared/ports.js';
import type { LookKind } from '../../domain/audit/look.js';
import type { RecordedGround } from '../../domain/shared/ground.js';
import type { Instant } from '../../domain/shared/time.js';
import { actorOf } from '../history/history-lines.js';
import { reasonInWords } from '../history/reasons.js';
import type { By, Stated } from '../history/who.js';
import { cursorOf, placeOf, positionOf } from '../shared/pages.js';

/** A row of the log of accesses with the handle of its space. */
export interface FoundAccess {
  readonly stream: string;
  readonly rev: number;
  readonly position: bigint;
  readonly at: Instant;
  readonly kind: LookKind;
  readonly handle: string | null;
  readonly actor: string;
  readonly account: string | null;
  readonly by: By;
  readonly role: string;
  readonly stated: string | null;
  readonly action: string;
  readonly mode: string;
  readonly document: string | null;
  readonly ground: string | null;
  readonly purpose: string | null;
  readonly secret: boolean;
  readonly veiled: boolean;
  readonly times: number;
  readonly as_of: string | null;
  readonly said: string | null;
}

export const ACCESSES = `
  SELECT l.*, o.handle, ${TIMES} AS times
    FROM access_log AS l LEFT JOIN space_overview AS o ON o.space_id = l.space_id`;
/** From here on values are numbered after the first one, which names whom or what it is about. */
export const NARROWED = `
   ($2::timestamptz IS NULL OR l.at >= $2) AND ($3::timestamptz IS NULL OR l.at < $3)
     AND ($4::text IS NULL OR l.mode = $4) AND ($5::text IS NULL OR l.kind = $5)
     AND (l.at, l.position) < ($6::timestamptz, $7::bigint)
   ORDER BY l.at DESC, l.position DESC LIMIT $8`;

const TOKEN = /^[\w.=-]{1,200}$/;
/** What `NARROWED` asks for. Refuses (`query/cursor-unknown`) a cursor that is not one of ours. */
export function narrowing(
  { from, until, mode, kind, cursor, first }: AccessRequest,
  secrets: Pick<Secrets, 'positionOf'>,
): readonly unknown[] {
  return [from, until, mode, kind, ...placeBehind(cursor, secrets), first + 1];
}
/** Where the page before ended; the first page begins behind the last possible access. */
export function placeBehind(cursor: string | null, secrets: Pick<Secrets, 'positionOf'>): readonly [at: string, position: string] {
  const place = placeOf(cursor, TOKEN);
  if (place === null) return ['infinity', positionOf(null, secrets)];
  return [place.at, positionOf(place.id, secrets)];
}
/** Behind a cursor that tells nothing of the log. */
export const nextOf = (
  last: { readonly at: Instant; readonly position: bigint } | undefined,
  secrets: Pick<Secrets, 'positionToken'>,
): string | null => (last === undefined ? null : cursorOf({ at: last.at, id: secrets.positionToken(last.position) }));

/** The same for the same fact, everywhere and always: alerts name accesses so too. */
export const accessId = (secrets: Pick<Secrets, 'digest'>, place: string): string => secrets.digest('line', 'access', place);

/** Facts are named by their place, for no line of a history is meant that this reader may not see. */
function receiptOf({ ground }: FoundAccess): AccessLine['receipt'] {
  if (ground === null) return null;
  const { outcome, rule, reason, mode, matrix, facts } = JSON.parse(ground) as RecordedGround;
  return { outcome, rule, reason, words: reasonInWords(reason), mode, matrix, facts: facts.map(({ stream, rev }) => `${stream}/${rev}`) };
}

/** A line as compliance reads it. */
export function accessLineOf(found: FoundAccess, secrets: Pick<Secrets, 'digest'>): AccessLine {
  const { stream, rev, at, kind, handle, account, role, action, mode, document, purpose, secret, veiled, times } = found;
  const stated = found.stated === null ? null : (JSON.parse(found.stated) as Stated);
  return {
    ...{
      id: accessId(secrets, `${stream}/${rev}`),
      at,
      kind,
      space: handle,
      role,
      account,
      action,
      mode,
      document,
      purpose,
      secret,
      veiled,
      times,
    },
    who: actorOf(found.by, stated),
    receipt: receiptOf(found),
    asOf: found.as_of,
    said: found.said,
  };
}
