import { valueOf, valuesOf } from '../../../src/domain/shared/growing-map.js';
import fc from 'fast-check';
import { record, veil } from '../../../src/domain/record/documents.js';
import type { Confidentiality, DocumentCommand, DocumentEvent } from '../../../src/domain/record/document-vocabulary.js';
import type { Documents, KnownDocument } from '../../../src/domain/record/documents-state.js';
import { isDirectives } from '../../../src/domain/record/record-guards.js';
import { hiddenFrom } from '../../../src/domain/record/hiding.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import { decide, evolve, replay, type Issued } from '../../../src/domain/shared/decider.js';
import { isRejection } from '../../../src/domain/shared/rejection.js';
import { epochOf, instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { deepFreeze } from '../../support/deep-freeze.js';
import * as d from '../../support/documents.js';
import { factsOf } from '../../support/specification.js';

const IDS = ['a', 'b', 'c', 'e', 'f', 'g'] as const;
const ACTORS: readonly Actor[] = [d.AUTHOR, d.AUTHOR, d.COLLEAGUE, d.STRANGER, d.CLINIC, d.HOLDER, d.HOLDER, d.INSURER, d.TIMER];
const KINDS = ['DepositDocument', 'DepositDocument', 'DepositDocument', ...Object.keys(record.decide)] as DocumentCommand['type'][];
const DAY = 86_400_000;

const HIDING = [
  ['INVISIBLE_PATIENT'],
  ['INVISIBLE_REPRESENTANTS_LEGAUX'],
  ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'],
] as const satisfies readonly (readonly Confidentiality[])[];

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 3 }, { arbitrary: fc.constantFrom(...others), weight: 2 });
const steps = fc.record({
  kind: fc.constantFrom(...KINDS),
  by: fc.constantFrom(...ACTORS),
  document: fc.constantFrom(...IDS),
  other: mostly(undefined, ...IDS),
  codes: mostly<readonly Confidentiality[]>([], ['MASQUE_PS'], ...HIDING, ['INVISIBLE_PATIENT', 'MASQUE_PS']),
  directives: mostly(false, true),
  masksByDefault: fc.boolean(),
  wait: fc.constantFrom(0, 0, 1, DAY, 14 * DAY, 28 * DAY),
});
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** A veil begins with what hides. */
const FIRST: Step = {
  kind: 'DepositDocument',
  by: d.AUTHOR,
  document: 'a',
  other: undefined,
  codes: [],
  directives: false,
  masksByDefault: false,
  wait: 0,
};

const metadataBy = ({ by, directives }: Step) => {
  const whose = by.role === 'person' ? d.ownWords : d.report;
  return directives ? { ...whose, typeCode: 'EXPPAT_3' } : whose;
};
const commandOf = (step: Step): DocumentCommand => {
  const { kind, document, other, codes, masksByDefault } = step;
  if (kind === 'DepositDocument') {
    const adult = step.directives && codes.length === 0;
    const holder = { ...(adult ? d.ADULT : d.CHILD), masksByDefault };
    const replaces = other === undefined ? {} : { replaces: other };
    return d.deposit(document, { metadata: metadataBy(step), confidentiality: codes.length > 0 ? codes : ['N'], holder, ...replaces });
  }
  if (kind === 'DeleteDocuments') return { type: kind, documents: other === undefined ? [document] : [document, other] };
  if (kind === 'ChangeConfidentiality') return { type: kind, document, confidentiality: codes.length > 0 ? codes : ['N'] };
  if (kind === 'DiscardDeposits') return { type: kind, before: null };
  return kind === 'UnpublishDocument' ? { type: kind, document, reason: 'ERROR' } : { type: kind, document };
};

const claim = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
const all = ({ byId }: Documents): readonly KnownDocument[] => valuesOf(byId);
const counts = ({ status }: KnownDocument): boolean => status === 'CURRENT' || status === 'ARCHIVED';
const sets = (documents: Documents): ReadonlyMap<string, readonly KnownDocument[]> => {
  const bySet = new Map<string, KnownDocument[]>();
  for (const one of all(documents)) bySet.set(one.set, [...(bySet.get(one.set) ?? []), one]);
  return bySet;
};

/** An update hides from nobody and shows to nobody who was hidden from, and takes away no mask but who answers for it said himself. */
const checkChange = (before: Documents, facts: readonly DocumentEvent[]): void => {
  for (const fact of facts) {
    if (fact.type !== 'DocumentConfidentialityChanged') continue;
    const was = valueOf(before.byId, fact.document);
    claim(was !== null && was !== undefined && was.status !== 'GONE', 'what is gone does not change');
    claim(fact.masked || was?.ownMask === true, 'the mask of the holder stays');
  }
};

const checkSets = (documents: Documents): void => {
  for (const versions of sets(documents).values()) {
    claim(versions.filter(counts).length <= 1, 'at most one version of a document counts');
    claim(
      versions.every(({ version, since }, n) => version === n + 1 && since === versions[0]?.since),
      'versions follow each other from one first day',
    );
  }
  const directives = all(documents).filter(({ status, described }) => status === 'CURRENT' && described?.metadata.typeCode === 'EXPPAT_3');
  claim(directives.length <= 1, 'one text of directives counts');
};

/** What replaces shows nothing more, and hides nothing that showed. */
const checkReplacement = (before: Documents, after: Documents, facts: readonly DocumentEvent[], at: Instant): void => {
  for (const fact of facts) {
    if (fact.type !== 'DocumentReplaced') continue;
    const [old, fresh] = [valueOf(before.byId, fact.document), valueOf(after.byId, fact.by)];
    const own = old?.set === fresh?.set || (fresh?.version === 1 && isDirectives(fresh.described?.metadata));
    claim(own, 'a version replaces one of its own set; directives also those of somebody else');
    if (!old || !fresh) continue;
    const [hid, hides] = [hiddenFrom(old, at), hiddenFrom(fresh, at)];
    claim(JSON.stringify(hid) === JSON.stringify(hides), 'hidden from the same people as before');
    const masked = old.confidentiality.includes('MASQUE_PS');
    claim(!masked || fresh.confidentiality.includes('MASQUE_PS'), 'masked stays masked');
  }
};

/** What the holder may see once he may see for ever; and a mixture that nobody could announce never lies there. */
const checkHiding = (before: Documents, after: Documents, at: Instant): void => {
  for (const one of all(after)) {
    const was = valueOf(before.byId, one.document);
    if (was && !hiddenFrom(was, at).includes('HOLDER')) claim(!hiddenFrom(one, at).includes('HOLDER'), 'nothing is hidden again');
    claim(
      !(hiddenFrom(one, at).includes('HOLDER') && one.confidentiality.includes('MASQUE_PS')),
      'never hidden from everybody who could announce it',
    );
  }
};

/** The stream as it is read once the keys of what is gone are dead. */
const withoutTheDead = (history: readonly DocumentEvent[], { byId }: Documents): readonly DocumentEvent[] =>
  history.filter((fact) => fact.type !== 'DocumentDescribed' || valueOf(byId, fact.document)?.status !== 'GONE');

const seen = new Set<string>();

const liveIn = (decider: typeof record) => (story: readonly Step[]) => {
  const history: DocumentEvent[] = [];
  let state = decider.initial;
  let now = epochOf(d.NOW);
  for (const step of story) {
    now += step.wait;
    const at = instantOf(now);
    const command = deepFreeze({ ...commandOf(step), at, by: step.by }) as Issued<DocumentCommand>;
    const decision = decide(decider, command, state);
    const facts = factsOf<DocumentEvent>(decision);
    if (isRejection(decision)) {
      seen.add(decision.rejected);
      claim(facts.length === 0, 'a refusal leaves nothing behind');
    }
    const next = facts.reduce<Documents>((before, fact) => deepFreeze(evolve(decider, before, fact)), state);
    for (const { type } of facts) seen.add(type);
    checkReplacement(state, next, facts, at);
    checkHiding(state, next, at);
    checkChange(state, facts);
    checkSets(next);
    if (facts.length > 0) claim(factsOf(decide(decider, command, next)).length === 0, 'a wish fulfilled once adds nothing the second time');
    state = next;
    history.push(...facts);
  }
  if (decider.category === 'veil') claim(sets(state).size <= 1, 'a veil holds one document');
  const read = JSON.parse(JSON.stringify(withoutTheDead(history, state))) as DocumentEvent[];
  expect(replay(decider, read)).toEqual(state);
};

describe('Whatever anybody wishes of documents, in any order, at any time', () => {
  const stories = fc.array(steps, { minLength: 5, maxLength: 30, size: 'max' });

  const veiled = fc
    .record({ codes: fc.constantFrom(...HIDING), story: stories })
    .map(({ codes, story }): Step[] => [{ ...FIRST, codes }, ...story]);

  it('a record never breaks its rules, in 2,000 lives', () =>
    fc.assert(fc.property(stories, liveIn(record)), { numRuns: 2_000, seed: 20_261_122 }));

  it('nor does a veil, in 2,000 lives', () => fc.assert(fc.property(veiled, liveIn(veil)), { numRuns: 2_000, seed: 20_261_122 }));

  it('and every kind of fact has come about', () =>
    expect([...seen].filter((name) => !name.includes('/')).sort()).toEqual(Object.keys(record.evolve).sort()));
});
