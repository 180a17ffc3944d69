import { Injectable } from '@nestjs/common';
import type { CopyEvent } from '../../domain/portability/copy-vocabulary.js';
import { copies, type Copies } from '../../domain/portability/copies.js';
import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import { replay, type Of, type Tagged } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { isReadable } from '../shared/fact-reader.js';
import { Journal } from '../shared/ports.js';
import { SpaceFacts } from '../shared/space-facts.js';

type Gone = Of<DocumentEvent, 'DocumentUnpublished' | 'DocumentDeleted'>;
/** What lies in a record: documents, and copies of them. */
export type CopyFact = Recorded<CopyEvent | DocumentEvent>;

/** Copies after these facts; those of documents say nothing of them. */
export const copiesAfter = (facts: readonly CopyFact[]): Copies =>
  replay(
    copies,
    facts.map(({ event }) => event as CopyEvent),
  );

const isGone = (fact: Recorded<Tagged>): fact is Recorded<Gone> =>
  fact.event.type === 'DocumentUnpublished' || fact.event.type === 'DocumentDeleted';
/** Documents that were taken back or deleted: none comes back under its id. */
export const goneIn = (facts: readonly CopyFact[]): ReadonlySet<string> =>
  new Set(facts.filter(isGone).map(({ event: { document } }) => document));

/** True when a copy that lies ready holds a document that lies under a veil: what became of that is not in the record. */
function holdVeiled(facts: readonly CopyFact[]): boolean {
  const ready = [...copiesAfter(facts).ready.values()];
  if (ready.length === 0) return false;
  const open = new Set(facts.flatMap(({ event }) => (event.type === 'DocumentDeposited' ? [event.document] : [])));
  return ready.some(({ documents }) => documents.some((document) => !open.has(document)));
}
const byPosition = (one: Recorded, other: Recorded): number => Number(one.position - other.position);

/** The facts that say how the copies of a space stand. */
@Injectable()
export class CopyFacts {
  constructor(
    private readonly journal: Journal,
    private readonly spaceFacts: SpaceFacts,
  ) {}

  /**
   * The record, and what went under veils where a copy may hold it; in the order of the log. Throws KeyGone for a space that is closed, Refused
   * `query/not-caught-up-yet`, StoreUnavailable.
   */
  async of(space: string): Promise<readonly CopyFact[]> {
    const { facts } = await this.journal.read<CopyFact['event']>(`record-${space}`);
    if (!holdVeiled(facts)) return facts;
    const veiled = await this.spaceFacts.of(space, ['veil']);
    return [...facts, ...veiled.filter(isReadable).filter(isGone)].sort(byPosition);
  }
}
