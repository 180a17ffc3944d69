import { ListRights, type Given, type Party, type Right, type Rights } from '../../application/access/rights.queries.js';
import type { Admission } from '../../application/shared/gate.js';
import type { Secrets } from '../../application/shared/ports.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import type { EmergencySwitch, Grantee } from '../../domain/access/access-vocabulary.js';
import type { FactRef } from '../../domain/access/facts.js';
import type { Instant } from '../../domain/shared/time.js';
import { actorOf, lineId } from '../history/history-lines.js';
import { namesFrom, seenIn, type Names, type Seen } from '../history/names.js';
import { meantBy, titlesOf, type Titled } from '../history/titles.js';
import type { By, Stated } from '../history/who.js';
import { standingRights, type Standing } from './rights-in-force.js';

const SWITCHES: readonly EmergencySwitch[] = ['BTG', 'ETREAT', 'MASKED'];

interface Said {
  readonly rev: number;
  readonly at: Instant;
  readonly by: By;
  readonly stated: string | null;
}
/** When facts of the access stream were said, and by whom. */
async function saidBy(sql: Sql, space: string | null, secrets: Secrets): Promise<(because: FactRef | null) => Given | null> {
  const rows = await sql<Said>(`SELECT rev, at, by, stated FROM activity_line WHERE space_id = $1 AND stream = 'access'`, space);
  const byRev = new Map(rows.map((row) => [row.rev, row]));
  return (because) => {
    const found = because?.stream === 'access' ? byRev.get(because.rev) : undefined;
    if (!found) return null;
    const { rev, at, by, stated } = found;
    const actor = actorOf(by, stated === null ? null : (JSON.parse(stated) as Stated));
    return { at, by: actor, line: lineId({ secrets, space: space ?? '' }, 'access', rev) };
  };
}

/** Somebody a right is about, by the name he last gave himself in this space. */
export function partyOf(grantee: Grantee | null, names: Names): Party {
  if (grantee === null) return { kind: 'REPRESENTATIVE', id: null, name: null, profession: null, facility: null };
  const { kind, id } = grantee;
  if (kind === 'FACILITY') return { kind, id, name: names.facility(id)?.name ?? null, profession: null, facility: names.facility(id) };
  const { name, profession, facility } = actorOf('professional', names.professional(id));
  return { kind, id, name, profession, facility };
}

/** The last time that he, or anybody of the place of care, looked. */
function lastAccessOf(grantee: Grantee | null, seen: readonly Seen[]): Instant | null {
  if (grantee === null) return null;
  const column = grantee.kind === 'PROFESSIONAL' ? 'professional_id' : 'facility_id';
  return seen.find((one) => one.source === 'passage' && one[column] === grantee.id)?.last_at ?? null;
}

/** A mask on a document that this reader may not see is not told to him. */
const tellable = ({ set }: Standing, titled: readonly Titled[], { viewer }: Admission): boolean =>
  set === null || viewer === null || meantBy(titled, [set]).length > 0;

/** Who has access and why, at the moment that is asked about, for a reader who was admitted. */
export async function rightsOf(
  sql: Sql,
  space: string | null,
  { admission, secrets, asOf }: { readonly admission: Admission; readonly secrets: Secrets; readonly asOf: Instant | undefined },
): Promise<Rights> {
  const { then } = admission;
  const standing = standingRights(then, asOf ?? admission.at);
  const given = await saidBy(sql, space, secrets);
  const seen = await seenIn(sql, space, null, null);
  const titled = await titlesOf(sql, space, [...new Set(standing.flatMap(({ set }) => set ?? []))], admission);
  const names = namesFrom(seen);
  const rightOf = ({ grantee, set, because, ...right }: Standing): Right => ({
    ...right,
    whom: partyOf(grantee, names),
    document: set === null ? null : (meantBy(titled, [set])[0] ?? null),
    given: given(because),
    lastAccess: lastAccessOf(grantee, seen),
  });
  return {
    rights: standing.filter((one) => tellable(one, titled, admission)).map(rightOf),
    switches: SWITCHES.map((which) => ({ which, value: then.switches[which].value, given: given(then.switches[which].because) })),
    defaultMask: then.maskedByDefault && { masked: then.maskedByDefault.masked, given: given(then.maskedByDefault.because) },
    allDocuments: then.allMasked && { masked: then.allMasked.masked, given: given(then.allMasked.because) },
  };
}

export const answerListRights = answerTo('ListRights', ListRights, (sql, { space, asking }, admission, secrets) =>
  rightsOf(sql, space, { admission, secrets, asOf: asking.asOf }),
);
