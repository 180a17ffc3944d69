import { foldAccess } from '../../dist/domain/access/fold-access.js';
import { decideAccess } from '../../dist/domain/access/decide-access.js';
import { decideDocument } from '../../dist/domain/access/decide-document.js';
import { interleave } from '../lib.mjs';

const ID = '00000000-0000-4000-8000-000000000000';
const AT = '2026-06-01T08:00:00.000Z';
const UNTIL = '2027-06-01T08:00:00.000Z';
const NURSE = { system: '1.2.250.1.71.1.2.7', code: '60' };
const nurse = { id: '810000000001', name: 'Example', profession: NURSE, facility: { id: '010000001', name: 'Example' }, regulating: false };
const law = {
  matrix: {
    version: 1,
    professions: new Set(['1.2.250.1.71.1.2.7|60', '1.2.250.1.71.1.2.7|10']),
    allowed: new Set(['1.2.250.1.71.1.2.7|60 11502-2']),
  },
};

/** The facts of a life: consents, blocks, masks one by one and against somebody, in the proportions of somebody who uses all of it. */
const KINDS = [
  (n) => ({ type: 'AccessConsentRecorded', grantee: professional(n), basis: 'CARE_TEAM', scope: ['CONSULT', 'FEED'], until: UNTIL }),
  (n) => ({ type: 'DocumentsMasked', sets: [`set-${n}`] }),
  (n) => ({ type: 'ProfessionalBlocked', professional: professional(n).id }),
  (n) => ({ type: 'DocumentMaskedFrom', set: `set-${n}`, whom: professional(n), from: AT, until: null }),
  (n) => ({ type: 'AccessConsentWithdrawn', grantee: professional(n - 4) }),
];
const professional = (n) => ({ kind: 'PROFESSIONAL', id: `8100000${String(n).padStart(5, '0')}` });
const recorded = (category, event, rev) => ({
  stream: `${category}-${ID}`,
  event: { v: 1, ...event },
  rev,
  at: AT,
  position: BigInt(rev),
  meta: {},
});
const history = [
  recorded('space', { type: 'PersonDeclaredEligible', birthDate: '1987-01-15' }, 0),
  recorded('space', { type: 'SpaceOpened', mode: 'AUTOMATIC' }, 1),
  recorded('access', { ...KINDS[0](0), grantee: { kind: 'FACILITY', id: nurse.facility.id } }, 0),
  ...Array.from({ length: 199 }, (_, n) => recorded('access', KINDS[n % KINDS.length](n + 5), n + 1)),
];
const documents = Array.from({ length: 50 }, (_, n) => ({
  document: `document-${n}`,
  set: `set-${n * 7}`,
  since: AT,
  depositedAt: AT,
  typeCode: '11502-2',
  category: 'BIOLOGIE',
  authors: ['810000000009'],
  masked: false,
  hiddenFrom: [],
  status: 'CURRENT',
  because: { stream: 'record', rev: n },
}));

const request = { professional: nurse, operation: 'CONSULT', mode: 'normal', at: AT };
const given = foldAccess(history);
const viewer = { kind: 'PROFESSIONAL', professional: nurse, mode: 'normal', ground: 'CARE_TEAM', rubricsOnly: false };
const once = {
  'fold and decision': () => decideAccess(request, foldAccess(history), law).allowed,
  decision: () => decideAccess(request, given, law).allowed,
  document: (n) => decideDocument(documents[n % documents.length], viewer, given, law, AT).receipt.rule !== '',
};

/** Calls per second, without ever waiting: one core. */
function rateOf(call, seconds) {
  const started = performance.now();
  const end = started + seconds * 1_000;
  let calls = 0;
  let allowed = 0;
  do for (let i = 0; i < 1_000; i++, calls++) allowed += call(calls) ? 1 : 0;
  while (performance.now() < end);
  if (allowed !== calls) throw new Error('a decision that should allow does not');
  return (calls / (performance.now() - started)) * 1_000;
}

/** P18: what the gate computes for every request, in process: the fold of 200 facts with the matrix, and the decision alone on facts that are there. A note for each. */
export async function decisionNotes({ rounds, seconds }) {
  for (const call of Object.values(once)) rateOf(call, 0.2);
  const rates = await interleave(rounds, {
    folded: () => rateOf(once['fold and decision'], seconds),
    given: () => rateOf(once.decision, seconds),
    document: () => rateOf(once.document, seconds),
  });
  return [
    said('the gate in process, fold of 200 access facts and decision', rates.folded, 20_000),
    said('the gate in process, decision on facts at hand', rates.given, 200_000),
    said('one document more, facts at hand', rates.document, 200_000),
  ];
}

const whole = (rate) => Math.round(rate).toLocaleString('en');
const said = (what, { median, min, max }, bar) =>
  `P18: ${what}, one core: ${whole(median)}/s (${whole(min)}–${whole(max)}, bar: ${whole(bar)}): ${median >= bar ? 'met' : '**not met**'}`;
