import { valuesOf } from '../shared/growing-map.js';
import { reject, together, type Rejection } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import { refusalOfMixture } from './confidentiality.js';
import type { Confidentiality, DocumentEvent } from './document-vocabulary.js';
import type { Documents, KnownDocument } from './documents-state.js';
import { hiddenBy, hiddenFrom } from './hiding.js';
import { refusalOfStatus, withOwn, type Rule } from './record-guards.js';

const hidesLate = reject('conflict', 'record/hiding-begins-with-deposit');
const hidesOn = reject('conflict', 'record/hiding-stays');

/** Hiding begins with the deposit, and ends by an announcement, with the month, or never: no update begins it or ends it (CSP R.1111-53, R.1111-50). */
function refusalOfHiding(document: KnownDocument, codes: readonly Confidentiality[], at: Instant): Rejection | null {
  const [hidden, asked] = [hiddenFrom(document, at), hiddenBy(codes)];
  if (asked.some((whom) => !hidden.includes(whom))) return hidesLate;
  return hidden.every((whom) => asked.includes(whom)) ? null : hidesOn;
}

/** The version that is named first; an old one, where it is masked still, would show what the new one does not. */
const versionsOf = ({ byId }: Documents, named: KnownDocument): readonly KnownDocument[] => [
  named,
  ...valuesOf(byId).filter(({ set, status, document }) => set === named.set && status !== 'GONE' && document !== named.document),
];

/** True where something changes: what the holder wanted masked is not for the depositor to show. */
const changes = ({ confidentiality, ownMask }: KnownDocument, masked: boolean): boolean =>
  confidentiality.includes('MASQUE_PS') !== masked && (masked || ownMask);

/**
 * Those who answer for a document mask it to professionals, on the wish of the holder, and take back what they masked themselves (PDSm, update of
 * `securityLabel`). The codes are all that shall hold. What the holder masked is not theirs to say: it stays, and the answer is the same.
 */
export const changeConfidentiality: Rule<'ChangeConfidentiality'> = ({ document, confidentiality, at, by }, documents) =>
  withOwn(by, document, documents, (own) => {
    const outdated = own.status === 'ARCHIVED' ? null : refusalOfStatus(own);
    const refused = outdated ?? together(refusalOfMixture(confidentiality), refusalOfHiding(own, confidentiality, at));
    if (refused) return refused;
    const masked = confidentiality.includes('MASQUE_PS');
    return versionsOf(documents, own)
      .filter((version) => changes(version, masked))
      .map(({ space, document: version }): DocumentEvent => {
        const along = version === document ? {} : { along: document };
        return { type: 'DocumentConfidentialityChanged', v: 1, space, document: version, masked, ...along };
      });
  });
