/** Invented people for demonstrations and tests, and what the local issuer says of them. */
export interface Persona {
  readonly sub: string;
  /** Absent: the account of a person. */
  readonly role?: 'support' | 'operator' | 'compliance';
  readonly acr: 'eidas1' | 'eidas2' | 'eidas3';
}

export const personas = {
  alice: { sub: 'alice', acr: 'eidas2' },
  bruno: { sub: 'bruno', acr: 'eidas2' },
  chloe: { sub: 'chloe', acr: 'eidas1' },
  david: { sub: 'david', acr: 'eidas3' },
  'agent-3422': { sub: 'agent-3422', role: 'support', acr: 'eidas2' },
  'supervisor-3422': { sub: 'supervisor-3422', role: 'support', acr: 'eidas2' },
  operator: { sub: 'operator', role: 'operator', acr: 'eidas2' },
  compliance: { sub: 'compliance', role: 'compliance', acr: 'eidas2' },
} as const satisfies Readonly<Record<string, Persona>>;
export type PersonaName = keyof typeof personas;
