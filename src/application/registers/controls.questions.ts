import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Action } from '../../domain/access/matrix.js';
import { HABILITATIONS, type MatrixEvent } from '../../domain/access/matrix-version.js';
import { nothingHere } from '../../domain/shared/rejection.js';
import type { Actor } from '../../domain/shared/actor.js';
import { categoryOf, type Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { FactReader, isReadable } from '../shared/fact-reader.js';
import { Gate } from '../shared/gate.js';
import { Clock, IdentityRegistry, Journal } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { GetRetention, StandingDestructions, type EvidenceLine, type MatrixVersionLine, type RetentionReport } from './controls.queries.js';
import { evidenceOf } from './evidence.js';
import { ControlReferences, type References } from './references.js';
import { processingRegister, type ProcessingActivity } from './processing-register.js';

/** Categories whose oldest fact a report names. */
const CATEGORIES = [
  ...['space', 'access', 'record', 'veil', 'passage', 'notices', 'actor', 'campaign', 'matrix', 'request', 'breach', 'audit'],
  ...['export', 'case', 'alert'],
];

/** What a controller asks of the service as a whole, and for proof about one person; domain reference 8.4. */
@Injectable()
export class ControlQuestions {
  constructor(
    private readonly gate: Gate,
    private readonly queries: QueryBus,
    private readonly journal: Journal,
    private readonly reader: FactReader,
    private readonly sources: ControlReferences,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
    private readonly destructions: StandingDestructions,
  ) {}

  /** What the person was told, opposed and agreed to, oldest first. */
  async evidence(handle: string, caller: Caller): Promise<readonly EvidenceLine[]> {
    const address = await this.registry.byHandle(handle);
    const moment = await this.admitted('GetEvidence', address?.id ?? null, caller);
    if (address === null) throw new Refused(nothingHere);
    const read = await this.journal.readMany([`space-${address.id}`, `access-${address.id}`]);
    const facts = [...read.values()].flatMap((history) => history.facts as readonly Recorded<Parameters<typeof evidenceOf>[0]['event']>[]);
    return facts
      .filter(({ at }) => at <= moment)
      .flatMap(evidenceOf)
      .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  }

  /** Every version of the authorisation matrix that was wanted until then, with author and reason, oldest first. */
  async matrixVersions(caller: Caller): Promise<readonly MatrixVersionLine[]> {
    const moment = await this.admitted('ListMatrixVersions', null, caller);
    const { facts } = await this.journal.read<MatrixEvent>(`matrix-${HABILITATIONS}`);
    return versionsIn(facts.filter(({ at }) => at <= moment));
  }

  /** Whether what must be gone is gone. */
  async retention(caller: Caller): Promise<RetentionReport> {
    const asking = askingOf(caller, this.clock.now());
    const counts = await this.queries.execute(new GetRetention(asking));
    const at = asking.asOf ?? this.clock.now();
    return { at, ...counts, pastTraces: await this.destructions.tracesPast(at), oldest: await this.oldest(at) };
  }

  /** The register of processing activities, with the delays that are in force (GDPR art. 30). */
  async processing(caller: Caller): Promise<readonly ProcessingActivity[]> {
    await this.admitted('GetProcessingRegister', null, caller);
    return processingRegister;
  }

  /** What is kept elsewhere and asked for first: impact assessment, security policy, certificate of the host, processors. */
  async references(caller: Caller): Promise<References> {
    await this.admitted('GetControlReferences', null, caller);
    return this.sources.read();
  }

  private async admitted(action: Action, space: string | null, caller: Caller): Promise<Instant> {
    const { actor, messageId, purpose, asOf } = askingOf(caller, this.clock.now());
    return (await this.gate.pass({ actor, action, space, messageId, purpose, asOf })).moment;
  }

  /** Once the oldest of a category is known, the rest of it is no longer opened: what a report costs does not grow with the log. */
  private async oldest(until: Instant): Promise<RetentionReport['oldest']> {
    const found = new Map<string, Instant>();
    let after: bigint | null = 0n;
    while (after !== null && found.size < CATEGORIES.length) after = await this.further(after, until, found);
    return CATEGORIES.map((category) => ({ category, at: found.get(category) ?? null }));
  }

  /** Reads on until further categories are found; null at the end of the log. */
  private async further(after: bigint, until: Instant, found: Map<string, Instant>): Promise<bigint | null> {
    const known = found.size;
    const wanted = CATEGORIES.filter((category) => !found.has(category));
    for await (const { facts, position } of this.reader.read(after, wanted)) {
      for (const met of facts) {
        const category = categoryOf(met.stream);
        if (isReadable(met) && met.at <= until && !found.has(category)) found.set(category, met.at);
      }
      if (found.size > known) return position;
    }
    return null;
  }
}

const accountOf = (who: Actor): string | null => ('subject' in who ? `${who.subject.issuer}|${who.subject.sub}` : null);

function versionsIn(facts: readonly Recorded<MatrixEvent>[]): readonly MatrixVersionLine[] {
  const published = new Map(
    facts.flatMap(({ event, at }) =>
      event.type === 'MatrixVersionPublished' ? [[event.version, { at, from: event.appliesFrom }] as const] : [],
    ),
  );
  return facts.flatMap(({ event, at, meta: { who } }) => {
    if (event.type !== 'MatrixVersionProposed') return [];
    const { version, reason, source, appliesFrom } = event;
    const its = published.get(version);
    const line = { version, proposedAt: at, by: who.role, account: accountOf(who), reason, source };
    return [{ ...line, appliesFrom: its?.from ?? appliesFrom, publishedAt: its?.at ?? null }];
  });
}
