import type { Instant } from '../../domain/shared/time.js';
import { frenchDay, parisTime } from '../shared/paris-words.js';

/** What a person reads first. */
export const readMe = (at: Instant): string => `COPIE DE VOS DONNÉES — MON ESPACE SANTÉ
Faite le ${frenchDay(at)} à ${parisTime(at)} (heure de Paris).

CE QUE CONTIENT CETTE ARCHIVE
  documents/             vos documents, tels qu’ils ont été déposés, et pour chacun sa fiche (.json)
  profil.json            l’état de votre espace et qui y a accès
  historique.csv         tout ce qui s’est passé dans votre espace et qui l’a consulté ; s’ouvre avec un tableur
  historique.json        la même chose, complète, pour un logiciel ; la ligne 1 est la plus récente
  recus/                 pour chaque ligne, un reçu : la preuve qu’elle est inscrite au journal scellé du service
  recus/sans-recu.csv    les lignes qui n’ont pas de reçu, et pourquoi
  dictionnaire.txt       la signification des champs
  manifest-sha512.txt    l’empreinte de chaque fichier

Cette archive contient ce que la personne qui l’a demandée peut voir dans l’espace. Elle contient des données de santé :
gardez-la en lieu sûr, et ne la remettez qu’à des personnes de confiance.

COMMENT L’OUVRIR
C’est une archive ZIP ordinaire : un double clic suffit sous Windows, macOS et la plupart des téléphones.

COMMENT VÉRIFIER QUE RIEN N’A CHANGÉ
1. Les fichiers. Dans le dossier extrait, avec un terminal (Linux, macOS : remplacez sha512sum par « shasum -a 512 ») :
     sha512sum -c manifest-sha512.txt
   Chaque ligne doit se terminer par OK (ou « Réussi »).
2. Les reçus. Le reçu de la ligne n de l’historique est fait de deux fichiers, recus/n.tlog-proof et recus/n.event.json.
   Le premier suit la norme publique C2SP tlog-proof. Il se vérifie sans nous, avec le vérificateur du service et un fichier
   de règles (clés du journal et de ses témoins) que vous aurez reçu par une autre voie que cette archive :
     node mes-verify.mjs --proof recus/1.tlog-proof --event recus/1.event.json --policy regles.txt
   Le reçu prouve que la ligne a été inscrite et qu’elle ne peut plus être retirée ni modifiée sans que cela se voie.

Une ligne dont quelqu’un qui a droit à l’historique ne doit pas encore connaître l’existence n’a pas de reçu.
Un représentant légal ne reçoit de reçus que pour les consultations et les refus.
`;

const FIELDS: readonly (readonly [file: string, fields: readonly (readonly [name: string, means: string])[]])[] = [
  [
    'documents/*.json',
    [
      ['document, set, version', 'identifiant du document, de l’ensemble de ses versions, et numéro de version'],
      ['status', 'CURRENT en vigueur, DEPRECATED remplacé, ARCHIVED archivé'],
      ['title, comments', 'titre et commentaire'],
      ['typeCode, classCode, formatCode', 'type, classe et format (nomenclatures du CI-SIS, ANS)'],
      ['category', 'rubrique dans Mon espace santé'],
      ['creationTime, serviceStart, serviceStop', 'date de création, début et fin de l’acte'],
      ['depositedAt, depositor, depositedBy', 'date de dépôt, qualité et nom de qui a déposé'],
      ['authors, legalAuthenticator', 'auteurs et responsable du document'],
      [
        'confidentiality',
        'N normal, MASQUE_PS masqué aux professionnels, INVISIBLE_REPRESENTANTS_LEGAUX invisible aux représentants légaux',
      ],
      ['mediaType, size, hash, sha256', 'format, taille en octets, empreintes SHA-1 et SHA-256 du fichier'],
    ],
  ],
  [
    'historique.json',
    [
      ['numero', 'numéro de la ligne ; nomme aussi son reçu'],
      ['id', 'identifiant stable de la ligne'],
      ['at, on', 'quand elle a été écrite, quand ce qu’elle dit était vrai (UTC)'],
      ['kind', 'type du fait'],
      ['lane', 'LIFE vie de l’espace, ACCESS consultations, REFUSED refus, MACHINE logiciels'],
      ['who', 'qui a agi, tel qu’il s’est présenté : person le titulaire, representative son représentant, sinon la fonction'],
      ['emergency, secret', 'accès en urgence ; sous le secret d’un mineur'],
      ['documents', 'documents concernés'],
      ['fr, en', 'la phrase, en français et en anglais'],
      ['receipt', 'la décision : résultat, règle, raison, mode, version de la matrice d’habilitation, lignes sur lesquelles elle repose'],
    ],
  ],
  [
    'profil.json',
    [
      ['overview', 'état de l’espace, depuis quand, dates à venir, conditions acceptées'],
      ['rights.rights', 'qui a accès ou n’a pas accès, pourquoi, depuis quand et jusqu’à quand'],
      ['rights.switches', 'réglages des accès en urgence'],
      ['rights.defaultMask, rights.allDocuments', 'masquage par défaut, masquage de tous les documents'],
    ],
  ],
  [
    'recus/',
    [
      ['n.tlog-proof', 'preuve d’inclusion (C2SP tlog-proof) : place au journal, empreintes, tête signée du journal'],
      ['n.event.json', 'en-tête de l’événement (h) et empreinte SHA-256 de son contenu chiffré (c)'],
      [
        'sans-recu.csv',
        'history/line-under-veil, history/no-receipt-here : réservé ; seal/not-yet : pas encore scellé ; not-provable : anomalie, signalée',
      ],
    ],
  ],
];

/** What the members of every file mean. */
export const dictionary = (): string =>
  ['DICTIONNAIRE DES DONNÉES', 'Textes en UTF-8, instants en UTC (ISO 8601).']
    .concat(FIELDS.map(([file, fields]) => [file, ...fields.map(([name, means]) => `  ${name} : ${means}`)].join('\n')))
    .join('\n\n') + '\n';
