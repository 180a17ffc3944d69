import type { Instant } from '../shared/time.js';
import { facilityKey, professionalKey } from './access-steps.js';
import { DIRECTIVES, RUBRICS } from './access-policy.js';
import { blockOf, refs } from './consents.js';
import type { AccessFacts, Because, FactRef, MaskFrom } from './facts.js';
import { mayRead } from './habilitation.js';
import type { Decided, DocumentFacts, Law, Viewer } from './policy.js';
import type { Denial, Ground } from './receipt.js';

type Seen = Extract<Viewer, { kind: 'PROFESSIONAL' }>;
interface Refusal {
  readonly rule: string;
  readonly denial: Denial;
  readonly facts: readonly FactRef[];
}

/** Is the document masked to professionals now? The last word on its set goes before what was said at the deposit. */
export function maskOf(
  document: DocumentFacts,
  { masks, allMasked }: AccessFacts,
): { readonly masked: boolean; readonly because: FactRef } {
  const word = masks.get(document.set);
  const said = { masked: document.masked, because: document.maskedBecause ?? document.because };
  if (word?.masked === true) return word;
  // A version that came after the mask was lifted is masked again when its depositor says so.
  if (word) return word.at >= document.depositedAt ? word : said;
  if (allMasked && document.since <= allMasked.at && (allMasked.masked || document.depositedAt <= allMasked.at)) return allMasked;
  return said;
}

/** The mask against this professional or his place of care that runs at this moment, if there is one. */
function maskAgainst(
  { set }: DocumentFacts,
  { professional: { id, facility } }: Seen,
  { masksFrom }: AccessFacts,
  at: Instant,
): Because | null {
  if (masksFrom.size === 0) return null;
  return (
    runningOf(masksFrom.get(`${set} ${professionalKey(id)}`), at) ??
    (facility ? runningOf(masksFrom.get(`${set} ${facilityKey(facility.id)}`), at) : null)
  );
}

/** From `from` (inclusive) to `until` (exclusive): the latest period that runs now. */
function runningOf(latest: MaskFrom | undefined, at: Instant): MaskFrom | null {
  for (let mask = latest; mask !== undefined; mask = mask.earlier)
    if (mask.from <= at && (mask.until === null || at < mask.until)) return mask;
  return null;
}

const isAuthor = ({ authors }: DocumentFacts, { professional: { id } }: Seen): boolean => authors.includes(id);
/** Neither mask nor matrix is against its author, nor against whom the holder trusts with all (CSP L.1111-16, R.1111-49). */
const seesAll = (document: DocumentFacts, viewer: Seen): boolean =>
  isAuthor(document, viewer) || viewer.ground === 'ATTENDING_DOCTOR' || viewer.ground === 'ADMINISTRATOR';
const throughMasks = ({ ground }: Seen, { switches }: AccessFacts): boolean => ground === 'EMERGENCY' && switches.MASKED.value === 'permit';

/** Step 5c: masked to all professionals, or to this one. */
function maskedTo(document: DocumentFacts, viewer: Seen, facts: AccessFacts, at: Instant): Refusal | null {
  const { masked, because } = maskOf(document, facts);
  if (masked) return { rule: '5c', denial: 'masked', facts: [because] };
  const against = maskAgainst(document, viewer, facts, at);
  return against ? { rule: '5c', denial: 'masked-from-you', facts: [against.because] } : null;
}

/** Step 5d. Advance directives are for doctors, and in an emergency for every health professional (domain reference 13.15). */
function notForHim({ typeCode }: DocumentFacts, { professional, ground }: Seen, { matrix }: Law): Refusal | null {
  if (ground === 'EMERGENCY' && typeCode === DIRECTIVES) return null;
  return mayRead(matrix, professional.profession, typeCode) ? null : { rule: '5d', denial: 'matrix', facts: [] };
}

/** Step 5 for a professional: block of the attending doctor, mask, mask against him, matrix; null when nothing is against it. */
function refusalTo(document: DocumentFacts, viewer: Seen, facts: AccessFacts, law: Law, at: Instant): Refusal | null {
  if (viewer.rubricsOnly && !Object.hasOwn(RUBRICS, document.category))
    return { rule: '4a', denial: 'blocked', facts: refs(blockOf(viewer.professional, facts)) };
  if (seesAll(document, viewer)) return null;
  const masked = throughMasks(viewer, facts) ? null : maskedTo(document, viewer, facts, at);
  return masked ?? notForHim(document, viewer, law);
}

function refusalOf(document: DocumentFacts, viewer: Viewer, facts: AccessFacts, law: Law, at: Instant): Refusal | null {
  const { hiddenFrom, because } = document;
  if (viewer.kind === 'PROFESSIONAL') return refusalTo(document, viewer, facts, law, at);
  // What the holder may not yet know, nobody who acts for him may (CSP R.1111-53).
  if (hiddenFrom.includes('HOLDER')) return { rule: '5b', denial: 'hidden-from-holder', facts: [because] };
  if (viewer.kind === 'REPRESENTATIVE' && hiddenFrom.includes('REPRESENTATIVES'))
    return { rule: '5b', denial: 'hidden-from-representatives', facts: [because] };
  return null;
}

/** Step 5 of the decision (domain reference 3.1): may he read this document, now that the space is open to him? */
export function decideDocument(document: DocumentFacts, viewer: Viewer, facts: AccessFacts, law: Law, at: Instant): Decided {
  const refusal = refusalOf(document, viewer, facts, law, at);
  const seen = viewer.kind === 'PROFESSIONAL';
  const under = { mode: seen ? viewer.mode : ('normal' as const), matrix: seen ? law.matrix.version : null };
  if (refusal)
    return {
      allowed: false,
      denial: refusal.denial,
      receipt: { outcome: 'DENY', rule: refusal.rule, reason: refusal.denial, ...under, facts: refusal.facts },
    };
  const ground = groundOf(document, viewer);
  const rubricsOnly = seen && viewer.rubricsOnly;
  const receipt = { outcome: 'ALLOW', rule: '5', reason: ground, ...under, facts: restsOn(document, viewer, facts) } as const;
  return { allowed: true, ground, rubricsOnly, receipt };
}

/** The document itself; in an emergency also what the holder said of masks, if he did. */
function restsOn(document: DocumentFacts, viewer: Viewer, { switches: { MASKED } }: AccessFacts): readonly FactRef[] {
  const said = viewer.kind === 'PROFESSIONAL' && viewer.ground === 'EMERGENCY' ? MASKED.because : null;
  return said ? [document.because, said] : [document.because];
}

function groundOf(document: DocumentFacts, viewer: Viewer): Ground {
  if (viewer.kind !== 'PROFESSIONAL') return viewer.kind;
  return isAuthor(document, viewer) ? 'AUTHOR' : viewer.ground;
}
