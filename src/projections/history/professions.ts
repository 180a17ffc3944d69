import type { Words } from '../../application/record/words.js';
import type { Profession } from '../../domain/shared/actor.js';
import { words } from './words.js';

/** TRE_G15, health professions; people in training have the same codes in a system of their own. */
const HEALTH = '1.2.250.1.71.1.2.7';
const IN_TRAINING = '1.2.250.1.71.1.2.8';

const NAMES: Readonly<Record<string, Words>> = {
  '10': words('médecin', 'doctor'),
  '21': words('pharmacien', 'pharmacist'),
  '26': words('audioprothésiste', 'hearing aid specialist'),
  '28': words('opticien-lunetier', 'optician'),
  '31': words('assistant dentaire', 'dental assistant'),
  '32': words('physicien médical', 'medical physicist'),
  '35': words('aide-soignant', 'care assistant'),
  '36': words('ambulancier', 'ambulance attendant'),
  '37': words('auxiliaire de puériculture', 'nursery assistant'),
  '38': words('préparateur en pharmacie hospitalière', 'hospital pharmacy technician'),
  '39': words('préparateur en pharmacie', 'pharmacy technician'),
  '40': words('chirurgien-dentiste', 'dentist'),
  '50': words('sage-femme', 'midwife'),
  '60': words('infirmier', 'nurse'),
  '69': words('infirmier psychiatrique', 'psychiatric nurse'),
  '70': words('masseur-kinésithérapeute', 'physiotherapist'),
  '80': words('pédicure-podologue', 'podiatrist'),
  '81': words('orthoprothésiste', 'orthotist and prosthetist'),
  '82': words('podo-orthésiste', 'foot orthotist'),
  '83': words('orthopédiste-orthésiste', 'orthopaedic fitter'),
  '84': words('oculariste', 'ocularist'),
  '85': words('épithésiste', 'anaplastologist'),
  '86': words('technicien de laboratoire médical', 'medical laboratory technician'),
  '91': words('orthophoniste', 'speech therapist'),
  '92': words('orthoptiste', 'orthoptist'),
  '93': words('psychologue', 'psychologist'),
  '94': words('ergothérapeute', 'occupational therapist'),
  '95': words('diététicien', 'dietitian'),
  '96': words('psychomotricien', 'psychomotor therapist'),
  '98': words('manipulateur en électroradiologie médicale', 'radiographer'),
};
/** Professions of social care, titles in use and roles, which have systems of their own (NOS J65): the numbers collide, the systems do not. */
const OTHERS: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  '1.2.250.1.213.1.6.1.109': {
    '71': words('ostéopathe', 'osteopath'),
    '72': words('psychothérapeute', 'psychotherapist'),
    '73': words('chiropracteur', 'chiropractor'),
    '93': words('psychologue', 'psychologist'),
    '97': words('conseiller en génétique', 'genetic counsellor'),
  },
  '1.2.250.1.213.1.6.1.4': {
    '41': words('assistant de service social', 'social worker'),
    '42': words('auxiliaire de vie sociale', 'home care assistant'),
    '43': words('technicien de l’intervention sociale et familiale', 'family support worker'),
    '44': words('conseiller en économie sociale et familiale', 'social and family economy adviser'),
    '45': words('médiateur familial', 'family mediator'),
    '46': words('assistant familial', 'foster carer'),
    '47': words('aide médico-psychologique', 'medical and psychological assistant'),
    '48': words('moniteur éducateur', 'assistant social educator'),
    '49': words('éducateur de jeunes enfants', 'early childhood educator'),
    '51': words('éducateur spécialisé', 'social educator'),
    '52': words('éducateur technique spécialisé', 'technical social educator'),
    '53': words('accompagnant éducatif et social', 'educational and social carer'),
  },
  '1.2.250.1.213.1.6.1.140': { '99': words('coordinateur', 'coordinator') },
};
const DOCTORS: readonly string[] = ['10', '40'];
const TITLED = /^(Dr|Pr|Docteur|Professeur)\b/i;

/** A profession as a person calls it. A code of a system that is not known here is a professional, and no more is said of it. */
export function professionName({ system, code }: Profession): Words {
  const known = system === HEALTH || system === IN_TRAINING ? NAMES[code] : OTHERS[system]?.[code];
  if (!known) return words('professionnel', 'professional');
  return system === IN_TRAINING ? words(`${known.fr} en formation`, `${known.en} in training`) : known;
}

/** The name with the title that goes with the profession, unless it has one. */
export const titled = (name: string, { system, code }: Profession): string =>
  system === HEALTH && DOCTORS.includes(code) && !TITLED.test(name) ? `Dr ${name}` : name;
