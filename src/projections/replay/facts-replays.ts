import type { GrowingTables, PastStage } from '../../application/replay/growing-tables.js';
import {
  DossierReplays,
  type DossierDifference,
  type DossierLooking,
  type DossierState,
  type StatePart,
  type StepPage,
  type StepRequest,
} from '../../application/replay/replay.queries.js';
import { isReadable, type Met } from '../../application/shared/fact-reader.js';
import type { Secrets } from '../../application/shared/ports.js';
import type { SpaceFacts } from '../../application/shared/space-facts.js';
import { foldAccess } from '../../domain/access/fold-access.js';
import { NOBODY } from '../../domain/access/facts.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { belongsTo, type Knowledge } from '../../domain/shared/knowledge.js';
import type { Instant } from '../../domain/shared/time.js';
import { checkPageSize, positionOf } from '../shared/pages.js';
import { dossierAt } from './dossier.js';
import { changesBetween, partsOf } from './state.js';
import { Stepper } from './stepper.js';

const CATEGORIES = ['space', 'access', 'record', 'passage', 'notices', 'veil', 'actor'] as const;
/** Read models that the dossier is read from. */
const MODELS = ['space-overview', 'documents', 'activity-history'] as const;

/** What a space was, played again from its facts in tables that nobody else sees. */
export class FactsReplays extends DossierReplays {
  constructor(
    private readonly facts: SpaceFacts,
    private readonly stage: PastStage,
    private readonly secrets: Secrets,
  ) {
    super();
  }

  async steps(space: string, request: StepRequest, looking: DossierLooking): Promise<StepPage> {
    checkPageSize(request.first);
    const all = writtenUntil(await this.facts.of(space, CATEGORIES), (at) => at <= looking.asOf);
    const { first, shown, next } = pageIn(all, request, this.begin(request));
    return this.stage.play(space, looking.sight, MODELS, async (tables) => {
      const stepper = new Stepper({ tables, space, admission: looking.admission, secrets: this.secrets });
      await stepper.jumpTo(all.slice(0, first));
      const before = partsOf(stepper.state);
      const steps = [];
      for (const [index, met] of shown.entries()) steps.push(await stepper.step(met, first + index + 1));
      return { before, steps, after: partsOf(stepper.state), next: next && this.secrets.positionToken(next.position) };
    });
  }

  async state(space: string, at: Instant, knowledge: Knowledge, looking: DossierLooking): Promise<readonly StatePart[]> {
    const facts = (await this.facts.of(space, CATEGORIES)).filter(isReadable);
    return partsOf(await this.stateOf(space, facts, { at, knowledge }, looking));
  }

  async difference(
    space: string,
    { from, to, knowledge }: Omit<DossierDifference, 'changes'>,
    looking: DossierLooking,
  ): Promise<DossierDifference> {
    const facts = (await this.facts.of(space, CATEGORIES)).filter(isReadable);
    const before = await this.stateOf(space, facts, { at: from, knowledge }, looking);
    const after = await this.stateOf(space, facts, { at: to, knowledge }, looking);
    return { from, to, knowledge, changes: changesBetween(before, after) };
  }

  /** What was true may have been written in any order, so each moment is played by itself. */
  private stateOf(
    space: string,
    facts: readonly Recorded[],
    { at, knowledge }: { readonly at: Instant; readonly knowledge: Knowledge },
    { sight, admission }: DossierLooking,
  ): Promise<DossierState> {
    const past = facts.filter((fact) => belongsTo(fact, { asOf: at, knowledge }));
    return this.stage.play(space, sight, MODELS, async (tables: GrowingTables) => {
      await tables.take(past);
      return dossierAt({ sql: tables.sql, space, access: foldAccess(past, NOBODY), at, admission, secrets: this.secrets });
    });
  }

  /** Position behind which the page begins; before the first event without a cursor. */
  private begin({ cursor }: StepRequest): bigint {
    return cursor === null ? -1n : BigInt(positionOf(cursor, this.secrets));
  }
}

/** What was written in time. What cannot be read any more was written when its neighbours were: it ends with the first of them that came too late. */
function writtenUntil(all: readonly Met[], isInTime: (at: Instant) => boolean): readonly Met[] {
  const late = all.findIndex((met) => isReadable(met) && !isInTime(met.at));
  return late < 0 ? all : all.filter((met, place) => (isReadable(met) ? isInTime(met.at) : place < late));
}
const isFrom = (met: Met, from: Instant | null): boolean => from === null || (isReadable(met) && met.at >= from);

function pageIn(all: readonly Met[], { first: most, from, until }: StepRequest, after: bigint) {
  const found = all.findIndex((met) => met.position > after && isFrom(met, from));
  const first = found < 0 ? all.length : found;
  const within = writtenUntil(all.slice(first), (at) => until === null || at < until);
  const shown = within.slice(0, most);
  return { first, shown, next: within.length > most ? (shown.at(-1) ?? null) : null };
}
