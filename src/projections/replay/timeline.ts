import { isReadable, type Met } from '../../application/shared/fact-reader.js';
import { foldAccess } from '../../domain/access/fold-access.js';
import { NOBODY, type AccessFacts } from '../../domain/access/facts.js';
import type { DocumentFacts } from '../../domain/access/policy.js';
import type { Professional } from '../../domain/shared/actor.js';
import { categoryOf, type Recorded, type StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { factsOf, type Deciding } from '../record/document-rows.js';
import { documentEntries } from '../record/documents.js';
import { project, untyped, type Row } from '../shared/projection.js';

/** A document as far as its facts can still be read. */
export interface KnownDocument {
  readonly facts: DocumentFacts;
  /** False where the description died with the document: type, category and authors beside the depositor are unknown. */
  readonly described: boolean;
  /** Where it lies. */
  readonly stream: StreamName;
  /** From when on the holder sees it; null: nothing hides it from him. */
  readonly visibleAt: Instant | null;
}

const DOCUMENTS = untyped(documentEntries);
/** Who a professional said he was, by number and place. */
const statedAs = ({ id, facility }: Professional): string => `${id} ${facility?.id ?? ''}`;

/** A space as decisions read it, taking its facts in one by one: what the gate folds, and what the read model of documents makes of them. */
export class Timeline {
  access: AccessFacts = NOBODY;
  private readonly rows = new Map<string, Row>();
  private readonly professionals = new Map<string, Professional>();

  /** False where nothing is otherwise than before: somebody looked who has looked before. */
  take(fact: Recorded): boolean {
    const category = categoryOf(fact.stream);
    const decides = category === 'space' || category === 'access';
    if (decides) this.access = foldAccess([fact], this.access);
    const operations = project(DOCUMENTS, fact);
    for (const operation of operations) {
      const key = String(operation.key['document_id']);
      if (operation.op === 'drop') this.rows.delete(key);
      else if (operation.op === 'put') this.rows.set(key, { ...operation.key, ...operation.row });
      else if (this.rows.has(key)) this.rows.set(key, { ...this.rows.get(key), ...operation.row });
    }
    const { who } = fact.meta;
    const states = who.role === 'professional' && this.learn(who.professional);
    return decides || operations.length > 0 || states;
  }

  /** False where he said the same of himself before. */
  private learn(professional: Professional): boolean {
    const place = statedAs(professional);
    const before = this.professionals.get(place);
    this.professionals.set(place, professional);
    return JSON.stringify(before) !== JSON.stringify(professional);
  }

  /** Another one that goes on from here by itself. */
  copy(): Timeline {
    const copy = new Timeline();
    copy.access = this.access;
    for (const [key, row] of this.rows) copy.rows.set(key, row);
    for (const [key, professional] of this.professionals) copy.professionals.set(key, professional);
    return copy;
  }

  /** Professionals as they last stated themselves in this space, each place of work apart. */
  get stated(): readonly Professional[] {
    return [...this.professionals.values()];
  }

  /** At this moment, of the facts taken in so far; null when there is no such document. */
  document(id: string, at: Instant): KnownDocument | null {
    const row = this.rows.get(id);
    return row === undefined ? null : knownOf(row, at);
  }

  /** The same of all of them, the latest deposit first. */
  documents(at: Instant): readonly KnownDocument[] {
    return [...this.rows.values()].reverse().map((row) => knownOf(row, at));
  }
}

function knownOf(row: Row, at: Instant): KnownDocument {
  const described = row['type_code'] !== null;
  const blank = described ? {} : { type_code: '', category: '', author_ids: '[]' };
  const deciding = { ...row, ...blank } as unknown as Deciding;
  return { facts: factsOf(deciding, at), described, stream: deciding.stream, visibleAt: deciding.visible_at };
}

/** The facts that can be read of what was met, written until this moment (inclusive) and not yet taken in, in their order. */
export const readableUntil = (met: readonly Met[], until: Instant): readonly Recorded[] =>
  met.filter(isReadable).filter(({ at }) => at <= until);
