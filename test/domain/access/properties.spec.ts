import fc from 'fast-check';
import { access } from '../../../src/domain/access/access.js';
import type { AccessEvent, AccessMode, Grantee } from '../../../src/domain/access/access-vocabulary.js';
import { NOBODY, type AccessFacts } from '../../../src/domain/access/facts.js';
import { foldAccess } from '../../../src/domain/access/fold-access.js';
import { matrix } from '../../../src/domain/access/matrix.js';
import type { DocumentFacts } from '../../../src/domain/access/policy.js';
import type { Verdict } from '../../../src/domain/access/rules.js';
import type { Professional } from '../../../src/domain/shared/actor.js';
import { evolve } from '../../../src/domain/shared/decider.js';
import type { Recorded } from '../../../src/domain/shared/fact.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';

const people = [s.doctor, s.colleague, s.nurse, s.workDoctor, s.regulator];
const sets = ['set-1', 'set-2'];
const NOW = p.day(10);

const one = fc.constantFrom(...people);
const grantee: fc.Arbitrary<Grantee> = fc.oneof(one.map(s.oneOf), fc.constantFrom(s.placeOf(s.CLINIC), s.placeOf(s.ELSEWHERE)));
const moment: fc.Arbitrary<Instant> = fc.constantFrom(p.day(1), p.day(9), NOW, p.day(11), s.LATE);
const named = fc.subarray(sets, { minLength: 1 });

const block: fc.Arbitrary<AccessEvent> = fc.oneof(
  one.map(s.blocked),
  fc.constantFrom(s.placeBlocked(s.CLINIC), s.placeBlocked(s.ELSEWHERE)),
);
const mask: fc.Arbitrary<AccessEvent> = fc.oneof(
  named.map((some) => s.masked(...some)),
  fc.constant<AccessEvent>({ type: 'AllDocumentsMasked', v: 1 }),
  fc
    .tuple(fc.constantFrom(...sets), grantee, moment, fc.option(moment))
    .map(([set, whom, from, until]) => s.maskedFrom(set, whom, from, until)),
);
const preference = fc.tuple(fc.constantFrom('BTG', 'ETREAT', 'MASKED' as const), fc.constantFrom('permit', 'deny' as const));
const anything: fc.Arbitrary<AccessEvent> = fc.oneof(
  block,
  mask,
  fc
    .tuple(
      grantee,
      fc.constantFrom('CARE_TEAM', 'EXPLICIT', 'EXPRESS' as const),
      fc.subarray(['CONSULT', 'FEED'] as const, { minLength: 1 }),
      moment,
    )
    .map(([whom, basis, scope, until]) => s.consented(whom, { basis, scope, until })),
  grantee.map(s.withdrawn),
  fc.tuple(one, moment).map(([{ id }, until]): AccessEvent => ({
    type: 'TemporaryAccessUsed',
    v: 1,
    access: 'a',
    grantee: { kind: 'PROFESSIONAL', id },
    until,
  })),
  one.map(({ id }): AccessEvent => ({ type: 'ProfessionalUnblocked', v: 1, professional: id })),
  fc.constant<AccessEvent>({ type: 'FacilityUnblocked', v: 1, facility: s.CLINIC.id }),
  one.map(s.attending),
  one.map(({ id }): AccessEvent => ({ type: 'AttendingDoctorEnded', v: 1, professional: id })),
  one.map(s.administrator),
  one.map(({ id }): AccessEvent => ({ type: 'AdministratorRevoked', v: 1, professional: id })),
  preference.map(([which, value]) => s.preferred(which as 'BTG', value as 'deny')),
  fc
    .tuple(one, fc.constantFrom('bris_de_glace', 'centre_15' as const), moment)
    .map(([who, mode, until]) => s.glassBroken(who, mode as 'centre_15', until)),
  named.map((some): AccessEvent => ({ type: 'DocumentsUnmasked', v: 1, sets: some })),
  fc.constant<AccessEvent>({ type: 'AllDocumentsUnmasked', v: 1 }),
  fc.tuple(fc.constantFrom(...sets), grantee).map(([set, whom]): AccessEvent => ({ type: 'DocumentMaskLifted', v: 1, set, whom })),
  fc.boolean().map((masked): AccessEvent => ({ type: 'DefaultConfidentialitySet', v: 1, masked })),
  fc.constantFrom<AccessEvent>(
    { type: 'LegalRepresentativeLinked', v: 1, subject: p.bruno.subject, until: s.LATE },
    { type: 'LegalRepresentationEnded', v: 1, subject: p.bruno.subject, reason: 'majorité' },
  ),
);
const life = fc.array(anything, { maxLength: 30 });

/** A fact each hour from the second day on, all of them before NOW. */
const historyOf = (events: readonly AccessEvent[]): Recorded[] => [
  ...s.recorded('space', p.toActive),
  ...s.recorded('access', events).map((fact, n) => ({ ...fact, at: p.later(p.day(1), n * 3_600_000) })),
];
const knowing = (events: readonly AccessEvent[]): AccessFacts => foldAccess(historyOf(events));

const documents: readonly DocumentFacts[] = [
  s.report({ authors: [s.doctor.id] }),
  s.report({ set: 'set-2', authors: [s.nurse.id], masked: true, typeCode: '83901-9' }),
  s.report({ set: 'set-2', authors: [s.stranger.id], depositedAt: p.day(2), since: p.day(1), category: 'CAR_VAC', typeCode: '11369-6' }),
];
const MODES: readonly AccessMode[] = ['normal', 'bris_de_glace', 'centre_15'];
const ask = (who: Professional, facts: AccessFacts, document: DocumentFacts, mode: AccessMode): Verdict =>
  matrix.GetDocument({ actor: s.asking(who), facts, at: NOW, mode, law: s.law, document });
const everything = people.flatMap((who) => documents.flatMap((document) => MODES.map((mode) => ({ who, document, mode }))));
const sights = (facts: AccessFacts): boolean[] =>
  everything.map(({ who, document, mode }) => ask(who, facts, document, mode).refusal === null);
const settings = { numRuns: 1_000, seed: 20_261_122 };

describe('Whatever happened before', () => {
  it('folding at once gives what folding fact by fact gives, and changes no facts that somebody else holds', () => {
    fc.assert(
      fc.property(life, (events) => {
        const history = historyOf(events);
        let facts = NOBODY;
        for (const fact of history) {
          const before = structuredClone(facts);
          const next = foldAccess([fact], facts);
          expect(facts).toEqual(before);
          facts = next;
        }
        expect(foldAccess(history)).toEqual(facts);
        expect(NOBODY.consents.size + NOBODY.masks.size + NOBODY.blocked.size + NOBODY.withdrawn.size).toBe(0);
      }),
      { ...settings, numRuns: 200 },
    );
  });

  it('the wishes rest on the same facts as the gate, but for the moments', () => {
    fc.assert(
      fc.property(life, (events) => {
        const { facts } = events.reduce((state, event) => evolve(access, state, event), access.initial);
        const atSomeTime = s.recorded('access', events, '' as Instant);
        expect(facts).toEqual(foldAccess(atSomeTime));
      }),
      { ...settings, numRuns: 200 },
    );
  });

  it('a block or a mask that is added makes nothing visible that was not', () => {
    fc.assert(
      fc.property(life, fc.oneof(block, mask), (events, added) => {
        const before = sights(knowing(events));
        const after = sights(knowing([...events, added]));
        expect(after.filter((seen, n) => seen && before[n] === false)).toEqual([]);
      }),
      settings,
    );
  });

  it('an emergency shows no more than its switches say', () => {
    fc.assert(
      fc.property(life, (events) => {
        const refused = knowing([...events, s.preferred('BTG', 'deny'), s.preferred('ETREAT', 'deny')]);
        const masksStay = knowing([...events, { type: 'AllDocumentsMasked', v: 1 }, s.preferred('MASKED', 'deny')]);
        for (const { who, document, mode } of everything.filter((cell) => cell.mode !== 'normal')) {
          expect(ask(who, refused, document, mode).refusal).not.toBeNull();
          if (!document.authors.includes(who.id)) expect(ask(who, masksStay, document, mode).refusal).not.toBeNull();
        }
      }),
      { ...settings, numRuns: 300 },
    );
  });

  it('an author reads his own in normal mode, unless he or his place is blocked, or he practises medicine at work', () => {
    fc.assert(
      fc.property(life, (events) => {
        const facts = knowing(events);
        for (const who of people.filter((person) => person !== s.workDoctor)) {
          const { refusal, receipt } = ask(who, facts, s.report({ authors: [who.id], masked: true, typeCode: '83901-9' }), 'normal');
          expect(refusal === null || receipt.reason === 'blocked').toBe(true);
        }
      }),
      settings,
    );
  });

  it('the holder reads all that is not hidden from him', () => {
    fc.assert(
      fc.property(life, (events) => {
        for (const document of documents)
          expect(
            matrix.GetDocument({ actor: p.alice, facts: knowing(events), at: NOW, mode: 'normal', law: s.law, document }).refusal,
          ).toBeNull();
      }),
      settings,
    );
  });

  it('the facts that a receipt names lead to the same decision once more, and it names no other', () => {
    fc.assert(
      fc.property(life, (events) => {
        const facts = knowing(events);
        const again = knowing(JSON.parse(JSON.stringify(events)) as AccessEvent[]);
        for (const { who, document, mode } of everything) {
          const { receipt } = ask(who, facts, document, mode);
          expect(ask(who, again, document, mode).receipt).toEqual(receipt);
          for (const { stream, rev } of receipt.facts) expect(stream === 'record' ? rev === 0 : rev < events.length).toBe(true);
        }
      }),
      { ...settings, numRuns: 100 },
    );
  });
});
