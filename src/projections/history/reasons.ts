import type { Words } from '../../application/record/words.js';
import type { Denial, Ground } from '../../domain/access/receipt.js';
import { words } from './words.js';

type Reasons = Readonly<Record<Ground | Denial, Words>>;

/** Why somebody might or might not, as the holder reads it in the receipt of the decision. A reason without words does not compile. */
const REASONS: Reasons = {
  HOLDER: words('c’est votre espace', 'it is your space'),
  REPRESENTATIVE: words('il est votre représentant légal', 'he is your legal representative'),
  STAFF: words('sa mission le permet', 'his duty allows it'),
  SYSTEM: words('une partie du service agit pour vous', 'a part of the service acts for you'),
  LETTER: words('il avait votre lettre', 'he had your letter'),
  ATTENDING_DOCTOR: words('il est votre médecin traitant', 'he is your attending doctor'),
  ADMINISTRATOR: words('vous l’avez nommé administrateur', 'you made him administrator'),
  CARE_TEAM: words('il fait partie de votre équipe de soins', 'he belongs to your care team'),
  CONSENT: words('vous y avez consenti', 'you consented to it'),
  TEMPORARY_ACCESS: words('vous lui avez donné un code d’accès temporaire', 'you gave him a code for a temporary access'),
  EMERGENCY: words('il y avait une urgence', 'there was an emergency'),
  AUTHOR: words('il en est l’auteur', 'he is its author'),
  FEEDING_DUTY: words('il doit alimenter votre espace', 'he has to feed your space'),
  'not-allowed': words('cette opération ne lui est pas permise', 'this is not allowed to him'),
  'nothing-here': words('cet espace n’est pas le sien', 'this space is not his'),
  'not-open': words('l’espace n’est pas ouvert', 'the space is not open'),
  'never-allowed': words('sa profession n’a jamais accès', 'his profession never has access'),
  blocked: words('il est bloqué', 'he is blocked'),
  'no-consent': words('vous n’y avez pas consenti', 'you have not consented to it'),
  'consent-withdrawn': words('votre consentement a été retiré', 'your consent was withdrawn'),
  'express-consent-needed': words('il faut votre consentement exprès', 'your express consent is needed'),
  'emergency-refused': words('vous avez refusé les accès en urgence', 'you refused emergency accesses'),
  'emergency-not-open': words('aucun accès en urgence n’était ouvert', 'no emergency access was open'),
  'not-regulating': words('il n’assure pas la régulation médicale', 'he does not regulate emergency calls'),
  'consult-only': words('la régulation médicale permet seulement de consulter', 'medical regulation lets read only'),
  matrix: words('sa profession ne donne pas accès à ce type de document', 'his profession gives no access to this type of document'),
  masked: words('le document est masqué', 'the document is masked'),
  'masked-from-you': words('le document lui est masqué', 'the document is masked from him'),
  'hidden-from-holder': words('le document n’a pas encore été annoncé', 'the document was not announced yet'),
  'hidden-from-representatives': words('le document est sous le secret du mineur', 'the document is under the secret of the minor'),
  'no-such-document': words('il n’y a pas de tel document', 'there is no such document'),
};
const OTHER: Words = words('cela ne lui est pas permis', 'this is not allowed to him');

/** The words of a recorded reason; one that a later version of the rules no longer gives is said without its cause. */
export const reasonInWords = (reason: string): Words => (Object.hasOwn(REASONS, reason) ? REASONS[reason as Ground | Denial] : OTHER);
