import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import type { Scene } from '../api/operations.js';
import { QUESTIONS } from '../api/overview-operations.js';
import type { Answer, Attack } from './attack.js';

/** What no answer may show: stacks, statements, places inside. */
const INSIDE =
  /node_modules|\bat [\w.<>]+ \(|\.[jt]s:\d+|file:\/\/|\bSELECT\b|\bINSERT\b|\bUPDATE\b|relation "|column "|syntax error at|log\.event|\bpg_(catalog|class|stat|roles|toast|temp|hba|advisory)|postgres|\bECONN|mes_reader|mes_writer/i;
/** Pages of ours that are no answer to a request: the explorer and the OpenAPI document may speak of anything. */
const PAGES = /^\/(graphql\/explorer|docs|openapi)/;

export const CARRIED_OUT = 'a bad wish was carried out';

interface GraphqlError {
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly problem?: string };
}
interface Body {
  readonly code?: string;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
}
const bodyOf = (text: string): Body => JSON.parse(text) as Body;
const isGraphql = ({ url }: Attack, { headers }: Answer): boolean =>
  url.split('?')[0] === '/graphql' && !String(headers['content-type']).startsWith('application/problem+json');

/** What is wrong with this answer; empty when it is as it must be. */
export function faultsOf(attack: Attack, answer: Answer, known: ReadonlySet<string>): readonly string[] {
  const { status, text } = answer;
  const shown = PAGES.test(attack.url) && status < 400 ? '' : `${text} ${JSON.stringify(answer.headers)}`;
  const leak = INSIDE.exec(shown)?.[0];
  return [
    ...(status >= 500 ? [`status ${status}`] : []),
    ...(leak === undefined ? [] : [`shows ${leak}`]),
    ...(isGraphql(attack, answer) ? graphqlFaults(attack, bodyOf(text), known) : restFaults(attack, answer, known)),
  ];
}

/** Questions that name somebody, and so in the body. */
const ASKED_IN_BODY = ['findSpaceByIdentity', 'accessesBy'];
function restFaults({ method, operation }: Attack, { status, headers, text }: Answer, known: ReadonlySet<string>): readonly string[] {
  if (status < 400)
    return operation && method !== 'GET' && !ASKED_IN_BODY.includes(operation.field) && !QUESTIONS.includes(operation.field)
      ? [CARRIED_OUT]
      : [];
  const type = String(headers['content-type']);
  if (!type.startsWith('application/problem+json')) return [`content type ${type}`];
  if (method === 'HEAD') return [];
  const { code } = bodyOf(text);
  return known.has(String(code)) ? [] : [`code ${String(code)} is not in the reference`];
}

function graphqlFaults({ operation }: Attack, { data, errors = [] }: Body, known: ReadonlySet<string>): readonly string[] {
  const wish = operation !== undefined && !QUESTIONS.includes(operation.field);
  return [
    ...(wish && errors.length === 0 ? [CARRIED_OUT] : []),
    ...(data === undefined ? ['no data member'] : []),
    ...errors.flatMap(({ extensions }) => [
      ...(typeof extensions?.code === 'string' ? [] : ['an error without a code']),
      ...(['INTERNAL_SERVER_ERROR', 'UNAVAILABLE'].includes(String(extensions?.code)) ? [`${String(extensions?.code)}`] : []),
      ...(known.has(String(extensions?.problem)) ? [] : [`code ${String(extensions?.problem)} is not in the reference`]),
    ]),
  ];
}

/** Who may put which question about a space; written down here once more, so that the matrix is not asked about itself. */
const allowed: Readonly<Record<string, (as: PersonaName, holder: string | null) => boolean>> = {
  space: (as, holder) => as === holder || as === 'agent-3422' || as === 'compliance',
  activityHistory: (as, holder) => as === holder || as === 'compliance',
  historyReceipt: (as, holder) => as === holder,
  closurePreview: (as, holder) => as === holder || as === 'agent-3422',
  findSpaceByIdentity: (as) => as === 'agent-3422',
  evidence: (as) => as === 'compliance',
  ending: (as) => as === 'archivist' || as === 'compliance',
  documents: (as, holder) => as === holder,
  dossier: (as, holder) => as === holder,
  rights: (as, holder) => as === holder || as === 'compliance',
  accessesToSpace: (as) => as === 'compliance',
  notices: (as, holder) => as === holder || as === 'compliance',
  ...Object.fromEntries(
    ['replaySteps', 'dossierState', 'dossierDifference', 'whoCouldSee', 'whatCouldSee', 'whatIf'].map((field) => [
      field,
      (as: PersonaName) => as === 'compliance',
    ]),
  ),
  copies: (as, holder) => as === holder,
};
/** Refusals of the gate that speak of one space. */
const OF_A_SPACE = [
  'access/nothing-here',
  'access/no-consent',
  'access/space-not-open',
  'access/not-regulating',
  'access/emergency-not-open',
];
/** Whose input names a person: who may not do it is refused before anybody is looked up. */
const BY_NUMBER = ['activateSpace', 'findPatient', 'linkLegalRepresentative', 'endLegalRepresentation', 'liftSuppression'];

/** What somebody is told who may ask, and asks of a time when there was nothing yet, or of a line that is none. */
const NOT_THEN = [
  'access/nothing-here',
  'enrolment/nobody-recognised',
  'record/nothing-here',
  'access/no-matrix-then',
  'history/no-such-line',
];

/** What must be remembered of the attacks so far, by their answers alone. */
export class Remembered {
  /** Stream id of the space → allowed questions. */
  readonly passages = new Map<string, number>();
  /** `account target reason` of those refused by the gate. */
  readonly denials = new Set<string>();

  constructor(
    private readonly holderOf: (scene: Scene) => string | null,
    /** Stream ids of the spaces that Alice holds: her list of them is a look at each. */
    private readonly heldByAlice: readonly string[],
  ) {}

  note(attack: Attack, answer: Answer): void {
    const { as, operation, scene } = attack;
    for (const list of listsIn(attack, answer)) if (list.length > 0 || as === 'alice') this.heldByAlice.forEach((id) => this.saw(id));
    if (as === null || operation === undefined) return;
    const code = codeOf(attack, answer);
    if (scene !== null && this.passed(attack, scene, code)) this.saw(scene.address.id);
    // With a letter or a number nothing is looked up for whoever may not do it anyway: the refusal names no space.
    else if (code === 'access/not-allowed') this.denials.add(`${as} ${isLooked(operation) ? (scene?.address.id ?? '') : ''} ${code}`);
    // Whose space a letter reopens is decided behind the gate: it admits everybody with an account.
    else if (code !== null && OF_A_SPACE.includes(code) && scene !== null && operation.field !== 'reopenSpace')
      this.denials.add(`${as} ${scene.address.id} ${code}`);
    else if (code === 'record/nothing-here' && scene !== null && operation.field === 'document')
      this.denials.add(`${as} ${scene.address.id} ${code}`);
  }

  private saw(space: string): void {
    this.passages.set(space, (this.passages.get(space) ?? 0) + 1);
  }

  /** The gate let the question pass, whatever became of it behind. */
  private passed({ as, operation }: Attack, scene: Scene, code: string | null): boolean {
    const may = as !== null && operation !== undefined && allowed[operation.field]?.(as, this.holderOf(scene)) === true;
    return may && code !== 'query/as-of-in-the-future' && (code === null || code.startsWith('query/') || NOT_THEN.includes(code));
  }
}

/** The code of the refusal; null when there was none. */
function codeOf(attack: Attack, answer: Answer): string | null {
  if (!isGraphql(attack, answer)) return answer.status < 400 ? null : (bodyOf(answer.text).code ?? '');
  const [first] = bodyOf(answer.text).errors ?? [];
  return first === undefined ? null : (first.extensions?.problem ?? '');
}

/** The space is named by its handle, so the gate knows it. */
const isLooked = ({ as, field }: { readonly as?: string | undefined; readonly field: string }): boolean =>
  as !== undefined && !BY_NUMBER.includes(field);

/** The lists in this answer. Those that hold anything, and all that Alice is given, are lists of her spaces: empty when none was there at the moment she asked about. */
const listsIn = (attack: Attack, answer: Answer): readonly (readonly unknown[])[] => {
  if (attack.operation !== undefined && attack.operation.field !== 'mySpaces') return [];
  if (answer.status >= 400 || answer.text === '' || !String(answer.headers['content-type']).includes('json')) return [];
  const body = JSON.parse(answer.text) as Body | readonly unknown[];
  return (Array.isArray(body) ? [body] : Object.values((body as Body).data ?? {})).filter((value) => Array.isArray(value));
};
