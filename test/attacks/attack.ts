import type { Operation, Scene } from '../api/operations.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { NOBODYS_HANDLE } from './nasty.js';

/** One bad request, exactly as it is sent, and what the accounts need to know of it. */
export interface Attack {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer | undefined;
  /** Whose valid token it carries. */
  readonly as: PersonaName | null;
  /** What it is made from; absent: it addresses no operation. */
  readonly operation?: Operation;
  /** The space it speaks of, when there is one. */
  readonly scene: Scene | null;
}
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** What attacks are made with. */
export interface Arms {
  readonly scenes: readonly Scene[];
  readonly tokens: Readonly<Record<PersonaName, string>>;
}
export const PERSONAS: readonly PersonaName[] = [
  ...(['alice', 'bruno', 'chloe', 'agent-3422', 'operator', 'compliance'] as const),
  ...(['dr-martin', 'lab-software', 'insurer-agent'] as const),
];
/** Wishes whose input is as good without a member of it, or with another value there. */
export const FORGIVING = [
  'grantTemporaryAccess',
  'depositDocument',
  'recordConsent',
  'changeDocumentConfidentiality',
  'archiveDocument',
  'setDefaultConfidentiality',
  'openEmergencyAccess',
  'maskDocumentFrom',
  'setNoticePreference',
  ...['receiveRightsRequest', 'extendRightsRequest', 'answerRightsRequest', 'recordBreach', 'judgeBreach', 'notifyAuthorityOfBreach'],
  ...['informPeopleOfBreach', 'closeBreach'],
  'whatCouldSee',
  'whatIf',
  'whatIfOfProfessional',
  ...['requestExport', 'refuseExport', 'registerAuditor', 'requestCopy'],
];
const TOLD_BY_STAFF = ['linkLegalRepresentative', 'endLegalRepresentation', 'declareAttendingDoctor', 'endAttendingDoctor'];

/** Those who may never do this, whatever they bring. */
export function strangersTo({ field, as }: Operation): readonly PersonaName[] {
  // A letter serves whoever holds it, with an account or without.
  if (as === undefined) return ['operator', 'compliance'];
  if (field === 'findPatient') return ['alice', 'operator', 'agent-3422'];
  if (TOLD_BY_STAFF.includes(field)) return ['alice', 'bruno', 'dr-martin', 'lab-software'];
  if (as === 'dr-martin' || as === 'emergency-doctor') return ['operator', 'agent-3422', 'compliance'];
  if (as === 'compliance' || as === 'archivist') return ['alice', 'bruno', 'dr-martin'];
  if (as === 'operator') return ['alice', 'bruno', 'agent-3422'];
  if (as === 'agent-3422') return ['alice', 'bruno', 'operator', 'compliance'];
  return field === 'activateSpace' ? ['operator', 'agent-3422', 'compliance'] : ['bruno', 'operator'];
}

/** Codes that nobody has: whatever is done with them, a letter opens nothing. */
export const harmless = (scene: Scene): Scene => ({ ...scene, letter: { ...scene.letter, code: 'ZZZZZ-ZZZZZ' } });

/** The space that these arguments and this input speak of. */
export const sceneOf = (scenes: readonly Scene[], ...said: readonly unknown[]): Scene | null => {
  const values = said.flatMap((some) => (typeof some === 'object' && some !== null ? Object.values(some) : []));
  return scenes.find(({ address, ins }) => values.includes(address.handle) || values.includes(ins)) ?? null;
};

/** The same request about a space of nobody. */
export const aboutNobody = (said: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  ...said,
  ...('space' in said ? { space: NOBODYS_HANDLE } : {}),
});

/** As it can be pasted into a bug report. */
export const printed = ({ method, url, headers, payload }: Attack): string =>
  `${method} ${url}\n${JSON.stringify(headers)}\n${payload === undefined ? '(no body)' : JSON.stringify(payload.toString('latin1')).slice(0, 2_000)}`;

/** Takes away headers, then halves the body, as long as the answer is still wrong. */
export async function shrunk(attack: Attack, wrong: (attack: Attack) => Promise<boolean>): Promise<Attack> {
  let least = attack;
  const attempt = async (smaller: Attack): Promise<void> => void ((await wrong(smaller)) && (least = smaller));
  for (const name of Object.keys(attack.headers)) {
    const { [name]: _dropped, ...headers } = least.headers;
    await attempt({ ...least, headers });
  }
  for (const [name] of membersOf(attack.payload)) {
    const members = membersOf(least.payload).filter(([other]) => other !== name);
    await attempt({ ...least, payload: JSON.stringify(Object.fromEntries(members)) });
  }
  return least;
}

function membersOf(payload: Attack['payload']): [string, unknown][] {
  if (typeof payload !== 'string') return [];
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
