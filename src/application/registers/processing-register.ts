import { auditPolicy } from '../../domain/audit/audit-policy.js';
import { policy } from '../../domain/enrolment/policy.js';
import { portabilityPolicy } from '../../domain/portability/portability-policy.js';
import { registersPolicy } from '../../domain/registers/registers-policy.js';
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
  {
    name: 'Messages et notifications',
    purposes: [
      'informer la personne et ses représentants',
      'annoncer les accès, les dépôts et les urgences',
      'prévenir le médecin traitant',
    ],
    legalBasis: `${BASIS} ; information par tout moyen : CSP R.1111-36`,
    people: ['titulaires', 'représentants légaux', 'médecins traitants'],
    data: ['adresses électronique et postale', 'code provisoire', 'événement et date, sans donnée de santé dans les courriels'],
    recipients: ['la personne concernée', 'service de courrier électronique', 'imprimeur des lettres (adresse et code)'],
    retention: `${ARCHIVE} ; ce qui est remis au courrier électronique ou à l’imprimeur suit leur propre durée`,
    security: SECURITY,
  },
  {
    name: 'Contrôle des accès : alertes et revues',
    purposes: ['détecter les accès anormaux', 'examiner chaque accès en urgence', 'rendre compte des suites'],
    legalBasis: `${BASIS} ; sécurité du traitement (RGPD art. 32)`,
    people: ['professionnels de santé', 'agents', 'titulaires, par l’identifiant de leur espace'],
    data: ['accès examinés', 'règle et seuil de l’alerte', 'échéance, commentaires, issue'],
    recipients: ['délégué à la conformité', 'CNIL sur demande'],
    retention: 'sans limite fixée par la loi : conservés tant que le service existe',
    security: [...SECURITY, 'nul n’examine ses propres accès'],
  },
  {
    name: 'Extractions pour une autorité',
    purposes: ['remettre à une autorité ce que la loi lui permet de demander', 'en garder la preuve'],
    legalBasis: 'obligation légale (RGPD art. 6(1)(c)) ; loi n° 78-17, art. 19',
    people: ['titulaires', 'professionnels de santé', 'agents', 'contrôleurs'],
    data: ['faits du journal, pseudonymisés sauf demande contraire', 'base légale, motif, approbations, récupérations'],
    recipients: ['l’autorité, par la clé qu’elle a donnée'],
    retention: `demande et preuve : sans limite fixée par la loi ; le paquet, chiffré pour le seul destinataire : ${inFrench(auditPolicy.exportKept)} après qu’il est prêt`,
    security: [
      ...SECURITY,
      'deux approbations de personnes distinctes',
      'pseudonymes propres à chaque extraction, dont la clé n’est pas gardée',
    ],
  },
  {
    name: 'Copies remises au titulaire (portabilité)',
    purposes: ['remettre au titulaire ou à son représentant ses propres données'],
    legalBasis: 'droits d’accès et à la portabilité (RGPD art. 15 et 20) ; CSP R.1111-35',
    people: ['titulaires', 'représentants légaux'],
    data: ['documents et métadonnées', 'historique'],
    recipients: ['le demandeur'],
    retention: `copie : ${inFrench(portabilityPolicy.readyFor)} après qu’elle est prête ; demande : ${ARCHIVE}`,
    security: SECURITY,
  },
  {
    name: 'Comptes et habilitations',
    purposes: ['reconnaître qui demande', 'revoir les droits', 'retrouver ce qui a été fait hors d’une attribution'],
    legalBasis: `${BASIS} ; sécurité du traitement (RGPD art. 32)`,
    people: ['agents', 'contrôleurs', 'professionnels de santé', 'logiciels d’établissement'],
    data: ['émetteur et identifiant du compte, rôle', 'attribution, revue et retrait', 'premier et dernier usage, refus'],
    recipients: ['délégué à la conformité', 'CNIL sur demande'],
    retention: `sans limite fixée par la loi ; droits à revoir chaque ${inFrench(registersPolicy.accountReview).replace('1 ', '')}`,
    security: [...SECURITY, 'attributions tenues par le fournisseur d’identité'],
  },
];
