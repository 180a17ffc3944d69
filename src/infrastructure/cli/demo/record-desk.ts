import { professionals, type ProfessionalName } from '../../identity/professional-personas.js';
import type { PersonaName } from '../../identity/personas.js';
import { Failed } from '../outcome.js';
import type { Answered, Asked, RefusedAnswer } from './door.js';
import { pdfOf } from './paper.js';
import type { Stage } from './stage.js';

/** The documents of the story, by a short name. */
export interface Paper {
  readonly name: 'biology' | 'letter' | 'psychology' | 'diagnosis';
  readonly typeCode: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly confidentiality?: readonly string[];
}
/** What a list shows of a document, as far as the story looks. */
interface Listed {
  readonly document: string;
  readonly title: string;
}
export interface ListedPage {
  readonly total: number;
  readonly documents: readonly Listed[];
}
/** Whom a right is given to, as the doors take it. */
export interface Grantee {
  readonly kind: 'PROFESSIONAL' | 'FACILITY';
  readonly id: string;
}
type Wish = Omit<Asked, 'path'> & { readonly path: string };

/** The wish to deposit a paper, with its entry. */
export function depositing(as: PersonaName, { typeCode, title, lines, confidentiality }: Paper): Wish {
  const where = { healthcareFacilityType: 'SA25', practiceSetting: 'AMBULATOIRE' };
  const entry = { typeCode, title, ...where, ...(confidentiality ? { confidentiality } : {}) };
  return { method: 'POST', path: 'documents', as, upload: { entry, file: pdfOf([title, ...lines]) } };
}

/** National identifier of an invented professional. */
export const idOf = (name: ProfessionalName): string => String(professionals[name].claims['SubjectNameID']);

/** Where everybody of the second half of the story comes together: the space of the first who activated, and what was put into it. */
export class RecordDesk {
  private readonly papers = new Map<Paper['name'], string>();

  constructor(
    readonly stage: Stage,
    readonly space: string,
  ) {}

  /** A question or wish about this space; `path` behind the space. */
  ask<T>(wish: Wish): Promise<Answered<T>> {
    return this.stage.door.ask<T>(this.here(wish));
  }
  /** The same by somebody who must be refused. */
  refused(wish: Wish): Promise<RefusedAnswer> {
    return this.stage.door.refused(this.here(wish));
  }
  /** A wish of the holder. */
  async holderDoes(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
    await this.ask({ method, path, as: 'alice', body });
  }

  /** Somebody says for himself, a place, or its software, that the person was informed and agreed. */
  async consent(as: PersonaName, grantee: Grantee, scope: readonly string[] = ['CONSULT', 'FEED']): Promise<void> {
    const body = { grantee, basis: 'CARE_TEAM', scope, means: 'ORAL', informed: true };
    await this.ask({ method: 'POST', path: 'consents', as, body });
  }

  async deposit(as: PersonaName, paper: Paper): Promise<void> {
    const { body } = await this.ask<{ document: string }>(depositing(as, paper));
    this.papers.set(paper.name, body.document);
  }

  /** The id of a document that was deposited. */
  idOf(name: Paper['name']): string {
    const id = this.papers.get(name);
    if (id === undefined) throw new Failed(`the story has no ${name} yet`);
    return id;
  }

  /** His list, after everything that was written has been taken by the read models. */
  async list(as: PersonaName, mode?: string): Promise<ListedPage> {
    await this.stage.system.waitUntilCaughtUp();
    return (await this.ask<ListedPage>({ method: 'GET', path: 'documents', as, ...(mode === undefined ? {} : { mode }) })).body;
  }

  private here({ path, ...wish }: Wish): Asked {
    return { ...wish, path: `spaces/${this.space}/${path}` };
  }
}

/** One step about the record: plays it, and says in words and counts what happened. */
export interface RecordStep {
  readonly title: string;
  play(desk: RecordDesk): Promise<readonly string[]>;
}

/** `2 documents: A, B`. */
export const inWords = ({ total, documents }: ListedPage): string =>
  `${total} document${total === 1 ? '' : 's'}${total === 0 ? '' : `: ${documents.map(({ title }) => `“${title}”`).join(', ')}`}`;
/** Throws Failed when the story does not go as it is told. */
export function mustBe(holds: boolean, what: string): void {
  if (!holds) throw new Failed(`the story did not come out right: ${what}`);
}
