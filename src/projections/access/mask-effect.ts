import type { MaskWish } from '../../application/access/rights.queries.js';
import { HEALTH_PROFESSIONS } from '../../domain/access/access-policy.js';
import type { AccessEvent, Grantee } from '../../domain/access/access-vocabulary.js';
import { decideAccess } from '../../domain/access/decide-access.js';
import { decideDocument } from '../../domain/access/decide-document.js';
import type { AccessFacts } from '../../domain/access/facts.js';
import { foldAccess } from '../../domain/access/fold-access.js';
import type { DocumentFacts, Law } from '../../domain/access/policy.js';
import type { Ground } from '../../domain/access/receipt.js';
import { REACTOR, type Professional } from '../../domain/shared/actor.js';
import type { Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Seen } from '../history/names.js';
import type { Stated } from '../history/who.js';
import { standingRights } from './rights-in-force.js';

/** The same documents without and with a mask, at the moment from which it works. */
export interface Compared {
  readonly at: Instant;
  readonly before: { readonly documents: readonly DocumentFacts[]; readonly facts: AccessFacts };
  readonly after: { readonly documents: readonly DocumentFacts[]; readonly facts: AccessFacts };
}
/** Who may have something to lose: a professional as he stated himself wherever he worked, or the team of a place of care. */
export interface Candidate {
  readonly whom: Grantee;
  readonly as: readonly Professional[];
  /** Of a place of care: how many of its people ever came. */
  readonly people: number | null;
}
export interface Sighted {
  /** Documents he sees without the mask. */
  readonly before: number;
  readonly loses: readonly string[];
  readonly keeps: readonly string[];
  readonly ground: Ground | null;
}

/** As if it had been said: what follows from it is what the gate would fold. */
const supposing = (facts: AccessFacts, events: readonly AccessEvent[], at: Instant): AccessFacts =>
  foldAccess(
    events.map((event, rev): Recorded => ({
      event,
      stream: 'access-supposed',
      rev,
      position: 0n,
      at,
      meta: { who: REACTOR, cause: '', corr: '', command: { id: '', digest: '' } },
    })),
    facts,
  );

function eventsOf(wish: Exclude<MaskWish, { kind: 'DEFAULT' }>, at: Instant): readonly AccessEvent[] {
  if (wish.kind === 'ALL') return [{ type: 'AllDocumentsMasked', v: 1 }];
  const { sets, whom, from, until } = wish;
  if (whom === null) return [{ type: 'DocumentsMasked', v: 1, sets }];
  return sets.map((set) => ({ type: 'DocumentMaskedFrom', v: 1, set, whom, from: from ?? at, until }));
}

/** For coming documents: those of today, as if they were deposited now, without the wish and under it. */
export function withMask(wish: MaskWish, documents: readonly DocumentFacts[], facts: AccessFacts, at: Instant): Compared {
  if (wish.kind === 'DEFAULT') {
    const unsaid: AccessFacts = { ...facts, masks: new Map(), allMasked: null, masksFrom: new Map() };
    const coming = (masked: boolean) => documents.map((one) => ({ ...one, masked, since: at, depositedAt: at }));
    return { at, before: { documents: coming(false), facts: unsaid }, after: { documents: coming(true), facts: unsaid } };
  }
  const start = wish.kind === 'SETS' && wish.from !== null && wish.from > at ? wish.from : at;
  return { at: start, before: { documents, facts }, after: { documents, facts: supposing(facts, eventsOf(wish, at), at) } };
}

/** Of who never acted here only the number is known: he is looked at as a doctor, who may see most. */
const asDoctor = (id: string): Professional => ({
  id,
  name: id,
  profession: { system: HEALTH_PROFESSIONS[0], code: '10' },
  facility: null,
  regulating: false,
});
function professionalFrom({ professional_id: id, stated }: Seen): Professional {
  const { name, profession, specialty, sector, facility } = JSON.parse(stated) as Stated;
  return {
    ...asDoctor(id),
    ...(name === null ? {} : { name }),
    ...(profession === null ? {} : { profession }),
    ...(specialty === null ? {} : { specialty }),
    ...(sector === null ? {} : { sector }),
    facility,
  };
}

/** Everybody with a right of his own, every author, everybody who was here lately, and everybody who opened one of the documents. */
export function candidatesOf(
  { at, before: { documents, facts } }: Compared,
  seen: readonly Seen[],
  saw: ReadonlyMap<string, Instant>,
  since: Instant,
): readonly Candidate[] {
  const entitled = standingRights(facts, at).flatMap(({ kind, grantee }) =>
    grantee?.kind === 'PROFESSIONAL' && kind !== 'BLOCK' && kind !== 'MASK' ? [grantee.id] : [],
  );
  const lately = seen.filter(({ professional_id, last_at }) => professional_id !== '' && last_at >= since);
  const ids = new Set([
    ...entitled,
    ...documents.flatMap(({ authors }) => authors),
    ...saw.keys(),
    ...lately.map(({ professional_id }) => professional_id),
  ]);
  return [...ids].map((id) => {
    const known = seen.filter(({ professional_id }) => professional_id === id).map(professionalFrom);
    return { whom: { kind: 'PROFESSIONAL', id }, as: known.length > 0 ? known : [asDoctor(id)], people: null };
  });
}

/** The place of care that the wish names, by all of its people who ever came; where nobody did, by a doctor who would. */
export function teamOf(wish: MaskWish, seen: readonly Seen[]): readonly Candidate[] {
  if (wish.kind !== 'SETS' || wish.whom?.kind !== 'FACILITY') return [];
  const { whom } = wish;
  const came = seen.filter(({ professional_id, facility_id }) => professional_id !== '' && facility_id === whom.id);
  const people = new Set(came.map(({ professional_id }) => professional_id)).size;
  const anybody = { ...asDoctor(''), facility: { id: whom.id, name: whom.id } };
  return [{ whom, as: people > 0 ? came.map(professionalFrom) : [anybody], people }];
}

/** Why he sees this document, in whichever place he works; null when he does not. */
function groundOn(document: DocumentFacts, facts: AccessFacts, at: Instant, as: readonly Professional[], law: Law): Ground | null {
  for (const professional of as) {
    const entry = decideAccess({ professional, operation: 'CONSULT', mode: 'normal', at }, facts, law);
    const author = !entry.allowed && unconsented.includes(entry.denial) && document.authors.includes(professional.id);
    if (!entry.allowed && !author) continue;
    const [ground, rubricsOnly] = entry.allowed ? [entry.ground, entry.rubricsOnly] : (['AUTHOR', false] as const);
    const decided = decideDocument(document, { kind: 'PROFESSIONAL', professional, mode: 'normal', ground, rubricsOnly }, facts, law, at);
    if (decided.allowed) return decided.ground;
  }
  return null;
}
/** Without a consent an author still reads his own. */
const unconsented: readonly string[] = ['no-consent', 'consent-withdrawn'];

/** What this professional sees without the mask and with it. */
export function sightOn({ at, before, after }: Compared, as: readonly Professional[], law: Law): Sighted {
  const seen = before.documents.filter((document) => groundOn(document, before.facts, at, as, law) !== null);
  const grounds = new Map(
    after.documents.flatMap((document) => {
      const ground = groundOn(document, after.facts, at, as, law);
      return ground === null ? [] : [[document.document, ground] as const];
    }),
  );
  const ids = seen.map(({ document }) => document);
  const keeps = ids.filter((id) => grounds.has(id));
  return { before: ids.length, loses: ids.filter((id) => !grounds.has(id)), keeps, ground: grounds.get(keeps[0] ?? '') ?? null };
}
