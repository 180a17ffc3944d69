import type { Role } from '../../domain/shared/actor.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { actReason, concept } from './codes.js';
import type { CodeableConcept } from './resources.js';

/** v3-ActReason, as far as it is used. */
export type Purpose = 'TREAT' | 'ETREAT' | 'BTG' | 'PATRQT' | 'HLEGAL' | 'PUBHLTH';

/** For what each kind of actor acts, when no emergency says otherwise. The reason somebody words freely (`m.purpose`) is never written. */
export const PURPOSES: Readonly<Record<Role, Purpose>> = {
  person: 'PATRQT',
  bearer: 'PATRQT',
  // An agent of the line acts for the person on the phone.
  support: 'PATRQT',
  professional: 'TREAT',
  facility: 'TREAT',
  // What the law has Assurance Maladie feed, deadlines do, and officers look into.
  insurer: 'HLEGAL',
  system: 'HLEGAL',
  compliance: 'HLEGAL',
  archivist: 'HLEGAL',
  auditor: 'HLEGAL',
  // Campaigns.
  operator: 'PUBHLTH',
};

/** TRE_R248-ModeAcces: how an emergency shows. */
export const EMERGENCIES: Readonly<Record<string, Purpose>> = { bris_de_glace: 'BTG', centre_15: 'ETREAT' };

/** The mode of a fact: an emergency session says it itself, everything else by the decision it rests on. */
const modeOf = ({ event, meta }: Recorded): string => ('mode' in event ? String(event.mode) : (meta.ground?.mode ?? 'normal'));

/** For what it was done. */
export const purposeOf = (fact: Recorded): CodeableConcept => concept(actReason(EMERGENCIES[modeOf(fact)] ?? PURPOSES[fact.meta.who.role]));
