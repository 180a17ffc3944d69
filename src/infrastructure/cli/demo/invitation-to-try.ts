import type { PersonaName } from '../../identity/personas.js';
import type { System } from '../system.js';

interface Try {
  readonly what: string;
  readonly as: PersonaName;
  readonly path: string;
}
const TRIES: readonly Try[] = [
  { what: 'Alice looks at her spaces', as: 'alice', path: '/api/v1/me/spaces' },
  { what: 'the operator reads the counts of the campaign', as: 'operator', path: '/api/v1/campaigns/demo' },
];
const OTHERS: readonly PersonaName[] = ['bruno', 'chloe', 'david', 'agent-3422', 'compliance'];

/** Addresses, and lines to paste into a terminal: each with a token that is valid for twelve hours. */
export async function invitationToTry(system: System): Promise<readonly string[]> {
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
  for (const { what, as, path } of TRIES)
    lines.push(`# ${what}`, `curl -s -H 'authorization: Bearer ${await system.token(as)}' ${url}${path}`, '');
  for (const persona of OTHERS) lines.push(`# token of ${persona}`, await system.token(persona), '');
  return [...lines, 'Ctrl-C ends it; the state is kept.'];
}
