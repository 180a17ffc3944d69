import type { Right } from '../../application/access/rights.queries.js';
import { granteeOf } from '../../domain/access/access-steps.js';
import { switchOf } from '../../domain/access/emergency.js';
import type { Grantee } from '../../domain/access/access-vocabulary.js';
import type { AccessFacts, Consent, FactRef, MaskFrom } from '../../domain/access/facts.js';
import type { Instant } from '../../domain/shared/time.js';

/** A right as the facts tell it, before names and dates are found for it. */
export interface Standing extends Pick<Right, 'kind' | 'basis' | 'scope' | 'from' | 'until'> {
  /** Null: a representative, of whom nothing but an account is known. */
  readonly grantee: Grantee | null;
  /** Of a mask. */
  readonly set: string | null;
  readonly because: FactRef;
}
const plain = { basis: null, scope: [], from: null, until: null, set: null } as const;
const ALL = ['CONSULT', 'FEED'] as const;

const professional = (id: string): Grantee => ({ kind: 'PROFESSIONAL', id });

/** Each of a chain, the latest first. */
function chain<T extends { readonly earlier?: T | undefined }>(latest: T): readonly T[] {
  return [latest, ...(latest.earlier ? chain(latest.earlier) : [])];
}

/** Feeding goes on under a consent that no longer lets read (CSP R.1111-47). */
const consented = (grantee: Grantee, latest: Consent, at: Instant): readonly Standing[] =>
  chain(latest)
    .map(({ basis, scope, until, because }) => ({ until, basis, because, scope: scope.filter((one) => one === 'FEED' || at < until) }))
    .filter(({ scope }) => scope.length > 0)
    .map((one) => ({ ...plain, ...one, kind: 'CONSENT' as const, grantee }));

function masked(key: string, latest: MaskFrom, at: Instant): readonly Standing[] {
  const cut = key.indexOf(' ');
  const [set, grantee] = [key.slice(0, cut), granteeOf(key.slice(cut + 1))];
  return chain(latest)
    .filter(({ until }) => until === null || at < until)
    .map(({ from, until, because }) => ({ ...plain, kind: 'MASK' as const, grantee, set, from, until, because }));
}

/** Who is trusted by name, and has no end. */
const trusted = ({ attendingDoctor, administrators }: AccessFacts): readonly Standing[] => [
  ...(attendingDoctor
    ? [
        {
          ...plain,
          kind: 'ATTENDING_DOCTOR' as const,
          grantee: professional(attendingDoctor.professional),
          scope: ALL,
          because: attendingDoctor.because,
        },
      ]
    : []),
  ...[...administrators].map(([id, { because }]) => ({
    ...plain,
    kind: 'ADMINISTRATOR' as const,
    grantee: professional(id),
    scope: ALL,
    because,
  })),
];

/** An emergency ends before its hour when the holder refuses its mode; a call lets read, breaking the glass lets feed too. */
const urgent = ({ emergencies, switches }: Pick<AccessFacts, 'emergencies' | 'switches'>): readonly Standing[] =>
  [...emergencies].flatMap(([id, { mode, until, because }]) => {
    const scope = mode === 'centre_15' ? (['CONSULT'] as const) : ALL;
    const right = { ...plain, kind: 'EMERGENCY_ACCESS' as const, grantee: professional(id), scope, until, because };
    return switchOf({ mode }, { switches }).value === 'deny' ? [] : [right];
  });

/** What ends by itself, as long as it has not. */
const passing = ({ temporary, representatives, ...facts }: AccessFacts): readonly Standing[] => [
  ...[...temporary].map(([key, { until, because }]) => ({
    ...plain,
    kind: 'TEMPORARY_ACCESS' as const,
    grantee: granteeOf(key),
    scope: ALL,
    until,
    because,
  })),
  ...urgent(facts),
  ...representatives.map(({ until, because }) => ({
    ...plain,
    kind: 'REPRESENTATIVE' as const,
    grantee: null,
    scope: ALL,
    until,
    because,
  })),
];

/** All that gives or takes visibility at this moment, from the facts that decisions rest on. */
export const standingRights = (facts: AccessFacts, at: Instant): readonly Standing[] => [
  ...trusted(facts),
  ...[...facts.consents].flatMap(([key, latest]) => consented(granteeOf(key), latest, at)),
  ...passing(facts).filter(({ until }) => until !== null && at < until),
  ...[...facts.blocked].map(([key, { because }]) => ({ ...plain, kind: 'BLOCK' as const, grantee: granteeOf(key), because })),
  ...[...facts.masksFrom].flatMap(([key, latest]) => masked(key, latest, at)),
];
