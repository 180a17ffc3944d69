import type { Subject } from '../shared/actor.js';
import type { Of } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';
import { changing, removing, type AccessDraft, type AccessStep } from './access-draft.js';
import type { AccessEvent, Grantee } from './access-vocabulary.js';
import type { Consent, MaskFrom, MaskWord } from './facts.js';

type Steps = { readonly [T in AccessEvent['type']]: AccessStep<Of<AccessEvent, T>> };

// National identifiers of professionals begin with a digit: as they are, they are keys that need not be built for each fact and each question.
export const professionalKey = (id: string): string => id;
export const facilityKey = (id: string): string => `@${id}`;
/** One text for one grantee. */
export const granteeKey = ({ kind, id }: Grantee): string => (kind === 'PROFESSIONAL' ? professionalKey(id) : facilityKey(id));
/** Whom such a text names. */
export const granteeOf = (key: string): Grantee =>
  key.startsWith('@') ? { kind: 'FACILITY', id: key.slice(1) } : { kind: 'PROFESSIONAL', id: key };
/** The mask of one set for one grantee. */
export const maskFromKey = (set: string, whom: Grantee): string => `${set} ${granteeKey(whom)}`;

const nothingChanges = (): void => undefined;
/** The same account at the same identity provider. */
export const sameAccount = (a: Subject, b: Subject): boolean => a.issuer === b.issuer && a.sub === b.sub;

/** Of the consents said before, those that a newer one does not replace: another basis, or an operation that it does not name. */
function lasting(before: Consent | undefined, newer: Pick<Consent, 'basis' | 'scope'>): Consent | undefined {
  if (before === undefined) return undefined;
  const earlier = lasting(before.earlier, newer);
  const replaced = before.basis === newer.basis && before.scope.every((operation) => newer.scope.includes(operation));
  return replaced ? earlier : { ...before, earlier };
}

/** Of the periods said before, those that are not over when the newer one is said. */
function running(before: MaskFrom | undefined, at: Instant): MaskFrom | undefined {
  if (before === undefined) return undefined;
  const earlier = running(before.earlier, at);
  return before.until !== null && before.until <= at ? earlier : { ...before, earlier };
}

const sayOfSets = (draft: AccessDraft, sets: readonly string[], word: MaskWord): void => {
  const masks = changing(draft, 'masks');
  for (const set of sets) masks.set(set, word);
};
/** What is said of everything goes before all that was said of one. */
const sayOfAll = ({ facts, owned }: AccessDraft, word: MaskWord): void => {
  facts.allMasked = word;
  facts.masks = new Map();
  owned.add('masks');
};

/** What each fact of `access-` says about access. */
export const accessSteps: Steps = {
  AccessConsentRecorded: (draft, { grantee, basis, scope, until }, because) => {
    const key = granteeKey(grantee);
    const consents = changing(draft, 'consents');
    consents.set(key, { basis, scope, until, because, earlier: lasting(consents.get(key), { basis, scope }) });
    // Who is allowed to feed again is not thereby allowed to read again, by himself or with his team.
    if (scope.includes('CONSULT')) removing(draft, 'withdrawn', key);
  },
  AccessConsentWithdrawn: (draft, { grantee }, because) => {
    const key = granteeKey(grantee);
    removing(draft, 'consents', key);
    removing(draft, 'temporary', key);
    changing(draft, 'withdrawn').set(key, { because });
  },
  TemporaryAccessGranted: nothingChanges,
  TemporaryAccessRefused: nothingChanges,
  TemporaryAccessUsed: (draft, { grantee, until }, because) => {
    const key = granteeKey(grantee);
    changing(draft, 'temporary').set(key, { until, because });
  },
  ProfessionalBlocked: (draft, { professional }, because) =>
    void changing(draft, 'blocked').set(professionalKey(professional), { because }),
  ProfessionalUnblocked: (draft, { professional }) => removing(draft, 'blocked', professionalKey(professional)),
  FacilityBlocked: (draft, { facility }, because) => void changing(draft, 'blocked').set(facilityKey(facility), { because }),
  FacilityUnblocked: (draft, { facility }) => removing(draft, 'blocked', facilityKey(facility)),
  AttendingDoctorDeclared: ({ facts }, { professional }, because) => {
    facts.attendingDoctor = { professional, because };
  },
  AttendingDoctorEnded: ({ facts }, { professional }) => {
    if (facts.attendingDoctor?.professional === professional) facts.attendingDoctor = null;
  },
  AdministratorGranted: (draft, { professional }, because) => void changing(draft, 'administrators').set(professional, { because }),
  AdministratorRevoked: (draft, { professional }) => removing(draft, 'administrators', professional),
  EmergencyPreferenceSet: ({ facts }, { which, value }, because) => {
    facts.switches = { ...facts.switches, [which]: { value, because } };
  },
  BreakGlassUsed: (draft, { professional, mode, until }, because) =>
    void changing(draft, 'emergencies').set(professional, { mode, until, because }),
  LegalRepresentativeLinked: ({ facts }, { subject, until }, because) => {
    facts.representatives = [...facts.representatives.filter((one) => !sameAccount(one.subject, subject)), { subject, until, because }];
  },
  LegalRepresentationEnded: ({ facts }, { subject }) => {
    facts.representatives = facts.representatives.filter((one) => !sameAccount(one.subject, subject));
  },
  DocumentsMasked: (draft, { sets }, because, at) => sayOfSets(draft, sets, { masked: true, at, because }),
  DocumentsUnmasked: (draft, { sets }, because, at) => sayOfSets(draft, sets, { masked: false, at, because }),
  AllDocumentsMasked: (draft, _, because, at) => sayOfAll(draft, { masked: true, at, because }),
  AllDocumentsUnmasked: (draft, _, because, at) => sayOfAll(draft, { masked: false, at, because }),
  DefaultConfidentialitySet: ({ facts }, { masked }, because) => {
    facts.maskedByDefault = { masked, because };
  },
  DocumentMaskedFrom: (draft, { set, whom, from, until }, because, at) => {
    const key = maskFromKey(set, whom);
    const masks = changing(draft, 'masksFrom');
    masks.set(key, { from, until, because, earlier: running(masks.get(key), at) });
  },
  DocumentMaskLifted: (draft, { set, whom }) => removing(draft, 'masksFrom', maskFromKey(set, whom)),
};
