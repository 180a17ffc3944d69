import { Injectable } from '@nestjs/common';
import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import { matrixOf } from '../../domain/access/matrix-version.js';
import { POLICY_VERSION } from '../../domain/access/policy-version.js';
import { nameOfProfessional } from '../../domain/shared/actor.js';
import { idOf, type Recorded } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import { epochOf } from '../../domain/shared/time.js';
import type { LookedAt } from '../../domain/audit/compliance-look.js';
import { Matrices } from '../access/matrices.js';
import { knownCodes, rowsOf, type MatrixFile } from '../access/matrix-file.js';
import { CodeTables } from '../record/code-tables.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { DISORDER_MS } from '../shared/event-store.js';
import { FactReader, isReadable, type FactBatch, type Met } from '../shared/fact-reader.js';
import { Gate } from '../shared/gate.js';
import { Clock, IdentityRegistry, UnreadableEvent } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { standsStill } from '../shared/wishes.js';
import type { ChangedDecision, WhatIfAnswer, WhatIfCounts } from './could-see.queries.js';
import { Foresights, type OtherLaw, type Period } from './foresights.js';
import { withPurpose } from './stated-purpose.js';

/** Most spaces that one question about a professional reads at a door. */
const MOST_SPACES = 200;
const tooWide = reject('invalid', 'audit/too-wide');
const noSuchVersion = reject('not-found', 'access/no-such-matrix-version');
const wrongOrder = reject('invalid', 'audit/moments-in-wrong-order');

/** The other matrix: a published version by its number, or a file that may never be one. */
export type OtherMatrix = { readonly version: number } | { readonly file: MatrixFile };
/** What is told on the way through the whole log. */
export interface WhatIfProgress {
  /** Positions of the log considered, of so many. */
  readonly done: bigint;
  readonly of: bigint;
}
type Part = WhatIfCounts & { readonly changes: readonly ChangedDecision[] };
const COUNTS = ['decisions', 'same', 'allowedNow', 'deniedNow', 'otherReason', 'notRecorded', 'notReproduced'] as const;
const summed = (one: WhatIfCounts, other: WhatIfCounts): WhatIfCounts =>
  Object.fromEntries(COUNTS.map((name) => [name, one[name] + other[name]])) as unknown as WhatIfCounts;
const NONE = Object.fromEntries(COUNTS.map((name) => [name, 0])) as unknown as WhatIfCounts;

/** Streams that looks and refusals lie in. */
const LOOKED_AT = ['passage', 'veil', 'actor'] as const;
/** True where nothing of the period lies behind this any more. */
const isBehind = (met: Met, { until }: Period): boolean => isReadable(met) && epochOf(met.at) > epochOf(until) + DISORDER_MS;

/** The spaces that somebody looked at, or was refused, within the period. */
function spacesIn({ facts }: FactBatch, { from, until }: Period): ReadonlySet<string> {
  const looks = facts.filter(isReadable).filter(({ at, event: { type } }) => from <= at && at < until && LOOKS.includes(type));
  return new Set(looks.map(spaceOf).filter((space) => space !== ''));
}
const LOOKS: readonly string[] = ['AccessGranted', 'AccessDenied'];
const spaceOf = ({ event, stream }: Recorded): string => {
  if ('target' in event) return String(event.target);
  return 'space' in event && typeof event.space === 'string' ? event.space : idOf(stream);
};
/** Nothing can be said of a space with an event that cannot be read; the others go on. */
function standingStill(error: unknown): null {
  if (error instanceof UnreadableEvent || standsStill(error)) return null;
  throw error;
}

/** The accesses of a period under another version of the authorisation matrix. */
@Injectable()
export class WhatIfQuestions {
  constructor(
    private readonly gate: Gate,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
    private readonly matrices: Matrices,
    private readonly tables: CodeTables,
    private readonly foresights: Foresights,
    private readonly reader: FactReader,
  ) {}

  /** Of one space. Leaves a line in its history. */
  async ofSpace(handle: string, other: OtherMatrix, period: Period, caller: Caller): Promise<WhatIfAnswer> {
    const [asking, matrix] = [this.asking(period, caller), await this.matrixOf(other)];
    const space = await this.registry.idOf(handle);
    await this.pass(space, asking);
    return { ...period, policy: POLICY_VERSION, ...(await this.foresights.whatIf(space, { ...period, matrix, professional: null })) };
  }

  /** Of one professional, in every space where he looked. Leaves a line among the looks of compliance, and one in each of them. Throws Refused `audit/too-wide`. */
  async ofProfessional(professional: string, other: OtherMatrix, period: Period, caller: Caller): Promise<WhatIfAnswer> {
    const asking = await this.passedAcross(period, caller, { actor: nameOfProfessional(professional) });
    const matrix = await this.matrixOf(other);
    const spaces = await this.foresights.spacesOf(professional, period, { most: MOST_SPACES + 1, upTo: await this.reader.head() });
    if (spaces.length > MOST_SPACES) throw new Refused(tooWide);
    let [counts, changes] = [NONE, [] as readonly ChangedDecision[]];
    for (const space of spaces) {
      await this.pass(space, asking);
      const part = await this.foresights.whatIf(space, { ...period, matrix, professional });
      [counts, changes] = [summed(counts, part), [...changes, ...part.changes]];
    }
    return { ...period, policy: POLICY_VERSION, ...counts, changes };
  }

  /**
   * Of everybody: walks the log once, batch by batch, and decides each space of a batch by itself, so that memory stays as it is however long the log.
   * A line among the looks of compliance comes first; what changes goes to `tell` as it is found, after the line in its space is written. `leftOut`: spaces that stand still, met in a batch.
   */
  async ofAll(
    other: OtherMatrix,
    period: Period,
    caller: Caller,
    { tell, progress }: { readonly tell: (change: ChangedDecision) => void; readonly progress: (at: WhatIfProgress) => void },
  ): Promise<Omit<WhatIfAnswer, 'changes'> & { readonly leftOut: number }> {
    const asking = await this.passedAcross(period, caller);
    const matrix = await this.matrixOf(other);
    const head = await this.reader.head();
    let [counts, leftOut, after] = [NONE, 0, 0n];
    for await (const batch of this.reader.read(0n, LOOKED_AT)) {
      const law = { ...period, matrix, professional: null, within: { after, upTo: batch.position } };
      for (const space of spacesIn(batch, period)) {
        const part = await this.part(space, law, asking).catch(standingStill);
        if (part === null) leftOut++;
        else counts = summed(counts, part);
        part?.changes.forEach(tell);
      }
      after = batch.position;
      progress({ done: after, of: head });
      if (batch.facts.some((met) => isBehind(met, period))) break;
    }
    return { ...period, policy: POLICY_VERSION, ...counts, leftOut };
  }

  private async part(space: string, law: OtherLaw, asking: Caller): Promise<Part> {
    const part = await this.foresights.whatIf(space, law);
    if (part.changes.length > 0) await this.pass(space, asking);
    return part;
  }

  private async pass(space: string, { actor, messageId, purpose }: Caller): Promise<void> {
    await this.gate.pass({ actor, action: 'WhatIf', space, messageId, purpose });
  }

  /** Through the gate, which writes the line: also of a question that no space comes to. */
  private async passedAcross(period: Period, caller: Caller, about?: LookedAt): Promise<Caller> {
    const asking = this.asking(period, caller);
    const { actor, messageId, purpose } = asking;
    await this.gate.pass({ actor, action: 'WhatIfAcross', space: null, messageId, purpose, about });
    return asking;
  }

  private asking({ from, until }: Period, caller: Caller): Caller {
    if (until < from) throw new Refused(wrongOrder);
    askingOf({ ...caller, asOf: from }, this.clock.now());
    return withPurpose(caller);
  }

  private async matrixOf(other: OtherMatrix): Promise<HabilitationMatrix> {
    if ('file' in other) return matrixOf({ version: 0, rows: rowsOf(other.file, knownCodes(this.tables)) });
    const found = (await this.matrices.versions()).find(({ matrix }) => matrix.version === other.version);
    if (found === undefined) throw new Refused(noSuchVersion);
    return found.matrix;
  }
}
