import type { Of } from '../shared/decider.js';
import type { AccessEvent, Grantee } from './access-vocabulary.js';
import type { AccessFacts, AccessStep } from './facts.js';

type Steps = { readonly [T in AccessEvent['type']]: AccessStep<Of<AccessEvent, T>> };

/** One text for one grantee. */
export const granteeKey = ({ kind, id }: Grantee): string => `${kind} ${id}`;
export const professionalKey = (id: string): string => granteeKey({ kind: 'PROFESSIONAL', id });
export const facilityKey = (id: string): string => granteeKey({ kind: 'FACILITY', id });
/** The mask of one set for one grantee. */
export const maskFromKey = (set: string, whom: Grantee): string => `${set} ${granteeKey(whom)}`;

const withEntry = <V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> => new Map(map).set(key, value);
const without = <V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> => {
  const left = new Map(map);
  left.delete(key);
  return left;
};
const unchanged = (facts: AccessFacts): AccessFacts => facts;
const sameAccount = (a: { issuer: string; sub: string }, b: { issuer: string; sub: string }) => a.issuer === b.issuer && a.sub === b.sub;

/** What each fact of `access-` says about access. */
export const accessSteps: Steps = {
  AccessConsentRecorded: (facts, { grantee, basis, scope, until }, because) => ({
    ...facts,
    consents: withEntry(facts.consents, granteeKey(grantee), { basis, scope, until, because }),
    withdrawn: without(facts.withdrawn, granteeKey(grantee)),
  }),
  AccessConsentWithdrawn: (facts, { grantee }, because) => ({
    ...facts,
    consents: without(facts.consents, granteeKey(grantee)),
    temporary: without(facts.temporary, granteeKey(grantee)),
    withdrawn: withEntry(facts.withdrawn, granteeKey(grantee), { because }),
  }),
  TemporaryAccessGranted: unchanged,
  TemporaryAccessRefused: unchanged,
  TemporaryAccessUsed: (facts, { grantee, until }, because) => ({
    ...facts,
    temporary: withEntry(facts.temporary, granteeKey(grantee), { until, because }),
    withdrawn: without(facts.withdrawn, granteeKey(grantee)),
  }),
  ProfessionalBlocked: (facts, { professional }, because) => ({
    ...facts,
    blocked: withEntry(facts.blocked, professionalKey(professional), { because }),
  }),
  ProfessionalUnblocked: (facts, { professional }) => ({ ...facts, blocked: without(facts.blocked, professionalKey(professional)) }),
  FacilityBlocked: (facts, { facility }, because) => ({
    ...facts,
    blocked: withEntry(facts.blocked, facilityKey(facility), { because }),
  }),
  FacilityUnblocked: (facts, { facility }) => ({ ...facts, blocked: without(facts.blocked, facilityKey(facility)) }),
  AttendingDoctorDeclared: (facts, { professional }, because) => ({ ...facts, attendingDoctor: { professional, because } }),
  AttendingDoctorEnded: (facts, { professional }) =>
    facts.attendingDoctor?.professional === professional ? { ...facts, attendingDoctor: null } : facts,
  AdministratorGranted: (facts, { professional }, because) => ({
    ...facts,
    administrators: withEntry(facts.administrators, professional, { because }),
  }),
  AdministratorRevoked: (facts, { professional }) => ({ ...facts, administrators: without(facts.administrators, professional) }),
  EmergencyPreferenceSet: (facts, { which, value }, because) => ({
    ...facts,
    switches: { ...facts.switches, [which]: { value, because } },
  }),
  BreakGlassUsed: (facts, { professional, mode, until }, because) => ({
    ...facts,
    emergencies: withEntry(facts.emergencies, professional, { mode, until, because }),
  }),
  LegalRepresentativeLinked: (facts, { subject, until }, because) => ({
    ...facts,
    representatives: [...facts.representatives.filter((one) => !sameAccount(one.subject, subject)), { subject, until, because }],
  }),
  LegalRepresentationEnded: (facts, { subject }) => ({
    ...facts,
    representatives: facts.representatives.filter((one) => !sameAccount(one.subject, subject)),
  }),
  DocumentsMasked: (facts, { sets }, because, at) => ({ ...facts, masks: said(facts, sets, { masked: true, at, because }) }),
  DocumentsUnmasked: (facts, { sets }, because, at) => ({ ...facts, masks: said(facts, sets, { masked: false, at, because }) }),
  AllDocumentsMasked: (facts, _, because, at) => ({ ...facts, allMasked: { masked: true, at, because }, masks: new Map() }),
  AllDocumentsUnmasked: (facts, _, because, at) => ({ ...facts, allMasked: { masked: false, at, because }, masks: new Map() }),
  DefaultConfidentialitySet: (facts, { masked }, because) => ({ ...facts, maskedByDefault: { masked, because } }),
  DocumentMaskedFrom: (facts, { set, whom, from, until }, because) => ({
    ...facts,
    masksFrom: withEntry(facts.masksFrom, maskFromKey(set, whom), { from, until, because }),
  }),
  DocumentMaskLifted: (facts, { set, whom }) => ({ ...facts, masksFrom: without(facts.masksFrom, maskFromKey(set, whom)) }),
};

const said = ({ masks }: AccessFacts, sets: readonly string[], word: { masked: boolean; at: AccessFactsAt; because: Because }) =>
  sets.reduce((all, set) => withEntry(all, set, word), masks);
type AccessFactsAt = Parameters<Steps['DocumentsMasked']>[3];
type Because = Parameters<Steps['DocumentsMasked']>[2];
