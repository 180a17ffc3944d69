import type { GrowingTables } from '../../application/replay/growing-tables.js';
import type { DossierState, ReplayStep } from '../../application/replay/replay.queries.js';
import { isReadable, type Met } from '../../application/shared/fact-reader.js';
import type { Admission } from '../../application/shared/gate.js';
import type { Secrets } from '../../application/shared/ports.js';
import { foldAccess } from '../../domain/access/fold-access.js';
import { NOBODY, type AccessFacts } from '../../domain/access/facts.js';
import { categoryOf, trueOn, type Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { lineAt } from '../history/history-pages.js';
import { dossierAt } from './dossier.js';
import { changesBetween } from './state.js';

interface Playing {
  readonly tables: GrowingTables;
  readonly space: string;
  readonly admission: Admission;
  readonly secrets: Secrets;
}
const SEALED = { fr: 'Un fait que l’on ne peut plus lire.', en: 'A fact that can no longer be read.' };
const SILENT = { fr: 'Un fait sans ligne propre dans l’historique.', en: 'A fact without a line of its own in the history.' };

/** The dossier of a space, one event after the other: folded forward once, never built anew. */
export class Stepper {
  state: DossierState = {};
  private access: AccessFacts = NOBODY;

  constructor(private readonly playing: Playing) {}

  /** Takes in what comes before the first step. */
  async jumpTo(before: readonly Met[]): Promise<void> {
    const facts = before.filter(isReadable);
    const last = facts.at(-1);
    await this.take(facts);
    if (last !== undefined) this.state = await this.stateAt(last.at);
  }

  /** One event, and what it changed. What the time before it changed by itself is told apart. `number`: its place among all, from 1. */
  async step(met: Met, number: number): Promise<ReplayStep> {
    const place = { number, category: categoryOf(met.stream), revision: met.rev };
    if (!isReadable(met))
      return { ...place, at: null, on: null, kind: 'Sealed', who: null, line: null, elapsed: [], changes: [], ...SEALED };
    const waited = await this.stateAt(met.at);
    await this.take([met]);
    const after = await this.stateAt(met.at);
    const elapsed = changesBetween(this.state, waited);
    this.state = after;
    return { ...place, ...(await this.said(met)), elapsed, changes: changesBetween(waited, after) };
  }

  private async take(facts: readonly Recorded[]): Promise<void> {
    await this.playing.tables.take(facts);
    this.access = foldAccess(facts, this.access);
  }

  private stateAt(at: Instant): Promise<DossierState> {
    const { tables, ...rest } = this.playing;
    return dossierAt({ ...rest, sql: tables.sql, access: this.access, at });
  }

  /** The event in the words of the history. */
  private async said(fact: Recorded): Promise<Pick<ReplayStep, 'at' | 'on' | 'kind' | 'who' | 'line' | 'fr' | 'en'>> {
    const { tables, space, secrets } = this.playing;
    const line = await lineAt(tables.sql, space, fact.position, secrets);
    const { fr, en } = line ?? SILENT;
    return { at: fact.at, on: trueOn(fact), kind: fact.event.type, who: line?.who ?? null, line: line?.id ?? null, fr, en };
  }
}
