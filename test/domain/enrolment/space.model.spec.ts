import fc from 'fast-check';
import { foldAccess } from '../../../src/domain/access/fold-access.js';
import { matrix } from '../../../src/domain/access/matrix.js';
import { space } from '../../../src/domain/enrolment/space.js';
import type { Space, SpaceCommand, SpaceEvent } from '../../../src/domain/enrolment/space-vocabulary.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import { decide, evolve, replay, type Issued } from '../../../src/domain/shared/decider.js';
import { isRejection } from '../../../src/domain/shared/rejection.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import { deepFreeze } from '../../support/deep-freeze.js';
import { law, recorded } from '../../support/access-stories.js';
import { DAY, isoOf } from '../../support/hand-calendar.js';
import { blankSheet, epochByHand, LAWFUL, nameOfFact, note, type Sheet } from '../../support/legal-space.js';
import { factsOf } from '../../support/specification.js';

const KINDS = Object.keys(space.decide) as SpaceCommand['type'][];
/** The frequent wishes come more often, so that long lives are lived within one run. */
const MOST: readonly SpaceCommand['type'][] = [
  'RegisterOpposition',
  'InviteHolder',
  'ActivateSpace',
  'OpenAutomatically',
  'RenewProvisionalCode',
  'CloseSpace',
  'ReopenSpace',
];
const WAITS = [0, 1, 29_999, 30_000, 600_001, DAY, 5 * DAY, 20 * DAY, 365 * DAY, 'deadline', 'opening', 'archive', 'beyond'] as const;

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 5 }, { arbitrary: fc.constantFrom(...others), weight: 2 });
const steps = fc.record({
  wish: fc.oneof(fc.constantFrom(...KINDS), fc.constantFrom(...MOST)),
  wait: fc.constantFrom(...WAITS),
  who: mostly('proper', 'alice', 'weak alice', 'stale alice', 'bruno', 'bearer', 'agent', 'operator', 'compliance', 'scheduler'),
  proof: mostly('CODE' as const, 'PHONE' as const, 'NONE' as const),
  code: mostly('living' as const, 'former' as const, 'unknown' as const),
  card: mostly(true, false),
  checks: mostly(true, false),
  terms: mostly(true, false),
  /** The same wish so many times in a row. */
  times: mostly(1, 5),
  backdated: mostly(
    null,
    { days: 40, by: 'agent-2' },
    { days: 3, by: 'agent-2' },
    { days: 30, by: 'agent-2' },
    { days: 3, by: 'agent-1' },
    { days: -1, by: 'agent-2' },
  ),
});
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

const momentOf = ({ wait }: Step, now: number, sheet: Sheet): number => {
  if (typeof wait === 'number') return now + wait;
  const target = { deadline: sheet.opposableUntil, opening: sheet.opensAt, archive: sheet.archivedUntil, beyond: sheet.archivedUntil }[
    wait
  ];
  return target === '' ? now : Math.max(now, epochByHand(target) + (wait === 'beyond' ? 1 : 0));
};

const actorOf = ({ who, wish, proof }: Step, at: Instant): Actor => {
  const alice = p.freshly(p.alice, at);
  const people: Readonly<Record<string, Actor>> = {
    alice,
    'weak alice': p.weakly(alice),
    'stale alice': p.alice,
    bruno: p.freshly(p.bruno, at),
    bearer: p.bearer,
    agent: p.agent,
    operator: p.operator,
    compliance: p.compliance,
    scheduler: p.scheduler,
  };
  const named = people[who];
  if (named) return named;
  if (['ActivateSpace', 'AcceptTerms', 'ReopenSpace'].includes(wish) || (wish === 'CloseSpace' && proof !== 'PHONE')) return alice;
  if (['RegisterOpposition', 'WithdrawOpposition', 'BlockAutomaticCreation', 'RenewProvisionalCode', 'CloseSpace'].includes(wish))
    return proof === 'PHONE' ? p.agent : p.bearer;
  return p.scheduler;
};

const commandOf = (step: Step, n: number, at: Instant, sheet: Sheet): SpaceCommand => {
  const fresh = { seed: `seed-${n}`, codeDigest: `digest-${n}` };
  const digest = { living: sheet.code?.digest, former: sheet.formerCodes.at(-1), unknown: undefined }[step.code] ?? 'no-such-digest';
  const code = (step.card ? p.aliceShows : p.strangerShows)({ seed: '', codeDigest: digest });
  const phone = step.checks ? p.phoneChecks : ({ kind: 'PHONE', checked: ['INS'] } as const);
  const identity = step.proof === 'PHONE' ? phone : code;
  const terms = step.terms ? p.TERMS : { conditions: 'old', privacy: 'old' };
  const reason = 'NOT_LEGAL_REPRESENTATIVE';
  const back = step.backdated ? { on: isoOf(epochByHand(at) - step.backdated.days * DAY) as Instant, supervisor: step.backdated.by } : {};
  const wishes: { readonly [T in SpaceCommand['type']]: Extract<SpaceCommand, { type: T }> } = {
    DeclareEligible: p.declare as Extract<SpaceCommand, { type: 'DeclareEligible' }>,
    InviteHolder: { type: 'InviteHolder', campaign: p.CAMPAIGN, code: fresh },
    ReportDelay: { type: 'ReportDelay', sentAt: sheet.sentAt as Instant },
    ReportBounce: { type: 'ReportBounce', report: `report-${n}` },
    RenewProvisionalCode: {
      type: 'RenewProvisionalCode',
      proof: step.proof === 'PHONE' ? phone : { ...code, kind: 'CARD' },
      channel: 'POST',
      code: fresh,
    },
    RegisterOpposition: { type: 'RegisterOpposition', proof: identity, ...back },
    WithdrawOpposition: { type: 'WithdrawOpposition', proof: identity },
    OpenAutomatically: { type: 'OpenAutomatically' },
    ReportOpeningFailure: { type: 'ReportOpeningFailure', reason: 'technical' },
    BlockAutomaticCreation: { type: 'BlockAutomaticCreation', proof: identity, reason },
    ActivateSpace: { type: 'ActivateSpace', proof: code, terms },
    AcceptTerms: { type: 'AcceptTerms', terms },
    CloseSpace: { type: 'CloseSpace', ...(step.proof === 'PHONE' ? { proof: phone } : {}) },
    ReopenSpace: { type: 'ReopenSpace', ...(step.proof === 'CODE' ? { proof: code } : {}) },
  };
  return wishes[step.wish];
};

const claim = (holds: boolean, rule: string): void => {
  if (!holds) throw new Error(`broken: ${rule}`);
};

/** What must hold of the facts a wish brought about, seen from the sheet as it was before. */
const checkFacts = (sheet: Sheet, command: Issued<SpaceCommand>, facts: readonly SpaceEvent[]): void => {
  const { at } = command;
  const said = command.type === 'RegisterOpposition' ? (command.on ?? at) : at;
  const hindered = sheet.bounced || sheet.delayed || sheet.failed || sheet.blocked;
  const phoned = facts.length > 0 && 'proof' in command && command.proof?.kind === 'PHONE' && command.type !== 'CloseSpace';
  if (phoned) claim(command.by.role === 'support', 'the checks by phone are those of an agent');
  for (const fact of facts) {
    if (fact.type === 'SpaceOpened' && fact.mode === 'AUTOMATIC') {
      claim(at >= sheet.opensAt, 'never opened by the timer before its instant');
      claim(
        sheet.status === 'INVITED' && !sheet.bounced && !sheet.delayed && !sheet.blocked,
        'opened by the timer only when nothing stands in the way',
      );
    }
    if (fact.type === 'OppositionRegistered' && sheet.status !== 'ELIGIBLE')
      claim(said <= sheet.opposableUntil || (sheet.status === 'INVITED' && hindered), 'opposed in time');
    if (fact.type === 'OppositionWithdrawn' && sheet.informed) claim(at <= sheet.opposableUntil, 'withdrawn in time');
    if (fact.type === 'InvitationSent')
      claim(sheet.status === 'ELIGIBLE' || sheet.bounced || sheet.delayed, 'informed again only after a bounce or a delay');
    if (fact.type === 'InvitationDelayed') claim(sheet.informed && !sheet.delayed && !sheet.bounced, 'delayed once for each invitation');
    if (fact.type === 'InvitationBounced') claim(sheet.byEmail, 'only an e-mail bounces');
    if (fact.type === 'SpaceReopened') {
      claim(at <= sheet.archivedUntil, 'reopened within the archive');
      const holder = command.by.role === 'person' && command.by.assurance !== 'low' && command.by.subject.sub === sheet.holder;
      claim(holder || facts.some(({ type }) => type === 'ProvisionalCodeConsumed'), 'reopened by its holder, or with a code');
    }
    if (fact.type === 'SpaceClosed' && command.by.role !== 'support')
      claim(command.by.role === 'person' && command.by.subject.sub === sheet.holder, 'closed by its holder or by phone');
    if (fact.type === 'ProvisionalCodeRenewed' && sheet.status === 'CLOSED')
      claim(at <= sheet.archivedUntil, 'no code once the archive is over');
    if (fact.type === 'ProvisionalCodeConsumed')
      claim(sheet.code?.digest === fact.codeDigest && at <= sheet.code.until, 'only the living code is used');
  }
};

/** What must come of a wish that nothing forbids. */
const checkLiveness = (sheet: Sheet, command: Issued<SpaceCommand>, facts: readonly SpaceEvent[], step: Step): void => {
  const clear = sheet.status === 'INVITED' && !sheet.bounced && !sheet.delayed && !sheet.blocked;
  if (command.type === 'OpenAutomatically' && clear && command.at >= sheet.opensAt)
    claim(facts.length === 1, 'without an opposition the space opens');
  const phoned = command.type === 'RegisterOpposition' && command.by.role === 'support' && command.proof.kind === 'PHONE' && step.checks;
  if (phoned && !step.backdated && sheet.status === 'INVITED' && command.at <= sheet.opposableUntil)
    claim(
      facts.some(({ type }) => type === 'OppositionRegistered'),
      'an opposition in time is accepted',
    );
};

/** A wrong card with the living code is refused and remembered, and the fifth time locks the code. */
const checkRemembered = (sheet: Sheet, command: Issued<SpaceCommand>, refused: boolean, facts: readonly SpaceEvent[], step: Step): void => {
  const shown = 'proof' in command && command.proof?.kind === 'CODE' ? command.proof : null;
  if (!shown || !sheet.code || shown.codeDigest !== sheet.code.digest || command.at > sheet.code.until || step.card) return;
  const already = sheet.status === 'ACTIVE' && facts.length === 0 && !refused;
  if (already) return;
  const expected = [
    p.codeRefused(sheet.code.tries + 1, { seed: '', codeDigest: sheet.code.digest }),
    { ...p.codeLocked, codeDigest: sheet.code.digest },
  ];
  claim(
    refused && same(facts, sheet.code.tries === 4 ? expected : expected.slice(0, 1)),
    'a wrong card is remembered, the fifth one locks',
  );
};

/** Plain data, compared as text: `expect` is too slow for a hundred thousand steps. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const seen = new Set<string>();

const live = (story: readonly Step[]): void => {
  const sheet = blankSheet();
  const history: SpaceEvent[] = [];
  let state: Space = space.initial;
  let now = epochByHand(p.DAY_0);
  const repeated = story.flatMap((step) => [step, ...Array.from({ length: step.times - 1 }, () => ({ ...step, wait: 0 as const }))]);
  for (const [n, step] of repeated.entries()) {
    now = momentOf(step, now, sheet);
    const at = isoOf(now) as Instant;
    const command = deepFreeze({ ...commandOf(step, n, at, sheet), at, by: actorOf(step, at) }) as Issued<SpaceCommand>;
    const rights = foldAccess(recorded('space', history));
    if (matrix[command.type]({ actor: command.by, facts: rights, at, mode: 'normal', law }).refusal !== null) continue;
    const decision = decide(space, command, state);
    const facts = factsOf<SpaceEvent>(decision);
    checkFacts(sheet, command, facts);
    checkLiveness(sheet, command, facts, step);
    checkRemembered(sheet, command, isRejection(decision), facts, step);
    for (const fact of facts) seen.add(note(sheet, fact, at));
    state = facts.reduce<Space>((before, fact) => deepFreeze(evolve(space, before, fact)), state);
    history.push(...facts);
    claim(state.status === sheet.status, `${state.status} is ${sheet.status} by law`);
    const again = decide(space, command, state);
    if (facts.length === 0) claim(same(again, decision), 'the same answer to the same wish');
    else if (!isRejection(decision)) claim(same(again, []), 'a wish fulfilled once adds nothing the second time');
  }
  expect(replay(space, JSON.parse(JSON.stringify(history)) as SpaceEvent[])).toEqual(state);
};

describe('Whatever anybody wishes, in any order, at any time, with any proof', () => {
  it('no space ever leaves the law, in 2,000 lives of up to 40 wishes, some of them five times over', () => {
    const declaration = {
      wish: 'DeclareEligible',
      wait: 0,
      who: 'proper',
      proof: 'NONE',
      code: 'unknown',
      card: true,
      checks: true,
      terms: true,
      times: 1,
      backdated: null,
    } as const;
    const stories = fc.array(steps, { minLength: 10, maxLength: 40, size: 'max' }).map((story): Step[] => [declaration, ...story]);
    fc.assert(fc.property(stories, live), { numRuns: 2_000, seed: 20_261_122 });
  });

  it('and every lawful change has been lived through', () => {
    // The end of an archive is decided by rules of its own (ending.spec.ts).
    const own = Object.entries(LAWFUL).filter(([fact]) => fact !== 'DestructionRequested');
    const lawful = own.flatMap(([fact, rows]) =>
      Object.entries(rows).flatMap(([from, targets]) => targets.map((to) => `${fact}: ${from} -> ${to === '=' ? from : to}`)),
    );
    expect([...seen].sort()).toEqual(lawful.sort());
  });

  it('each fact has its row in the law', () => {
    expect([...new Set(Object.keys(LAWFUL).map((name) => name.split(' ')[0]))].sort()).toEqual(Object.keys(space.evolve).sort());
    expect(nameOfFact(p.openedByItself)).toBe('SpaceOpened AUTOMATIC');
  });
});
