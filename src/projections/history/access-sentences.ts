import type { Words } from '../../application/record/words.js';
import type { AccessEvent, ConsentBasis, EmergencySwitch, Grantee, Operation } from '../../domain/access/access-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/time.js';
import { englishDay, frenchDay, frenchTime, parisTime } from '../../application/shared/paris-words.js';
import { did, from, named, words, type Sentence, type Telling } from './words.js';

/** `mardi 1 décembre 2026 à 12 h 30`. */
const moment = (at: Instant): Words => words(`${frenchDay(at)} à ${frenchTime(at)}`, `${englishDay(at)} at ${parisTime(at)}`);
const BASIS: Readonly<Record<ConsentBasis, Words>> = {
  CARE_TEAM: words('au titre de l’équipe de soins', 'as part of the care team'),
  EXPLICIT: words('pour une consultation', 'for one consultation'),
  EXPRESS: words('exprès et par écrit', 'expressly and in writing'),
};
const SCOPE: Readonly<Record<Operation, Words>> = {
  CONSULT: words('consulter votre espace', 'read your space'),
  FEED: words('l’alimenter', 'feed it'),
};
const SWITCHES: Readonly<Record<EmergencySwitch, Words>> = {
  BTG: words('l’accès en urgence à votre espace (bris de glace)', 'the emergency access to your space (break-glass)'),
  ETREAT: words('l’accès du médecin régulateur du SAMU', 'the access of the doctor who regulates emergency calls (SAMU)'),
  MASKED: words('l’accès aux documents masqués en urgence', 'the access to masked documents in an emergency'),
};
const EMERGENCY: Readonly<Record<'bris_de_glace' | 'centre_15', Words>> = {
  bris_de_glace: words('en urgence (bris de glace)', 'in an emergency (break-glass)'),
  centre_15: words('pour la régulation du centre 15', 'for the medical regulation of emergency calls (15)'),
};

/** A fact about one professional or one place of care. */
const about = <E>(granteeOf: (event: E) => Grantee, say: (whom: Words, telling: Telling) => Words): Sentence<E> =>
  from(
    (event: E) => ({ ...granteeOf(event) }),
    (kept, telling) => say(telling.whom({ kind: kept.kind, id: kept.id }), telling),
  );
const professional = <E extends { readonly professional: string }>(fr: readonly [string, string], en: readonly [string, string]) =>
  about<E>(
    (event) => ({ kind: 'PROFESSIONAL', id: event.professional }),
    (whom, { who }) => words(`${who.fr} ${fr[0]}${whom.fr}${fr[1]}.`, `${who.en} ${en[0]}${whom.en}${en[1]}.`),
  );
const facility = <E extends { readonly facility: string }>(fr: readonly [string, string], en: readonly [string, string]) =>
  about<E>(
    (event) => ({ kind: 'FACILITY', id: event.facility }),
    (whom, { who }) => words(`${who.fr} ${fr[0]}${whom.fr}${fr[1]}.`, `${who.en} ${en[0]}${whom.en}${en[1]}.`),
  );
/** A fact about one or several document sets: what was done to one, to several, and what follows. */
const sets = <E extends { readonly sets: readonly string[] }>(
  fr: readonly [one: string, many: string, rest: string],
  en: readonly [one: string, many: string, rest: string],
): Sentence<E> =>
  from(
    (event: E) => ({ sets: event.sets }),
    (kept, { who, titles }) => {
      const [title, number] = [named(titles(kept.sets)), kept.sets.length === 1 ? 0 : 1];
      return words(`${who.fr} ${fr[number]}${title.fr}${fr[2]}.`, `${who.en} ${en[number]}${title.en}${en[2]}.`);
    },
  );

const scopeInWords = (scope: readonly string[], language: keyof Words): string =>
  scope.map((operation) => SCOPE[operation as Operation][language]).join(language === 'fr' ? ' et ' : ' and ');

/** What gives visibility and what takes it away, in words a person understands. */
export const accessSentences: { readonly [T in AccessEvent['type']]: Sentence<Of<AccessEvent, T>> } = {
  AccessConsentRecorded: from(
    ({ grantee, basis, scope, until }) => ({ kind: grantee.kind, id: grantee.id, basis, scope, until }),
    ({ kind, id, basis, scope, until }, { who, whom }) => {
      const [name, end] = [whom({ kind, id }), moment(until)];
      return words(
        `${who.fr} enregistré votre consentement ${BASIS[basis].fr} pour ${name.fr} : ${scopeInWords(scope, 'fr')}, la consultation jusqu’au ${end.fr}.`,
        `${who.en} recorded your consent ${BASIS[basis].en} for ${name.en}: ${scopeInWords(scope, 'en')}, reading until ${end.en}.`,
      );
    },
  ),
  AccessConsentWithdrawn: about(
    ({ grantee }) => grantee,
    (whom, { who }) => words(`${who.fr} retiré votre consentement pour ${whom.fr}.`, `${who.en} withdrew your consent for ${whom.en}.`),
  ),
  TemporaryAccessGranted: from(
    ({ usableUntil, minutes }) => ({ until: usableUntil, minutes }),
    ({ until, minutes }, { who }) =>
      words(
        `${who.fr} créé un code d’accès temporaire, à utiliser avant le ${moment(until).fr}. L’accès durera ${minutes} minutes.`,
        `${who.en} made a code for a temporary access, to be used before ${moment(until).en}. The access will last ${minutes} minutes.`,
      ),
  ),
  TemporaryAccessRefused: from(
    ({ tries }) => ({ tries }),
    ({ tries }, { who }) =>
      words(
        `${who.fr} saisi un code d’accès temporaire erroné (essai n° ${tries}).`,
        `${who.en} entered a wrong code for a temporary access (try no. ${tries}).`,
      ),
  ),
  TemporaryAccessUsed: from(
    ({ grantee, until }) => ({ kind: grantee.kind, id: grantee.id, until }),
    ({ kind, id, until }, { who, whom }) => {
      const [name, end] = [whom({ kind, id }), moment(until)];
      return words(
        `${who.fr} utilisé votre code d’accès temporaire : l’accès est ouvert pour ${name.fr} jusqu’au ${end.fr}.`,
        `${who.en} used your code for a temporary access: it is open for ${name.en} until ${end.en}.`,
      );
    },
  ),
  ProfessionalBlocked: professional(['bloqué l’accès de ', ''], ['blocked the access of ', '']),
  ProfessionalUnblocked: professional(['débloqué l’accès de ', ''], ['unblocked the access of ', '']),
  FacilityBlocked: facility(['bloqué l’accès de ', ''], ['blocked the access of ', '']),
  FacilityUnblocked: facility(['débloqué l’accès de ', ''], ['unblocked the access of ', '']),
  AttendingDoctorDeclared: professional(['déclaré ', ' comme votre médecin traitant'], ['declared ', ' as your attending doctor']),
  AttendingDoctorEnded: professional(
    ['déclaré que ', ' n’est plus votre médecin traitant'],
    ['declared that ', ' is no longer your attending doctor'],
  ),
  AdministratorGranted: professional(['nommé ', ' administrateur de votre espace'], ['made ', ' an administrator of your space']),
  AdministratorRevoked: professional(
    ['retiré à ', ' le rôle d’administrateur de votre espace'],
    ['took from ', ' the role of administrator of your space'],
  ),
  EmergencyPreferenceSet: from(
    ({ which, value }) => ({ which, value }),
    ({ which, value }, { who }) =>
      value === 'permit'
        ? words(`${who.fr} autorisé ${SWITCHES[which].fr}.`, `${who.en} allowed ${SWITCHES[which].en}.`)
        : words(`${who.fr} refusé ${SWITCHES[which].fr}.`, `${who.en} refused ${SWITCHES[which].en}.`),
  ),
  BreakGlassUsed: from(
    ({ professional: id, mode, reason, until }) => ({ kind: 'PROFESSIONAL', id, mode, reason, until }),
    ({ mode, reason, until }, { who }) => {
      const [how, end] = [EMERGENCY[mode], moment(until)];
      return words(
        `${who.fr} ouvert un accès ${how.fr} jusqu’au ${end.fr}. Motif : « ${reason} ».`,
        `${who.en} opened an access ${how.en} until ${end.en}. Reason: “${reason}”.`,
      );
    },
  ),
  LegalRepresentativeLinked: from(
    ({ until }) => ({ until }),
    ({ until }, { who }) =>
      words(
        `${who.fr} rattaché un représentant légal à votre espace, jusqu’au ${moment(until).fr}.`,
        `${who.en} linked a legal representative to your space, until ${moment(until).en}.`,
      ),
  ),
  LegalRepresentationEnded: did(
    'mis fin à l’accès d’un représentant légal à votre espace',
    'ended the access of a legal representative to your space',
  ),
  DocumentsMasked: sets(
    ['masqué un document', 'masqué des documents', ' aux professionnels de santé'],
    ['masked a document', 'masked documents', ' to health professionals'],
  ),
  DocumentsUnmasked: sets(
    ['levé le masquage d’un document', 'levé le masquage de documents', ' aux professionnels de santé'],
    ['unmasked a document', 'unmasked documents', ' to health professionals'],
  ),
  AllDocumentsMasked: did('masqué tous vos documents aux professionnels de santé', 'masked all your documents to health professionals'),
  AllDocumentsUnmasked: did(
    'rendu tous vos documents visibles aux professionnels de santé',
    'made all your documents visible to health professionals',
  ),
  DefaultConfidentialitySet: from(
    ({ masked }) => ({ masked }),
    ({ masked }, { who }) =>
      masked
        ? words(
            `${who.fr} choisi de masquer par défaut les prochains documents aux professionnels de santé.`,
            `${who.en} chose to mask coming documents to health professionals by default.`,
          )
        : words(
            `${who.fr} choisi de laisser par défaut les prochains documents visibles aux professionnels de santé.`,
            `${who.en} chose to leave coming documents visible to health professionals by default.`,
          ),
  ),
  DocumentMaskedFrom: from(
    ({ set, whom, from: start, until }) => ({
      sets: [set],
      kind: whom.kind,
      id: whom.id,
      start,
      ends: until !== null,
      until: until ?? start,
    }),
    ({ sets: masked, kind, id, start, ends, until }, { who, whom, titles }) => {
      const [name, title, begin] = [whom({ kind, id }), named(titles(masked)), moment(start)];
      const end = ends ? words(` et jusqu’au ${moment(until).fr}`, ` until ${moment(until).en}`) : words('', '');
      return words(
        `${who.fr} masqué un document${title.fr} pour ${name.fr}, à partir du ${begin.fr}${end.fr}.`,
        `${who.en} masked a document${title.en} from ${name.en}, from ${begin.en}${end.en}.`,
      );
    },
  ),
  DocumentMaskLifted: from(
    ({ set, whom }) => ({ sets: [set], kind: whom.kind, id: whom.id }),
    ({ sets: shown, kind, id }, { who, whom, titles }) => {
      const [name, title] = [whom({ kind, id }), named(titles(shown))];
      return words(
        `${who.fr} rendu un document${title.fr} de nouveau visible pour ${name.fr}.`,
        `${who.en} made a document${title.en} visible again to ${name.en}.`,
      );
    },
  ),
};
