import type { AccessEvent } from '../../../src/domain/access/access-vocabulary.js';
import type { AccessFacts } from '../../../src/domain/access/facts.js';
import { foldAccess } from '../../../src/domain/access/fold-access.js';
import { matrix } from '../../../src/domain/access/matrix.js';
import type { DocumentFacts } from '../../../src/domain/access/policy.js';
import type { Verdict } from '../../../src/domain/access/rules.js';
import type { Actor, Professional } from '../../../src/domain/shared/actor.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';
import * as oracle from './decision-oracle.js';

const AT = p.day(10);
const SOCIAL = { system: '1.2.250.1.213.1.6.1.4', code: '41' };
const law = {
  matrix: {
    ...s.matrixOfTests,
    professions: new Set([...s.matrixOfTests.professions, `${SOCIAL.system}|41`]),
    allowed: new Set([...s.matrixOfTests.allowed, `${SOCIAL.system}|41 11502-2`]),
  },
};
const professionals: Readonly<Record<oracle.Role, Professional>> = {
  doctor: s.doctor,
  nurse: s.nurse,
  socialWorker: { ...s.nurse, profession: SOCIAL },
  driver: s.ambulanceDriver,
  workDoctor: s.workDoctor,
  regulator: { ...s.regulator, facility: s.CLINIC },
  regulatingNurse: { ...s.nurse, regulating: true },
};
const others: Readonly<Record<oracle.Other, Actor>> = {
  holder: p.alice,
  representative: p.bruno,
  other: { ...p.alice, subject: { ...p.alice.subject, sub: 'carol' } },
  software: s.software(),
  insurer: s.insurer,
  support: p.agent,
  operator: p.operator,
  compliance: p.compliance,
};
const lives = { ACTIVE: p.toActive, OPENED: p.toOpened, OPPOSED: p.toOpposed, CLOSED: p.toClosed };

const NOW_OVER = AT;
const clinic = s.placeOf(s.CLINIC);
const codeUsed = ({ id }: Professional, until: Instant): AccessEvent => ({
  type: 'TemporaryAccessUsed',
  v: 1,
  access: 'access-1',
  grantee: { kind: 'PROFESSIONAL', id },
  until,
});
/** What is made of one professional, made once. */
const remembered = <V>(make: (who: Professional) => V): ((who: Professional) => V) => {
  const made = new Map<Professional, V>();
  return (who) => {
    const known = made.get(who) ?? make(who);
    made.set(who, known);
    return known;
  };
};
const relationOf = remembered((who: Professional): Readonly<Record<oracle.Relation, readonly AccessEvent[]>> => {
  const him = s.oneOf(who);
  return {
    none: [],
    himself: [s.consented(him)],
    team: [s.consented(clinic)],
    teamToFeed: [s.consented(clinic, { scope: ['FEED'] })],
    toFeed: [s.consented(him, { scope: ['FEED'] })],
    explicit: [s.consented(him, { basis: 'EXPLICIT', scope: ['CONSULT'] })],
    explicitOver: [s.consented(him, { basis: 'EXPLICIT', until: NOW_OVER })],
    over: [s.consented(him, { until: NOW_OVER })],
    narrowerLater: [
      s.consented(him),
      s.consented(him, { scope: ['FEED'] }),
      s.consented(him, { basis: 'EXPLICIT', scope: ['CONSULT'], until: NOW_OVER }),
    ],
    withdrawn: [s.consented(him), s.withdrawn(him)],
    withdrawnFromTeam: [s.consented(clinic), s.withdrawn(him)],
    withdrawnThenToFeed: [s.consented(clinic), s.withdrawn(him), s.consented(him, { scope: ['FEED'] })],
    teamWithdrawn: [s.consented(clinic), s.withdrawn(clinic)],
    code: [codeUsed(who, s.LATE)],
    codeOver: [codeUsed(who, NOW_OVER)],
    express: [s.consented(him, { basis: 'EXPRESS' })],
    expressOver: [s.consented(him, { basis: 'EXPRESS', until: NOW_OVER })],
    attending: [s.attending(who)],
    attendingWithdrawn: [s.attending(who), s.withdrawn(him)],
    administrator: [s.administrator(who)],
    blocked: [s.consented(him), s.blocked(who)],
    placeBlocked: [s.consented(him), s.placeBlocked(s.CLINIC)],
    attendingBlocked: [s.attending(who), s.blocked(who)],
    attendingPlaceBlocked: [s.attending(who), s.placeBlocked(s.CLINIC)],
    administratorBlocked: [s.administrator(who), s.blocked(who)],
  };
});

const waysOf = (who: Professional, mode: oracle.Mode): readonly AccessEvent[] => {
  const { mode: came, session, refused, throughMasks } = oracle.shownAs(mode);
  const passed: readonly AccessEvent[] =
    mode === 'glassOver' ? [s.glassBroken(who, 'bris_de_glace', NOW_OVER)] : mode === 'samuAfterGlass' ? [s.glassBroken(who)] : [];
  return [
    ...(came !== 'normal' && session ? [s.glassBroken(who, came)] : passed),
    ...(refused ? [s.preferred(came === 'centre_15' ? 'ETREAT' : 'BTG', 'deny')] : []),
    ...(throughMasks ? [s.preferred('MASKED', 'permit')] : []),
  ];
};

const kinds = {
  report: {},
  assessment: { typeCode: '83901-9', category: 'CPT_REND' },
  directives: { typeCode: 'EXPPAT_3', category: 'DIR_ANT' },
  vaccination: { typeCode: '11369-6', category: 'CAR_VAC' },
};
type Asked = readonly [document: Partial<DocumentFacts>, ...masks: AccessEvent[]];
const documentOf = remembered((who: Professional): Readonly<Record<oracle.DocumentState, Asked>> => {
  const him = s.oneOf(who);
  const own = { authors: [who.id] };
  const unmasked: AccessEvent = { type: 'DocumentsUnmasked', v: 1, sets: ['set-1'] };
  return {
    plain: [kinds.report],
    assessment: [kinds.assessment],
    directives: [kinds.directives],
    vaccination: [kinds.vaccination],
    masked: [{}, s.masked('set-0', 'set-1')],
    maskedAtDeposit: [{ masked: true }],
    maskedWithAll: [{}, unmasked, { type: 'AllDocumentsMasked', v: 1 }],
    unmasked: [{ masked: true }, s.masked('set-1'), unmasked],
    unmaskedWithAll: [{ masked: true }, s.masked('set-1'), { type: 'AllDocumentsUnmasked', v: 1 }],
    maskedFromHim: [{}, s.maskedFrom('set-1', him, AT)],
    maskedFromHisPlace: [{}, s.maskedFrom('set-1', clinic)],
    maskedFromAnother: [{}, s.maskedFrom('set-1', s.oneOf(s.stranger)), s.maskedFrom('set-2', him)],
    maskToCome: [{}, s.maskedFrom('set-1', him, p.later(AT, 1))],
    maskOver: [{}, s.maskedFrom('set-1', him, p.DAY_0, AT)],
    maskRunningAndToCome: [{}, s.maskedFrom('set-1', him, p.DAY_0, p.later(AT, 1)), s.maskedFrom('set-1', him, p.day(20), p.day(21))],
    maskedDirectives: [kinds.directives, s.masked('set-1')],
    maskedVaccination: [kinds.vaccination, s.masked('set-1')],
    own: [own],
    ownMasked: [{ ...own, masked: true }, s.maskedFrom('set-1', him)],
    ownAssessment: [{ ...own, ...kinds.assessment }],
    hiddenFromHolder: [{ hiddenFrom: ['HOLDER'] }],
    hiddenFromRepresentatives: [{ hiddenFrom: ['REPRESENTATIVES'] }],
  };
});

const represented: AccessEvent = { type: 'LegalRepresentativeLinked', v: 1, subject: p.bruno.subject, until: s.LATE };
const isProfessional = (role: oracle.Cell['role']): role is oracle.Role => role in professionals;

interface Played {
  readonly verdict: Verdict;
  readonly history: readonly AccessEvent[];
  readonly facts: AccessFacts;
}
const play = ({ role, relation, mode, document, status }: oracle.Cell): Played => {
  const who = isProfessional(role) ? professionals[role] : s.nurse;
  const actor = isProfessional(role) ? s.asking(who) : others[role];
  // What the documents of others are is written by somebody else than who asks.
  const [own = {}, ...masks] = document === null ? [] : documentOf(who)[document];
  const history = [represented, ...relationOf(who)[relation], ...waysOf(who, mode), ...masks];
  const facts = s.factsAfter(history, lives[status]);
  const asked = { actor, facts, at: AT, mode: oracle.modeOf(mode), law };
  const shown = { ...s.report({ authors: [s.stranger.id] }), ...own };
  const verdict = document === null ? matrix.DepositDocument(asked) : matrix.GetDocument({ ...asked, document: shown });
  return { verdict, history, facts };
};

/** A receipt says what was decided, by which rule, under which matrix, and rests on facts that exist. */
const flawOf = ({ role }: oracle.Cell, { verdict: { refusal, receipt, viewer }, history }: Played): string | null => {
  if ((refusal === null) !== (receipt.outcome === 'ALLOW')) return 'the receipt says another outcome than the answer';
  if (receipt.matrix !== (isProfessional(role) ? law.matrix.version : null)) return `matrix ${receipt.matrix}`;
  if (refusal !== null && viewer !== null) return 'somebody who is refused looks at nothing';
  const missing = receipt.facts.filter(
    ({ stream, rev }) => !(stream === 'record' ? rev === 0 : stream === 'access' && rev < history.length),
  );
  if (missing.length > 0) return `rests on ${JSON.stringify(missing)}`;
  return receipt.facts.length > 0 ||
    !['blocked', 'masked', 'masked-from-you', 'consent-withdrawn', 'emergency-refused'].includes(receipt.reason)
    ? null
    : `${receipt.reason} rests on nothing`;
};

/** All of it in an active space; elsewhere what a status can change. */
const cellsOf = (role: oracle.Cell['role']): oracle.Cell[] =>
  oracle.statuses.flatMap((status) =>
    oracle.relations.flatMap((relation) =>
      (status === 'ACTIVE' && isProfessional(role) ? oracle.modes : (['normal', 'glass'] as const)).flatMap((mode) =>
        [null, ...(status === 'ACTIVE' ? oracle.documentStates : (['plain', 'own'] as const))].map((document): oracle.Cell => ({
          role,
          relation,
          mode,
          document,
          status,
        })),
      ),
    ),
  );

const seen = new Map<string, number>();
let cells = 0;

describe('The decision', () => {
  it.each([...oracle.roles, ...oracle.OTHERS])(
    'is what the rules say of %s, in every relation, mode, document state and operation',
    (role) => {
      const wrong: string[] = [];
      for (const cell of cellsOf(role)) {
        const played = play(cell);
        const { reason, rule, outcome } = played.verdict.receipt;
        const expected = oracle.expectedOf(cell);
        const got = { allowed: outcome === 'ALLOW', rule, reason };
        const flaw =
          JSON.stringify(got) === JSON.stringify(expected)
            ? flawOf(cell, played)
            : `${JSON.stringify(got)} for ${JSON.stringify(expected)}`;
        if (flaw !== null) wrong.push(`${Object.values(cell).join(' ')}: ${flaw}`);
        seen.set(`${rule} ${reason}`, (seen.get(`${rule} ${reason}`) ?? 0) + 1);
        cells++;
      }
      expect(wrong.slice(0, 20)).toEqual([]);
    },
  );

  it('was asked in at least 2,000 cells, and gave every answer there is', () => {
    expect(cells).toBeGreaterThan(50_000);
    expect([...seen.keys()].sort()).toMatchInlineSnapshot(`
     [
       "2 not-open",
       "3 never-allowed",
       "4a blocked",
       "4b ADMINISTRATOR",
       "4b ATTENDING_DOCTOR",
       "4b CARE_TEAM",
       "4b CONSENT",
       "4b TEMPORARY_ACCESS",
       "4b consent-withdrawn",
       "4b express-consent-needed",
       "4b no-consent",
       "4e EMERGENCY",
       "4e consult-only",
       "4e emergency-not-open",
       "4e emergency-refused",
       "4e express-consent-needed",
       "4e never-allowed",
       "4e not-regulating",
       "5 ADMINISTRATOR",
       "5 ATTENDING_DOCTOR",
       "5 AUTHOR",
       "5 CARE_TEAM",
       "5 CONSENT",
       "5 EMERGENCY",
       "5 HOLDER",
       "5 REPRESENTATIVE",
       "5 TEMPORARY_ACCESS",
       "5b hidden-from-holder",
       "5b hidden-from-representatives",
       "5c masked",
       "5c masked-from-you",
       "5d matrix",
       "role CONSENT",
       "role FEEDING_DUTY",
       "role HOLDER",
       "role REPRESENTATIVE",
       "role blocked",
       "role consent-withdrawn",
       "role no-consent",
       "role not-allowed",
       "role not-open",
       "role nothing-here",
     ]
    `);
  });

  it('is the same for the same facts, also once they went through the log', () => {
    for (const role of oracle.roles)
      for (const cell of cellsOf(role).filter((_, n) => n % 97 === 0)) {
        const { verdict, history } = play(cell);
        const stored = JSON.parse(JSON.stringify(s.recorded('access', history).map((fact) => ({ ...fact, position: 0 })))) as ReturnType<
          typeof s.recorded
        >;
        const facts = foldAccess([...s.recorded('space', lives[cell.status]), ...stored]);
        expect(facts).toEqual(s.factsAfter(history, lives[cell.status]));
        expect(play(cell).verdict).toEqual(verdict);
      }
  });
});
