import type { CaseEvent } from '../../domain/audit/case-vocabulary.js';
import type { Actor } from '../../domain/shared/actor.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { guarded, nullable, table, type Projected, type Projection } from '../shared/projection.js';

const COMPLIANCE = { only: 'COMPLIANCE' } as const;

/**
 * Reviews as they stand. They speak of who looked and stay when the space is destroyed, whose id then leads nowhere: the column is not called as those are
 * that go with a space.
 */
const cases = guarded(
  table(
    'review_case',
    { case_id: 'text' },
    {
      position: 'bigint',
      opened_at: 'timestamptz',
      cause: 'text',
      reason: nullable('text'),
      rule: nullable('text'),
      rules: nullable('integer'),
      measured: nullable('integer'),
      most: nullable('integer'),
      accesses: nullable('jsonb'),
      actor: 'text',
      about_space: nullable('uuid'),
      /** Of an emergency: the revision of its fact in the access stream. */
      access_rev: nullable('integer'),
      state: 'text',
      due: 'timestamptz',
      fell_due: nullable('timestamptz'),
      assignee_issuer: nullable('text'),
      assignee_sub: nullable('text'),
      outcome: nullable('text'),
      closed_at: nullable('timestamptz'),
    },
    ['opened_at'],
    ['about_space', 'access_rev'],
  ),
  COMPLIANCE,
);
/** What happened to each, in order. */
const steps = guarded(
  table(
    'review_case_step',
    { case_id: 'text', rev: 'integer' },
    { at: 'timestamptz', kind: 'text', by: 'text', text: nullable('text'), due: nullable('timestamptz'), outcome: nullable('text') },
  ),
  COMPLIANCE,
);

interface Said {
  readonly text?: string;
  readonly due?: string;
  readonly outcome?: string;
}
const nameOfStaff = (who: Actor): string => ('subject' in who ? `${who.subject.issuer}|${who.subject.sub}` : who.role);
const step = ({ event, rev, at, meta }: Recorded<CaseEvent>, case_id: string, { text, due, outcome }: Said = {}): Projected => [
  steps.put(
    { case_id, rev },
    { at, kind: event.type, by: nameOfStaff(meta.who), text: text ?? null, due: due ?? null, outcome: outcome ?? null },
  ),
];

/** Every review of accesses, and every alert with it. */
export const reviewCases: Projection<CaseEvent> = {
  name: 'review-cases',
  version: 1,
  reads: ['case'],
  tables: [cases, steps],
  on: {
    // The fact behind it opens the case, and says until when.
    AlertRaised: (fact, case_id) => {
      const { rule, rules, looker, space, measured, most, accesses, on } = fact.event;
      const row = { ...BEFORE, position: fact.position, opened_at: fact.at, cause: 'ALERT', rule, rules, measured, most, due: on };
      const its = { ...row, accesses: JSON.stringify(accesses), actor: looker.actor, about_space: space ?? null };
      return [cases.put({ case_id }, its), ...step(fact, case_id)];
    },
    CaseOpened: (fact, case_id) => {
      const { cause, looker, space, due } = fact.event;
      if (cause.kind === 'ALERT') return [cases.patch({ case_id }, { due }), ...step(fact, case_id, { due })];
      const row = { ...BEFORE, ...NO_ALERT, position: fact.position, opened_at: fact.at, cause: cause.kind, actor: looker.actor, due };
      const its = cause.kind === 'HAND' ? { reason: cause.reason } : { access_rev: cause.rev };
      return [cases.put({ case_id }, { ...row, about_space: space ?? null, ...its }), ...step(fact, case_id, { due })];
    },
    CaseAssigned: (fact, case_id) => {
      const { issuer, sub } = fact.event.assignee;
      const patch = cases.patch({ case_id }, { assignee_issuer: issuer, assignee_sub: sub });
      return [patch, ...step(fact, case_id, { text: `${issuer}|${sub}` })];
    },
    CaseDueSet: (fact, case_id) => [cases.patch({ case_id }, { due: fact.event.due }), ...step(fact, case_id, fact.event)],
    CaseCommented: (fact, case_id) => step(fact, case_id, { text: fact.event.text }),
    CaseFellDue: (fact, case_id) => [cases.patch({ case_id }, { fell_due: fact.event.due }), ...step(fact, case_id, fact.event)],
    CaseClosed: (fact, case_id) => {
      const { outcome, reason: text } = fact.event;
      return [cases.patch({ case_id }, { state: 'CLOSED', outcome, closed_at: fact.at }), ...step(fact, case_id, { text, outcome })];
    },
    CaseReopened: (fact, case_id) => {
      const { due, reason: text } = fact.event;
      const anew = { state: 'OPEN', due, fell_due: null, outcome: null, closed_at: null, assignee_issuer: null, assignee_sub: null };
      return [cases.patch({ case_id }, anew), ...step(fact, case_id, { text, due })];
    },
  },
};

const BEFORE = {
  reason: null,
  access_rev: null,
  state: 'OPEN',
  fell_due: null,
  assignee_issuer: null,
  assignee_sub: null,
  outcome: null,
  closed_at: null,
} as const;
const NO_ALERT = { rule: null, rules: null, measured: null, most: null, accesses: null } as const;
