import type { CodeList } from '../../application/record/code-tables.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import type { KnownFacts } from '../eventstore/catalogue.js';
import { ALLOWED } from './allow-list.js';
import { SCHEMAS } from './line-schemas.js';
import { writeWhole, type PackageSink } from './sink.js';
import { TYPE_WORDS } from './type-words.js';

const FOLDER = 'referentiel';

export interface ReferenceParts {
  readonly knownFacts: KnownFacts;
  readonly codeLists: readonly CodeList[];
}

/** `referentiel/`: types, code lists, the dictionary in French, and the schemas of the lines. */
export async function writeReference(sink: PackageSink, { knownFacts, codeLists }: ReferenceParts): Promise<void> {
  const json = (path: string, value: unknown): Promise<void> => writeWhole(sink, `${FOLDER}/${path}`, `${canonicalJson(value)}\n`);
  const types = typesOf(knownFacts);
  await json('types.json', { types });
  for (const list of codeLists) await json(`codes/${list.list}.json`, plain(list));
  for (const [name, schema] of Object.entries(SCHEMAS)) await json(`schemas/${name}.schema.json`, schema);
  await writeWhole(sink, `${FOLDER}/dictionnaire.fr.md`, dictionaryOf(types));
}

interface TypeRow {
  readonly category: string;
  readonly type: string;
  readonly version: number;
  readonly fr: string;
}

const typesOf = (known: KnownFacts): readonly TypeRow[] =>
  Object.entries(known).flatMap(([category, types]) =>
    Object.entries(types).map(([type, version]) => ({ category, type, version, fr: TYPE_WORDS[type] ?? type })),
  );

/** A list as it was published: nothing undefined, plain objects only. */
const plain = (list: CodeList): unknown => JSON.parse(JSON.stringify(list)) as unknown;

const SHOWN_AS: Readonly<Record<string, string>> = {
  shown: 'tel quel',
  person: 'pseudonyme de personne',
  subject: 'pseudonyme de personne',
  professional: 'pseudonyme de professionnel',
  facility: 'pseudonyme d’établissement',
  software: 'pseudonyme de logiciel',
  document: 'pseudonyme de document',
  space: 'pseudonyme d’espace',
  grantee: 'pseudonyme de professionnel ou d’établissement',
};

const HEAD = `# Dictionnaire des données

Une ligne de evenements/ est un événement du journal. Membres :

| Membre | Sens |
|---|---|
| index | rang de la feuille dans l’arbre du journal, à partir de 0 |
| h | en-tête tel qu’il est écrit : at (instant d’écriture, UTC), by (de quel côté : person, professional, service, staff, system), id, key (identifiant de la clé, non la clé), rev (rang dans le flux), stream (flux : catégorie et identifiant aléatoire), tv, type, v |
| c | empreinte SHA-256 du corps chiffré, base64url |
| closed | destroyed : clé détruite ; archived : clé archivée ; purged : octets supprimés sous certificat de destruction |
| leaf | empreinte de la feuille, base64, lorsque l’en-tête a été supprimé |
| t, tv | type réel et version de la charge |
| m | circonstances : who (qui), on (instant où le fait était vrai, s’il n’est pas at), ground (décision d’accès : outcome, rule, reason, matrix), mode (normal, bris_de_glace, centre_15), secret (secret d’un mineur) |
| d | charge du fait |

La feuille est SHA-256(00 || JCS({"c","h"})) ; l’arbre est celui de la RFC 6962.

## Identités dans fhir/

| Mode | Patient | Professionnel, structure |
|---|---|---|
| pseudonymised | pseudonyme d’espace, propre à cet export | pseudonymes propres à cet export |
| authority, nominative | matricule INS (system urn:oid:1.2.250.1.213.1.4.8, ou .10 pour les identités d’essai), lu dans le fait PersonDeclaredEligible ; identifiant des flux lorsque ce fait n’est plus lisible | RPPS, FINESS |

Le mode authority ouvre les faits d’accès, de droits et d’espace tels qu’ils sont écrits, identités comprises ; la vue FHIR y nomme donc le patient. Le contenu de santé y reste fermé. Dans un export limité à une période ou à un professionnel, l’INS peut venir d’un fait dont la ligne n’est pas dans l’export.

## Types de faits

| Catégorie | Type | Version | Sens | Membres montrés dans un export pseudonymisé |
|---|---|---|---|---|
`;

const dictionaryOf = (types: readonly TypeRow[]): string =>
  HEAD + types.map(({ category, type, version, fr }) => `| ${category} | ${type} | ${version} | ${fr} | ${membersOf(type)} |\n`).join('');

const membersOf = (type: string): string => {
  const members = Object.entries(ALLOWED[type] ?? {}).map(([name, shown]) => `${name} (${SHOWN_AS[shown] ?? shown})`);
  return members.length === 0 ? 'aucun' : members.join(', ');
};
