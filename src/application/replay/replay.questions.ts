import { Injectable } from '@nestjs/common';
import type { Action } from '../../domain/access/matrix.js';
import { hiddenByVeil } from '../../domain/notices/veil-knowledge.js';
import { categoryOf, type Recorded, type StreamName } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import { dayAfter, epochOf, instantOf, startOfDay, type Instant, type LocalDate } from '../../domain/shared/time.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { isReadable } from '../shared/fact-reader.js';
import { Gate, type Passing } from '../shared/gate.js';
import { Clock, IdentityRegistry } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { SpaceFacts } from '../shared/space-facts.js';
import { sightOf } from '../shared/subject-query.js';
import type { WhatCouldSeeAnswer, WhoCouldSeeAnswer } from './could-see.queries.js';
import { Foresights, type Period } from './foresights.js';
import { DossierReplays, type DossierDifference, type StatePart, type StepPage, type StepRequest } from './replay.queries.js';
import { withPurpose } from './stated-purpose.js';

const inTheFuture = reject('invalid', 'query/as-of-in-the-future');
const wrongOrder = reject('invalid', 'audit/moments-in-wrong-order');

/** Which day, or which instant, is asked about; now without either. */
export interface AskedPeriod {
  /** A whole Paris day; of today, until now. */
  readonly day?: LocalDate | undefined;
}

/** What a compliance officer asks of the past of one space, with his reason. Each answer leaves a line in the history of the space before it is given. */
@Injectable()
export class ReplayQuestions {
  constructor(
    private readonly gate: Gate,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
    private readonly replays: DossierReplays,
    private readonly foresights: Foresights,
    private readonly facts: SpaceFacts,
  ) {}

  /** Event by event, oldest first; up to `asOf` when the caller names one. */
  async steps(handle: string, request: StepRequest, caller: Caller): Promise<StepPage> {
    const { space, looking } = await this.admitted('ReplaySteps', handle, caller);
    return this.replays.steps(space, request, looking);
  }

  /** What became of the dossier between two moments, in the sense of `caller.knowledge`. */
  async difference(handle: string, from: Instant, to: Instant, caller: Caller): Promise<DossierDifference> {
    if (to < from) throw new Refused(wrongOrder);
    const { space, looking } = await this.admitted('CompareMoments', handle, { ...caller, asOf: to });
    return this.replays.difference(space, { from, to, knowledge: caller.knowledge ?? 'KNOWN' }, looking);
  }

  /** The dossier without what it says, at the moment of the caller (now without one). */
  async state(handle: string, caller: Caller): Promise<readonly StatePart[]> {
    const { space, looking } = await this.admitted('ReplaySteps', handle, caller);
    return this.replays.state(space, looking.asOf, caller.knowledge ?? 'KNOWN', looking);
  }

  /** Who could have seen a document, and who did, on a day or at the instant `asOf`. */
  async whoCouldSee(handle: string, document: string, { day }: AskedPeriod, caller: Caller): Promise<WhoCouldSeeAnswer> {
    const period = this.periodOf(day, caller);
    const asked = { ...caller, asOf: period.from };
    const { space, looking } = await this.admitted('WhoCouldSee', handle, asked, document);
    const { asking, ...rest } = looking;
    return this.foresights.whoCouldSee(space, document, period, { ...rest, asking: { after: asking.after } });
  }

  /** What a professional could see of the space on a day or at the instant `asOf`; now without either. */
  async whatCouldSee(handle: string, professional: string, { day }: AskedPeriod, caller: Caller): Promise<WhatCouldSeeAnswer> {
    const period = this.periodOf(day, caller);
    const { space } = await this.admitted('WhatCouldSee', handle, { ...caller, asOf: period.from });
    return this.foresights.whatCouldSee(space, professional, period);
  }

  /**
   * Whoever may not know of the document yet must not learn of it by this look, also when it was taken back since: asked of the facts, where it has a place
   * for ever. In a closed space they cannot be read, and a line names no document to anybody.
   */
  private async about(space: string, document: string): Promise<Pick<Passing, 'document' | 'veil'>> {
    const facts = (await this.facts.of(space, ['record', 'veil'])).filter(isReadable);
    const deposited = facts.find(({ event }) => event.type === 'DocumentDeposited' && 'document' in event && event.document === document);
    const hides = deposited !== undefined && categoryOf(deposited.stream) === 'veil' && this.isHidden(facts, deposited.stream);
    return { document: { id: document, facts: null }, ...(hides ? { veil: deposited.stream } : {}) };
  }

  private isHidden(facts: readonly Recorded[], veil: StreamName): boolean {
    const its = facts.filter(({ stream }) => stream === veil);
    return hiddenByVeil(its, this.clock.now()).length > 0;
  }

  private periodOf(day: LocalDate | undefined, { asOf }: Caller): Period {
    const now = this.clock.now();
    const next = instantOf(epochOf(now) + 1);
    if (day === undefined) return { from: asOf ?? now, until: asOf === undefined ? next : instantOf(epochOf(asOf) + 1) };
    const [from, until] = [startOfDay(day), startOfDay(dayAfter(day, { days: 1 }))];
    if (from > now) throw new Refused(inTheFuture);
    return { from, until: until < next ? until : next };
  }

  /**
   * Through the gate, which writes the line: of a document too, so that its holder reads what was asked about. Nothing is read of a document for somebody
   * who may not ask; what he is refused names none.
   */
  private async admitted(action: Action, handle: string, caller: Caller, document?: string) {
    const asking = askingOf(withPurpose(caller), this.clock.now());
    const space = await this.registry.idOf(handle);
    const { after: _, ...passing } = asking;
    const wish = { ...passing, action, space };
    if (document !== undefined) await this.gate.admit(wish);
    const about = document === undefined ? {} : await this.about(space, document);
    const admission = await this.gate.pass({ ...wish, ...about });
    const sight = sightOf(asking.actor, admission);
    return { space, looking: { admission, sight, asking, asOf: admission.moment } };
  }
}
