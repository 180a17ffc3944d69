import { SOFTWARE, type PersonaName } from '../../identity/personas.js';
import type { System } from '../system.js';
import type { Door } from './door.js';
import { spaceOf } from './stage.js';

interface Try {
  readonly what: string;
  readonly as: PersonaName;
  /** Behind the address of the REST door. */
  readonly path: string;
  /** What goes with it, as curl takes it. */
  readonly more?: string;
}
const json = (body: object): string => `-H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
const IN_EMERGENCY = `-H 'x-access-mode: bris_de_glace'`;
const ENTRY = { typeCode: '11502-2', title: 'Bilan de contrôle', healthcareFacilityType: 'SA25', practiceSetting: 'AMBULATOIRE' };

const triesIn = (space: string): readonly Try[] => [
  { what: 'Alice looks at her spaces', as: 'alice', path: 'me/spaces' },
  { what: 'Alice reads who looked and who was refused', as: 'alice', path: `spaces/${space}/history?first=10` },
  { what: 'Alice sees who has access, and why', as: 'alice', path: `spaces/${space}/rights` },
  { what: 'Alice reads what she was told', as: 'alice', path: `spaces/${space}/notices` },
  { what: 'Dr Petit lists what he may see', as: 'dr-petit', path: `spaces/${space}/documents` },
  {
    what: 'The laboratory deposits a note (make one: echo "Glycémie : 0,92 g/L" > note.txt)',
    as: SOFTWARE,
    path: `spaces/${space}/documents`,
    more: `-F 'metadata=${JSON.stringify(ENTRY)}' -F 'file=@note.txt;type=text/plain'`,
  },
  { what: 'Alice masks everything', as: 'alice', path: `spaces/${space}/masks/all`, more: '-X PUT' },
  {
    what: 'A doctor of the hospital breaks the glass',
    as: 'emergency-doctor',
    path: `spaces/${space}/emergency-accesses`,
    more: `${IN_EMERGENCY} ${json({ mode: 'bris_de_glace', reason: 'Patiente inconsciente' })}`,
  },
  { what: '… and reads', as: 'emergency-doctor', path: `spaces/${space}/documents`, more: IN_EMERGENCY },
  { what: 'the operator reads the counts of the campaign', as: 'operator', path: 'campaigns/demo' },
];
const OTHERS: readonly PersonaName[] = [
  ...(['bruno', 'chloe', 'david', 'agent-3422', 'compliance', 'insurer-agent'] as const),
  ...(['dr-martin', 'nurse-leroy', 'psychologist', 'lab-biologist', 'samu-doctor', 'occupational-doctor'] as const),
];

/** Addresses, and lines to paste into a terminal: each with a token, of people valid for twelve hours, of software for ten minutes. */
export async function invitationToTry(system: System, door: Door): Promise<readonly string[]> {
  const url = system.url ?? '';
  const lines = [
    '',
    `REST             ${url}/api/v1`,
    `OpenAPI page     ${url}/docs`,
    `GraphQL explorer ${url}/graphql/explorer`,
    `health           ${url}/health/ready`,
    `metrics          ${url}/metrics`,
    '',
  ];
  for (const { what, as, path, more } of triesIn(await spaceOf({ door }, 'alice'))) {
    const extra = more === undefined ? '' : ` ${more}`;
    lines.push(`# ${what}`, `curl -s -H 'authorization: Bearer ${await system.token(as)}'${extra} '${url}/api/v1/${path}'`, '');
  }
  for (const persona of OTHERS) lines.push(`# token of ${persona}`, await system.token(persona), '');
  return [...lines, 'Ctrl-C ends it; the state is kept.'];
}
