import { valueOf } from '../shared/growing-map.js';
import { nothing, type Issued } from '../shared/decider.js';
import { isRejection, reject, together, type Rejection } from '../shared/rejection.js';
import { refusalOfCodes, refusalOfMixture, settledConfidentiality, type SettledCodes } from './confidentiality.js';
import type { Confidentiality, Deposit, Depositor, DocumentEvent, Place } from './document-vocabulary.js';
import type { Documents, KnownDocument } from './documents-state.js';
import { hiddenBy, hiddenFrom } from './hiding.js';
import { metadataRefusals } from './metadata-guards.js';
import { answersFor, deposited, depositedBy, depositorOf, isHolderSide } from './ownership.js';
import { directivesIn, isDirectives, ownDocument, refusalOfStatus, uniqueIdUsed, type Rule } from './record-guards.js';

const noDepositor = reject('forbidden', 'access/not-allowed');

/** Equal as data, whatever the order of members: what was stored comes back in another one. */
const sameData = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return left.length === right.size && left.every(([name, value]) => right.has(name) && sameData(value, right.get(name)));
};

/** The same bytes under the same entry by the same side, and no wish for discretion that the first deposit did not fulfil. */
const isSameDeposit = (known: KnownDocument, { metadata, content, confidentiality, by }: Issued<Deposit>): boolean =>
  deposited(by, known) &&
  known.described !== null &&
  known.described.sha256 === content.sha256 &&
  sameData(known.described.metadata, metadata) &&
  confidentiality.every((code) => code === 'N' || known.confidentiality.includes(code));

/**
 * The version whose place is taken; null for a new document. RPLC has exactly one target, and it is the depositor's own (domain reference 2.8).
 * Directives take the place of the former ones, whoever brings them and whatever they name; under a veil, which holds one document, only of his own.
 */
function formerOf({ replaces, metadata, by }: Issued<Deposit>, documents: Documents): KnownDocument | Rejection | null {
  const directives = isDirectives(metadata) ? directivesIn(documents) : null;
  if (directives !== null && (!documents.opened || answersFor(by, directives))) return directives;
  if (replaces === undefined) return null;
  const found = ownDocument(by, replaces, documents);
  return isRejection(found) ? found : (refusalOfStatus(found) ?? found);
}

/** What hides lies apart, one document in one veil; what does not lies in the record. */
const belongs = (place: Place, hides: boolean, { opened }: Documents): boolean => (place === 'veil' ? hides && !opened : !hides);

/** The right place; and what somebody has been able to see is not hidden from him by a new version. */
function refusalOfPlace(
  place: Place,
  { confidentiality, at }: Issued<Deposit>,
  documents: Documents,
  former: KnownDocument | null,
): Rejection | null {
  const hides = hiddenBy(confidentiality);
  if (former === null) return belongs(place, hides.length > 0, documents) ? null : reject('conflict', 'record/wrong-place');
  const hidden = hiddenFrom(former, at);
  return hides.every((whom) => hidden.includes(whom)) ? null : reject('conflict', 'record/already-visible');
}

/** In whose set it is. Directives that take the place of somebody else's begin their own: neither the number nor the set tells of a text he may not know. */
const lineageOf = (
  { document, at, by }: Issued<Deposit>,
  former: KnownDocument | null,
): Pick<KnownDocument, 'set' | 'version' | 'since'> =>
  former !== null && answersFor(by, former)
    ? { set: former.set, version: former.version + 1, since: former.since }
    : { set: document, version: 1, since: at };

interface Settled {
  readonly depositor: Depositor;
  readonly settled: SettledCodes;
  readonly former: KnownDocument | null;
}

function factsOf(deposit: Issued<Deposit>, { depositor, settled: { codes, ownMask }, former }: Settled): readonly DocumentEvent[] {
  const { space, document, metadata, content, submission, by } = deposit;
  const answering = depositedBy(by);
  return [
    {
      type: 'DocumentDeposited',
      v: 1,
      space,
      document,
      ...lineageOf(deposit, former),
      depositor,
      ...(answering ? { by: answering } : {}),
      confidentiality: codes,
      ...(ownMask && !isHolderSide(depositor) ? { ownMask } : {}),
      blob: content.blob,
      submission,
    },
    { type: 'DocumentDescribed', v: 1, space, document, metadata, content },
    ...(former ? [{ type: 'DocumentReplaced', v: 1, space, document: former.document, by: document } as const] : []),
  ];
}

const opening = ({ space, document }: Deposit, confidentiality: readonly Confidentiality[]): DocumentEvent => ({
  type: 'VeilOpened',
  v: 1,
  space,
  document,
  hiddenFrom: hiddenBy(confidentiality),
});

/** A new document, or a new version of one. The same deposit again adds nothing; another one under the same uniqueId is refused. */
export const depositIn =
  (place: Place): Rule<'DepositDocument'> =>
  (deposit, documents) => {
    const known = valueOf(documents.byId, deposit.document);
    if (known) return isSameDeposit(known, deposit) ? nothing : uniqueIdUsed;
    const depositor = depositorOf(deposit.by, deposit.holder);
    if (depositor === null) return noDepositor;
    const former = formerOf(deposit, documents);
    if (isRejection(former)) return former;
    const settled = settledConfidentiality(deposit, former);
    const refused = together(
      refusalOfCodes(deposit),
      refusalOfMixture(settled.codes),
      refusalOfPlace(place, deposit, documents, former),
      ...metadataRefusals(place, deposit),
    );
    if (refused) return refused;
    const facts = factsOf(deposit, { depositor, settled, former });
    return place === 'veil' && !documents.opened ? [opening(deposit, settled.codes), ...facts] : facts;
  };
