import type { Actor } from '../shared/actor.js';
import type { Issued } from '../shared/decider.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { dayAfter, parisDay, type Instant, type LocalDate } from '../shared/time.js';
import { normalised, remasked } from './confidentiality-codes.js';
import type { Confidentiality, Deposit, HolderFacts } from './document-vocabulary.js';
import type { KnownDocument } from './documents-state.js';
import { hiddenBy, hiddenFrom } from './hiding.js';
import { answersFor } from './ownership.js';
import { recordPolicy } from './record-policy.js';

const liftedBy = ({ unmasked }: HolderFacts, { set, since }: KnownDocument): boolean =>
  unmasked !== undefined && (unmasked.sets.includes(set) || (unmasked.until !== null && since <= unmasked.until));

const maskedBy = ({ masked, unmasked }: HolderFacts, { set, since }: KnownDocument): boolean =>
  masked !== undefined &&
  (masked.sets.includes(set) || (masked.until !== null && since <= masked.until && unmasked?.sets.includes(set) !== true));

/** What a new version takes over from the one it replaces: whatever is stricter and still holds, so that replacing never shows more. */
const inherited = (former: KnownDocument, holder: HolderFacts, at: Instant): readonly Confidentiality[] =>
  former.confidentiality.filter((code) => {
    if (code === 'INVISIBLE_PATIENT') return hiddenFrom(former, at).includes('HOLDER');
    return code !== 'MASQUE_PS' || !liftedBy(holder, former);
  });

/** What a deposit ends up with. */
export interface SettledCodes {
  readonly codes: readonly Confidentiality[];
  /** MASQUE_PS is the word of the depositor alone: he may take it back. */
  readonly ownMask: boolean;
}

/** True where the mask that is taken over was the wish of the holder. */
const isHolders = (former: KnownDocument | null, taken: readonly Confidentiality[]): boolean =>
  taken.includes('MASQUE_PS') && former?.ownMask === false;

/** True where the holder wants it masked: as all that comes, or as the text of somebody else whose place it takes. Within its own set his word holds by itself. */
function holderMasks({ holder, by }: Issued<Deposit>, former: KnownDocument | null): boolean {
  if (former === null) return holder.masksByDefault;
  return (holder.masksByDefault && !liftedBy(holder, former)) || (!answersFor(by, former) && maskedBy(holder, former));
}

/** The codes a deposit ends up with: those asked for, those taken over, and the mask that the holder wants. */
export function settledConfidentiality(deposit: Issued<Deposit>, former: KnownDocument | null): SettledCodes {
  const { confidentiality, holder, at } = deposit;
  const taken = former ? inherited(former, holder, at) : [];
  const said = normalised([...confidentiality, ...taken]);
  const waits = said.includes('INVISIBLE_PATIENT') && !recordPolicy.defaultMaskWhileHidden;
  const wanted = !waits && holderMasks(deposit, former);
  return {
    codes: wanted ? remasked(said, true) : said,
    ownMask: !wanted && said.includes('MASQUE_PS') && !isHolders(former, taken),
  };
}

/** True before the eighteenth birthday, by Paris days; false when the birth date is not known. */
export const isMinor = (birthDate: LocalDate | null, at: Instant): boolean =>
  birthDate !== null && parisDay(at) < dayAfter(birthDate, recordPolicy.majority);
const mayHide = ({ role }: Actor): boolean => role === 'professional' || role === 'facility';

/** Null when these codes may be asked for: by him, together, for this holder, under this connection (domain reference 2.7). */
export function refusalOfCodes({ confidentiality, holder, secret, at, by }: Issued<Deposit>): Rejection | null {
  const hides = hiddenBy(confidentiality);
  if (hides.length > 0 && !mayHide(by)) return reject('forbidden', 'record/hiding-is-for-professionals');
  if (secret && !hides.includes('REPRESENTATIVES')) return reject('invalid', 'record/secret-must-be-hidden');
  if (hides.includes('REPRESENTATIVES') && !isMinor(holder.birthDate, at)) return reject('invalid', 'record/holder-is-adult');
  return null;
}

/** Somebody must be able to see a document, or nobody could announce it: hidden from the holder and masked to professionals is refused. */
export const refusalOfMixture = (codes: readonly Confidentiality[]): Rejection | null =>
  codes.includes('INVISIBLE_PATIENT') && codes.includes('MASQUE_PS') ? reject('invalid', 'record/hiding-excludes-masking') : null;
