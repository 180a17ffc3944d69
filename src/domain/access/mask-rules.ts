import { nothing } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import { accessPolicy } from './access-policy.js';
import type { AccessRule } from './access-state.js';
import { maskFromKey } from './access-steps.js';
import type { MaskFrom } from './facts.js';

export const endsTooEarly = reject('invalid', 'access/mask-ends-before-it-begins');

const refusalOfCount = (sets: readonly string[]): Rejection | null => {
  if (sets.length === 0) return reject('invalid', 'access/no-document-named');
  return sets.length > accessPolicy.documentsMaskedAtOnce ? reject('invalid', 'access/too-many-documents') : null;
};

/** Many in one fact; what was masked by name already is left out (CSP R.1111-49). */
export const maskDocuments: AccessRule<'MaskDocuments'> = ({ sets }, { facts: { masks } }) => {
  const refused = refusalOfCount(sets);
  if (refused) return refused;
  const left = [...new Set(sets)].filter((set) => masks.get(set)?.masked !== true);
  return left.length === 0 ? nothing : [{ type: 'DocumentsMasked', v: 1, sets: left }];
};
/** A fact each time: a version deposited since may be masked again, which is not known here. */
export const unmaskDocuments: AccessRule<'UnmaskDocuments'> = ({ sets }) =>
  refusalOfCount(sets) ?? [{ type: 'DocumentsUnmasked', v: 1, sets: [...new Set(sets)] }];

/** Facts each time, as above: they speak of everything deposited until then. */
export const maskAllDocuments: AccessRule<'MaskAllDocuments'> = () => [{ type: 'AllDocumentsMasked', v: 1 }];
export const unmaskAllDocuments: AccessRule<'UnmaskAllDocuments'> = () => [{ type: 'AllDocumentsUnmasked', v: 1 }];

export const setDefaultConfidentiality: AccessRule<'SetDefaultConfidentiality'> = ({ masked }, { facts: { maskedByDefault } }) =>
  (maskedByDefault?.masked ?? false) === masked ? nothing : [{ type: 'DefaultConfidentialitySet', v: 1, masked }];

/** From one professional or place of care, from now on or later, for a time or until it is lifted (domain reference 13.12). */
export const maskDocumentFrom: AccessRule<'MaskDocumentFrom'> = (
  { set, whom, from: asked, until = null, at },
  { facts: { masksFrom } },
) => {
  const from = asked ?? at;
  if (from < at) return reject('invalid', 'access/mask-in-the-past');
  if (until !== null && until <= from) return endsTooEarly;
  return covered(masksFrom.get(maskFromKey(set, whom)), from, until)
    ? nothing
    : [{ type: 'DocumentMaskedFrom', v: 1, set, whom, from, until }];
};

/** One of the periods said before holds all of this one. */
function covered(latest: MaskFrom | undefined, from: Instant, until: Instant | null): boolean {
  for (let mask = latest; mask !== undefined; mask = mask.earlier)
    if (mask.from <= from && (mask.until === null || (until !== null && until <= mask.until))) return true;
  return false;
}

/** Every period of it, also those to come. */
export const liftDocumentMask: AccessRule<'LiftDocumentMask'> = ({ set, whom }, { facts: { masksFrom } }) =>
  masksFrom.has(maskFromKey(set, whom)) ? [{ type: 'DocumentMaskLifted', v: 1, set, whom }] : nothing;
