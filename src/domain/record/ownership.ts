import type { Actor } from '../shared/actor.js';
import type { DepositedBy, Depositor, HolderFacts } from './document-vocabulary.js';
import type { KnownDocument } from './documents-state.js';

/** On whose side an actor deposits; null for those who never do. */
export const depositorOf = ({ role }: Actor, { represented }: Pick<HolderFacts, 'represented'>): Depositor | null => {
  if (role === 'person') return represented === true ? 'REPRESENTATIVE' : 'HOLDER';
  if (role === 'professional') return 'PROFESSIONAL';
  if (role === 'facility') return 'FACILITY';
  return role === 'insurer' ? 'INSURER' : null;
};

/** The holder himself, or who acts for him. */
export const isHolderSide = (depositor: Depositor): boolean => depositor === 'HOLDER' || depositor === 'REPRESENTATIVE';

/** What stays with a deposit of a professional or a place of care; nothing for the others, whose side says enough. */
export const depositedBy = (actor: Actor): DepositedBy | null => {
  if (actor.role === 'facility') return { facility: actor.facility.id };
  if (actor.role !== 'professional') return null;
  const { id, facility } = actor.professional;
  return { professional: id, ...(facility ? { facility: facility.id } : {}) };
};

const wrote = ({ described }: KnownDocument, professional: string): boolean =>
  described?.metadata.authors.some(({ kind, id }) => kind === 'PROFESSIONAL' && id === professional) ?? false;

/** True when the document is his own, for his side of it: its author or depositor, his place of care, Assurance Maladie, the holder's side. */
export function answersFor(actor: Actor, document: KnownDocument): boolean {
  const { depositor, by } = document;
  if (actor.role === 'person') return isHolderSide(depositor);
  if (actor.role === 'insurer') return depositor === 'INSURER';
  if (isHolderSide(depositor) || depositor === 'INSURER') return false;
  if (actor.role === 'facility') return by.facility === actor.facility.id;
  if (actor.role !== 'professional') return false;
  const { id, facility } = actor.professional;
  return by.professional === id || wrote(document, id) || (facility !== null && by.facility === facility.id);
}
