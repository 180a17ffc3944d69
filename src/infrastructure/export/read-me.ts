import type { ExportCounts, ExportMode, ExportOrder, ExportPeriod, ExportScope } from './request.js';

const OPENED: Readonly<Record<ExportMode, string>> = {
  pseudonymised: `Mode pseudonymisé. Les événements sont ouverts sans ce qui nomme quelqu'un : chaque identifiant de personne, de professionnel,
d'établissement, de logiciel, de document ou d'espace est remplacé par un pseudonyme, HMAC-SHA-256 sous une clé aléatoire propre à cet export, qui
n'est conservée nulle part. Le texte libre n'est jamais montré. Des données pseudonymisées restent des données à caractère personnel.

CE QUI RESTE RELIABLE, dit franchement :
- dans cet export, le même pseudonyme désigne toujours la même personne ou chose ;
- l'en-tête h est celui du journal, sans quoi rien ne serait vérifiable : il porte le nom aléatoire du flux (champ stream), l'identifiant de la clé
  (champ key) et l'instant exact d'écriture. Ces trois valeurs sont les mêmes dans tous les exports : deux exports peuvent être rapprochés par elles ;
- les flux d'un même espace portent le même identifiant aléatoire (space-X, access-X, record-X, passage-X) : ils sont reliables entre eux ;
- qui connaît par ailleurs l'instant exact d'un acte peut reconnaître sa ligne.
Les identifiants aléatoires ne mènent à personne sans la base de la plateforme ; l'identité nationale de santé n'est dans aucune ligne.`,
  authority: `Mode autorité. Les faits d'accès, de droits, d'espace et d'audit sont ouverts tels qu'ils sont écrits, identités comprises. Le contenu de santé
(documents, messagerie, flux voilés) reste fermé : on n'en voit que l'en-tête et l'empreinte.`,
  nominative: `Mode nominatif. Les lignes n'ouvrent rien par elles-mêmes ; cles/ donne, pour exactement les événements choisis, le corps chiffré et la clé de ce
seul événement. Une clé d'événement n'ouvre aucun autre événement. Ce dossier contient des données de santé : il se consulte dans les conditions
que la loi fixe, en présence d'un médecin lorsqu'elle l'exige.`,
};

const CHECK = `COMMENT VÉRIFIER, sans rien de la plateforme
1. Déchiffrer et ouvrir :          age -d -i ma-cle.txt export-….tar.age | tar x
2. Octets du dossier :             cd export-… && sha512sum -c --strict --quiet manifest-sha512.txt tagmanifest-sha512.txt
3. Tout le reste, hors ligne :     node mes-verify.mjs export-… --policy politique-recue-autrement.txt [--since ancien-checkpoint]
   ou, par un second vérificateur indépendant : python3 mes_verify.py export-… --policy politique-recue-autrement.txt [--since ancien-checkpoint]
La politique (clés publiques qui comptent) doit vous être parvenue par une autre voie : preuves/policy.txt n'est qu'une copie pour lecture.
À la main : la feuille de chaque ligne est SHA-256(octet 00, puis {"c":…,"h":…}) ; ces feuilles sont dans preuves/feuilles.bin au rang index
(32 octets chacune) ; leur arbre (RFC 6962) donne la racine signée de preuves/checkpoint (C2SP tlog-checkpoint, Ed25519 : openssl pkeyutl -verify -rawin).
À côté de l'archive, .tlog-proof et .event.json prouvent que cet export est lui-même inscrit au journal, avec l'empreinte SHA-256 du .tar.

SONDAGE. Ce qu'un export ne peut pas ouvrir se contrôle par tirage : une fois l'export en votre possession, tirez des rangs (index) avec --sample 300
--seed "votre graine" et demandez l'export nominatif d'exactement ces événements (périmètre events). 300 ouvertures sans faute : moins de 1 % de lignes fausses, à 95 % de confiance ; 3 000 : moins de 0,1 %.`;

const FILES = `CE QU'IL Y A
demande.json            qui a demandé quoi, sur quel fondement, qui a approuvé, et les comptes
evenements/             un événement par ligne, dans l'ordre du journal
cles/                   (mode nominatif) ce qui ouvre exactement ces événements
fhir/                   les mêmes faits en FHIR R4 (AuditEvent selon IHE BALP, Provenance)
tetes-de-flux.ndjson    pour chaque flux, sa dernière révision et le nombre de ses lignes ici : les révisions sont denses à partir de 0
preuves/                tête signée du journal, feuilles ou preuves d'inclusion, cohérence avec un checkpoint antérieur, et
                        tetes.note (racine scellée des têtes de flux), tetes-preuves.ndjson (la preuve de chaque flux)
stats.json              comptes par type, jour, rôle et catégorie : à recompter depuis les lignes
referentiel/            types, listes de codes, dictionnaire des données, schémas`;

/** What the sealed root of stream heads in the package reaches. */
export interface Completeness {
  /** Leaves of the log that the root takes in; null: the package has none. */
  readonly heads: number | null;
  /** Lines of the package behind it. */
  readonly behind: number;
  /** Leaves at the checkpoint. */
  readonly size: number;
}

function completeness({ kind }: ExportScope, period: ExportPeriod | null, { heads, behind, size }: Completeness): string {
  const whole =
    kind === 'all' && period === null
      ? `\nCet export est le journal entier : chaque rang de 0 à ${size - 1} y a sa ligne, ou son absence se voit.`
      : '';
  if (heads === null)
    return `COMPLÉTUDE : aucune racine scellée des têtes de flux n'est couverte par preuves/checkpoint. tetes-de-flux.ndjson n'est alors que ce que la
plateforme annonce : rien ne montre qu'aucun flux n'est coupé à sa fin.${whole}\n`;
  return `COMPLÉTUDE : preuves/tetes.note et tetes-preuves.ndjson montrent, pour chaque flux, jusqu'à quelle révision il allait lorsque le journal avait
${heads} feuilles (rangs 0 à ${heads - 1}). Du rang ${heads} au rang ${size - 1}, rien de scellé ne dit encore où finit chaque flux : la complétude n'y est pas
montrée (${behind} ${behind === 1 ? 'ligne' : 'lignes'} de cet export).${whole}\n`;
}

/** `LISEZMOI.txt`: what the package is, what stays linkable, how to check it with common tools. */
export function readMe(
  { id, mode, scope, period }: ExportOrder,
  { events, streams, opened, missing }: ExportCounts,
  reach: Completeness,
): string {
  const span = period === null ? 'tout le journal' : `du ${period.from} inclus au ${period.until} exclu (instant d'écriture)`;
  const gaps = missing === 0 ? '' : `\nATTENTION : ${missing} feuilles scellées n'ont plus d'événement, sans certificat de destruction.\n`;
  return [
    `EXPORT ${id} DU JOURNAL DE MON ESPACE SANTÉ\n`,
    `Périmètre : ${SCOPES[scope.kind]} ; ${span}.\nLignes : ${events} ; flux : ${streams} ; événements ouverts : ${opened}.\n${gaps}`,
    completeness(scope, period, reach),
    `${OPENED[mode]}\n`,
    `${FILES}\n`,
    CHECK,
    '',
  ].join('\n');
}

const SCOPES = {
  all: 'tout le journal',
  period: 'une période',
  space:
    'les flux d’un espace et ses flux voilés (les refus opposés à des tiers sont dans les flux de ces tiers : périmètre professionnel ou entier)',
  professional: 'les actes d’un professionnel',
  events: 'des événements choisis, par leur rang dans le journal (demande.json les nomme)',
} as const;
