import { professionals, type ProfessionalName } from './professional-personas.js';

/** An invented person for demonstrations and tests, and what the local issuer says of her. */
export interface Persona {
  /** For whoever chooses one. */
  readonly is: string;
  readonly sub: string;
  readonly acr: 'eidas1' | 'eidas2' | 'eidas3';
  /** What her token says besides. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

const account = (sub: string, acr: Persona['acr'], is: string): Persona => ({ is, sub, acr });
const staff = (sub: string, role: string, is: string): Persona => ({ is, sub, acr: 'eidas2', claims: { mes_role: role } });

const accounts = {
  alice: account('alice', 'eidas2', 'a person'),
  bruno: account('bruno', 'eidas2', 'another person'),
  chloe: account('chloe', 'eidas1', 'a person, recognised by a password alone'),
  david: account('david', 'eidas3', 'a person, recognised at the highest level'),
  'agent-3422': staff('agent-3422', 'support', 'an agent of the 3422 line'),
  'supervisor-3422': staff('supervisor-3422', 'support', 'a second agent of the 3422 line'),
  operator: staff('operator', 'operator', 'who runs campaigns'),
  compliance: staff('compliance', 'compliance', 'a compliance officer'),
  'compliance-2': staff('compliance-2', 'compliance', 'a second compliance officer'),
  'compliance-3': staff('compliance-3', 'compliance', 'a third compliance officer'),
  auditor: {
    ...staff('auditor', 'auditor', 'an auditor of the CNIL, whose account ends'),
    claims: { mes_role: 'auditor', mes_until: 4_102_444_800 },
  },
  archivist: staff('archivist', 'archivist', 'who opens archives for a stated reason, places legal holds and destroys what is due'),
  'insurer-agent': staff('insurer-agent', 'insurer', 'Assurance Maladie, feeding what it must'),
} as const;

const caring = Object.fromEntries(
  Object.entries(professionals).map(([sub, { is, claims }]) => [sub, { is, sub, acr: 'eidas1', claims } satisfies Persona]),
) as Readonly<Record<ProfessionalName, Persona>>;

/** Invented people. */
export const people = { ...accounts, ...caring } as const satisfies Readonly<Record<string, Persona>>;

/** The software of a laboratory, registered as a facility of the demonstration. */
export const SOFTWARE = 'lab-software';
export type PersonaName = keyof typeof people | typeof SOFTWARE;

/** Everybody a token can be had for, and what he is. */
export const personas = Object.fromEntries([
  ...Object.entries(people).map(([name, { is }]) => [name, is]),
  [SOFTWARE, 'the software of a laboratory, for itself'],
]) as Readonly<Record<PersonaName, string>>;
