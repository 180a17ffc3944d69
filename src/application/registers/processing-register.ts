import { policy } from '../../domain/enrolment/policy.js';
import type { Period } from '../../domain/shared/time.js';

/** One processing activity as the register names it (GDPR art. 30(1)); in French, for it is handed out as it stands. */
export interface ProcessingActivity {
  readonly name: string;
  readonly purposes: readonly string[];
  readonly legalBasis: string;
  readonly people: readonly string[];
  readonly data: readonly string[];
  readonly recipients: readonly string[];
  /** How long, counted from when. */
  readonly retention: string;
  readonly security: readonly string[];
}

const UNITS = { years: ['an', 'ans'], months: ['mois', 'mois'], weeks: ['semaine', 'semaines'], days: ['jour', 'jours'] } as const;
const inFrench = (period: Period): string =>
  Object.entries(UNITS)
    .map(([unit, [one, many]]) => [period[unit as keyof Period] ?? 0, one, many] as const)
    .flatMap(([count, one, many]) => (count === 0 ? [] : [`${count} ${count > 1 ? many : one}`]))
    .join(' et ');

const ARCHIVE = `durée de vie de l’espace, puis ${inFrench(policy.archive)} d’archivage après la clôture (CSP R.1111-36), puis destruction des clés et des octets`;
const BASIS = 'mission d’intérêt public (RGPD art. 6(1)(e)) ; données de santé : RGPD art. 9(2)(g) et (h) ; CSP L.1111-13-1, L.1111-14';
const SECURITY = [
  'chiffrement de chaque événement sous une clé propre à l’espace (AES-256-GCM)',
  'journal scellé par un arbre de hachage signé (RFC 6962)',
  'habilitations décidées à chaque demande, trace écrite avant toute réponse',
];

/** What this software does with personal data, with the delays that are in force in this version. */
export const processingRegister: readonly ProcessingActivity[] = [
  {
    name: 'Information préalable, opposition et ouverture des espaces',
    purposes: ['informer chaque assuré', 'recueillir son opposition', `ouvrir l’espace ${inFrench(policy.opposition)} après l’information`],
    legalBasis: BASIS,
    people: ['assurés et ayants droit', 'représentants légaux'],
    data: ['identité nationale de santé et traits d’identité', 'adresses électronique et postale', 'numéro de série de la carte Vitale'],
    recipients: ['agents du 3422', 'opérateurs des campagnes', 'imprimeur des lettres (adresse et code)'],
    retention: `${ARCHIVE} ; après une opposition sans ouverture, jusqu’à la demande de la personne`,
    security: SECURITY,
  },
  {
    name: 'Dossier médical partagé : documents',
    purposes: ['coordination, qualité et continuité des soins', 'consultation par le titulaire'],
    legalBasis: BASIS,
    people: ['titulaires', 'professionnels de santé auteurs'],
    data: ['documents de santé et leurs métadonnées', 'masquages et confidentialité'],
    recipients: ['titulaire et représentants légaux', 'professionnels de santé habilités par la matrice et par le consentement'],
    retention: ARCHIVE,
    security: [...SECURITY, 'une clé par document : un document mal adressé meurt seul'],
  },
  {
    name: 'Accès : consentements, blocages, urgences',
    purposes: ['décider de chaque accès', 'rendre compte des décisions'],
    legalBasis: `${BASIS} ; CSP L.1111-17, R.1111-46 à R.1111-48`,
    people: ['titulaires', 'professionnels de santé', 'établissements'],
    data: ['consentements et retraits', 'professionnels bloqués', 'médecin traitant', 'accès en urgence et leur motif'],
    recipients: ['titulaire', 'délégué à la conformité'],
    retention: ARCHIVE,
    security: SECURITY,
  },
  {
    name: 'Traces des accès',
    purposes: ['information du titulaire', 'preuve', 'détection des accès anormaux'],
    legalBasis: 'CSP L.1111-19, R.1111-43',
    people: ['professionnels de santé', 'agents', 'titulaires'],
    data: ['qui, quand, quoi, à quel titre, sous quelle version de la matrice', 'refus'],
    recipients: ['titulaire', 'médecin traitant et administrateurs', 'délégué à la conformité', 'CNIL sur demande'],
    retention: ARCHIVE,
    security: [...SECURITY, 'clé distincte de celle du contenu : la trace survit à un effacement exprès'],
  },
  {
    name: 'Registres : droits des personnes, violations',
    purposes: ['répondre dans les délais', 'documenter les violations et leur notification'],
    legalBasis: 'obligation légale (RGPD art. 6(1)(c), 12, 30, 33)',
    people: ['demandeurs, sous un numéro de dossier', 'personnes concernées par une violation, en nombre'],
    data: ['droit invoqué, dates, réponse', 'nature, conséquences et mesures'],
    recipients: ['délégué à la conformité', 'CNIL sur demande'],
    retention: 'sans limite fixée par la loi : conservés tant que le service existe',
    security: SECURITY,
  },
];
