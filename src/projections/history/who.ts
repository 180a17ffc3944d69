import type { Words } from '../../application/record/words.js';
import { BY_REPRESENTATIVE } from '../../domain/access/receipt.js';
import type { Actor, Facility, Profession, Role } from '../../domain/shared/actor.js';
import type { RecordedGround } from '../../domain/shared/ground.js';
import { professionName, titled } from './professions.js';
import { words } from './words.js';

/** Kind of person who acted: roles, and of accounts whether it was the holder, who represents him, or somebody else's. */
export type By = Role | 'representative' | 'stranger';

/** A professional or a place of care as the actor of a fact stated himself: under the name of then. */
export interface Stated {
  readonly id: string | null;
  readonly name: string | null;
  readonly profession: Profession | null;
  readonly specialty: string | null;
  readonly sector: string | null;
  readonly facility: Facility | null;
}

/** Reasons of decisions that only somebody who represents the holder is given. */
const OF_REPRESENTATIVES: readonly string[] = ['REPRESENTATIVE', 'hidden-from-representatives'];

/** An account is the holder's, unless the decision about it says otherwise. */
export function kindOf({ role }: Actor, ground: RecordedGround | undefined): By {
  if (role !== 'person') return role;
  if (ground !== undefined && (ground.rule === BY_REPRESENTATIVE || OF_REPRESENTATIVES.includes(ground.reason))) return 'representative';
  return ground?.reason === 'nothing-here' ? 'stranger' : 'person';
}

/** Who says of himself who he is; null for all others. */
export function statedBy(actor: Actor): Stated | null {
  if (actor.role === 'facility') return { id: null, name: null, profession: null, specialty: null, sector: null, facility: actor.facility };
  if (actor.role !== 'professional') return null;
  const { id, name, profession, specialty = null, sector = null, facility } = actor.professional;
  return { id, name, profession, specialty, sector, facility };
}

const WHO: Readonly<Record<By, Words>> = {
  person: words('Vous avez', 'You'),
  representative: words('Votre représentant légal a', 'Your legal representative'),
  stranger: words('Le titulaire d’un autre compte a', 'The owner of another account'),
  bearer: words('Une personne munie de votre lettre a', 'A person holding your letter'),
  professional: words('Un professionnel de santé a', 'A health professional'),
  facility: words('Le logiciel d’un établissement de santé a', 'The software of a place of care'),
  insurer: words('L’Assurance maladie a', 'The health insurance'),
  support: words('Un agent du 3422 a', 'An agent of the 3422 line'),
  operator: words('Un agent de l’Assurance maladie a', 'An agent of the health insurance fund'),
  compliance: words('Un agent chargé de la conformité a', 'A compliance officer'),
  archivist: words('Un archiviste du service a', 'An archivist of the service'),
  auditor: words('Un contrôleur d’une autorité a', 'An auditor of an authority'),
  system: words('Un automate du service a', 'A part of the service'),
};

/** `Dr Claire Martin (médecin, Centre de santé des Lilas)`; null when no name was stated. */
export function nameOfStated({ name, profession, facility }: Stated): Words | null {
  if (name === null || profession === null) return null;
  const known = professionName(profession);
  const place = facility ? `, ${facility.name}` : '';
  const called = titled(name, profession);
  return words(`${called} (${known.fr}${place})`, `${called} (${known.en}${place})`);
}

/** The beginning of a sentence about what somebody did: sentences speak to the holder, whoever reads them. */
export function whoActed(by: By, stated: Stated | null): Words {
  if (stated === null) return WHO[by];
  const name = nameOfStated(stated);
  if (name) return words(`${name.fr} a`, name.en);
  return stated.facility ? words(`Le logiciel de ${stated.facility.name} a`, `The software of ${stated.facility.name}`) : WHO[by];
}
