import type { Instant } from '../shared/time.js';
import { facilityKey, professionalKey } from './access-steps.js';
import { DIRECTIVES, RUBRICS } from './access-policy.js';
import type { AccessFacts, Because, FactRef } from './facts.js';
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
  if (word?.masked === true) return word;
  // A version that came after the mask was lifted is masked again when its depositor says so.
  if (word) return word.at >= document.depositedAt ? word : { masked: document.masked, because: document.because };
  if (allMasked && document.since <= allMasked.at && (allMasked.masked || document.depositedAt <= allMasked.at)) return allMasked;
  return { masked: document.masked, because: document.because };
}

/** The mask against this professional or his place of care that runs at this moment, if there is one. */
function maskAgainst(
  { set }: DocumentFacts,
  { professional: { id, facility } }: Seen,
  { masksFrom }: AccessFacts,
  at: Instant,
): Because | null {
  if (masksFrom.size === 0) return null;
  const keys = [professionalKey(id), ...(facility ? [facilityKey(facility.id)] : [])];
  for (const key of keys) {
    const mask = masksFrom.get(`${set} ${key}`);
    if (mask && mask.from <= at && (mask.until === null || at < mask.until)) return mask;
  }
  return null;
}

const seesMasked = (document: DocumentFacts, { professional: { id }, ground }: Seen): boolean =>
  document.authors.includes(id) || ground === 'ATTENDING_DOCTOR' || ground === 'ADMINISTRATOR';

/** Step 5 for a professional: block of the attending doctor, mask, mask against him, matrix; null when nothing is against it. */
function refusalTo(document: DocumentFacts, viewer: Seen, facts: AccessFacts, law: Law, at: Instant): Refusal | null {
  if (viewer.rubricsOnly && !Object.hasOwn(RUBRICS, document.category)) return { rule: '4a', denial: 'blocked', facts: [] };
  if (seesMasked(document, viewer)) return null;
  const emergency = viewer.ground === 'EMERGENCY';
  const throughMasks = emergency && facts.switches.MASKED.value === 'permit';
  const { masked, because } = maskOf(document, facts);
  if (masked && !throughMasks) return { rule: '5c', denial: 'masked', facts: [because] };
  const against = maskAgainst(document, viewer, facts, at);
  if (against && !throughMasks) return { rule: '5c', denial: 'masked-from-you', facts: [against.because] };
  if (emergency && document.typeCode === DIRECTIVES) return null;
  return mayRead(law.matrix, viewer.professional.profession, document.typeCode) ? null : { rule: '5d', denial: 'matrix', facts: [] };
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
  const receipt = { outcome: 'ALLOW', rule: '5', reason: ground, ...under, facts: [document.because] } as const;
  return { allowed: true, ground, rubricsOnly, receipt };
}

function groundOf({ authors }: DocumentFacts, viewer: Viewer): Ground {
  if (viewer.kind !== 'PROFESSIONAL') return viewer.kind;
  return authors.includes(viewer.professional.id) ? 'AUTHOR' : viewer.ground;
}
