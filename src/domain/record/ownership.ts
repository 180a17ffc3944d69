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

/** Whose uniqueIds they are: one side never meets those of another. Null for those who never deposit. */
export const sideOf = (actor: Actor): string | null => {
  if (actor.role === 'professional') return `professional:${actor.professional.id}`;
  if (actor.role === 'facility') return `facility:${actor.facility.id}`;
  if (actor.role === 'insurer') return 'insurer';
  return actor.role === 'person' ? 'holder' : null;
};

/** True when his side deposited it; having written it is not enough. */
export function deposited(actor: Actor, { depositor, by }: KnownDocument): boolean {
  if (actor.role === 'person') return isHolderSide(depositor);
  if (actor.role === 'insurer') return depositor === 'INSURER';
  if (actor.role === 'facility') return depositor === 'FACILITY' && by.facility === actor.facility.id;
  return actor.role === 'professional' && depositor === 'PROFESSIONAL' && by.professional === actor.professional.id;
}

/**
 * True when the document is his own: its author or depositor, the place of care it was deposited for, Assurance Maladie, the holder's side.
 * A colleague is none of them: it may be masked to him. The software of his place acts for all who work there.
 */
export function answersFor(actor: Actor, document: KnownDocument): boolean {
  if (deposited(actor, document)) return true;
  const { depositor, by } = document;
  if (isHolderSide(depositor) || depositor === 'INSURER') return false;
  if (actor.role === 'facility') return by.facility === actor.facility.id;
  return actor.role === 'professional' && wrote(document, actor.professional.id);
}
