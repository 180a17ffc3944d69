import type { Matrices, MatrixInForce } from '../../application/access/matrices.js';
import { EVERY_LINE, type HistoryLine } from '../../application/history/history.queries.js';
import type { WhatCouldSeeAnswer, WhoCouldSeeAnswer } from '../../application/replay/could-see.queries.js';
import { Foresights, type Looking, type OtherLaw, type Period } from '../../application/replay/foresights.js';
import { isReadable, isSealed, type Met } from '../../application/shared/fact-reader.js';
import type { Secrets } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import type { SpaceFacts } from '../../application/shared/space-facts.js';
import type { ReadModels } from '../../application/shared/subject-query.js';
import { nameOfProfessional } from '../../domain/shared/actor.js';
import { categoryOf, type Recorded } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { historyPage } from '../history/history-pages.js';
import { whoCouldHaveSeen } from './foresee.js';
import { changeOf, compare, kindOf, NOTHING_COUNTED } from './other-law.js';
import { intervalsOf, lawOf, outlineOf, readerOf } from './shown-foresight.js';
import { whatCouldHaveBeenSeen } from './what-could-see.js';

/** Every stream that says something of who could see what. */
const CATEGORIES = ['space', 'access', 'record', 'passage', 'veil', 'actor'] as const;
const LOOKS = ['ACCESS', 'REFUSED', 'MACHINE'] as const;
const CHANGED: readonly string[] = ['allowedNow', 'deniedNow', 'otherReason'];

const noSuchDocument = reject('not-found', 'record/nothing-here');
const archived = reject('conflict', 'audit/facts-archived');
const noMatrix = reject('not-found', 'access/no-matrix-then');

/** What the facts of one space, played again, say of who could see what. */
export class FactsForesights extends Foresights {
  constructor(
    private readonly facts: SpaceFacts,
    private readonly matrices: Matrices,
    private readonly tables: ReadModels,
    private readonly secrets: Secrets,
  ) {
    super();
  }

  async whoCouldSee(space: string, document: string, period: Period, looking: Looking): Promise<WhoCouldSeeAnswer> {
    const met = await this.facts.of(space, CATEGORIES);
    const facts = met.filter(isReadable);
    if (!facts.some((fact) => deposits(fact, document))) throw new Refused(isShut(met) ? archived : noSuchDocument);
    const versions = await this.versionsAt(period.from);
    const foreseen = whoCouldHaveSeen({ document, versions, facts, period });
    const showing = { secrets: this.secrets, space };
    const readers = foreseen.map(({ asked, stretches }) => ({ reader: readerOf(asked), intervals: intervalsOf(stretches, showing) }));
    return { document, ...period, law: lawOf(versions, period), readers, did: await this.whoDid(space, document, period, looking) };
  }

  async whatCouldSee(space: string, professional: string, period: Period): Promise<WhatCouldSeeAnswer> {
    const met = await this.facts.of(space, CATEGORIES);
    if (isShut(met)) throw new Refused(archived);
    const versions = await this.versionsAt(period.from);
    const sights = whatCouldHaveBeenSeen({ versions, facts: met.filter(isReadable), period }, professional);
    const showing = { secrets: this.secrets, space };
    const readers = sights.map(({ asked, documents }) => ({
      reader: readerOf([asked]),
      documents: documents.map(({ document, stretches }) => ({
        document: outlineOf(document),
        intervals: intervalsOf(stretches, showing),
      })),
    }));
    return { ...period, law: lawOf(versions, period), readers };
  }

  async whatIf(space: string, other: OtherLaw): ReturnType<Foresights['whatIf']> {
    const met = await this.facts.of(space, CATEGORIES);
    const facts = met.filter(isReadable);
    const handle = handleIn(facts);
    const counts = { ...NOTHING_COUNTED };
    const changes = [];
    for (const compared of compare({ facts, shut: isShut(met), versions: await this.matrices.versions(), other })) {
      const kind = kindOf(compared);
      counts.decisions++;
      counts[kind]++;
      const change = CHANGED.includes(kind) ? changeOf(compared, handle, { secrets: this.secrets, space }) : null;
      if (change) changes.push(change);
    }
    return { ...counts, changes };
  }

  async spacesOf(
    professional: string,
    { from, until }: Period,
    { most, upTo }: { readonly most: number; readonly upTo: bigint },
  ): Promise<readonly string[]> {
    const actor = nameOfProfessional(professional);
    const after = this.secrets.positionToken(upTo);
    const rows = await this.tables.ask(null, { after }, { viewer: 'NOBODY', actor, moment: until }, (sql) =>
      sql<{ space_id: string }>(
        `SELECT DISTINCT space_id FROM my_act WHERE actor = $1 AND space_id IS NOT NULL AND at >= $2 AND at < $3 ORDER BY space_id LIMIT $4`,
        ...[actor, from, until, most],
      ),
    );
    return rows.map(({ space_id }) => space_id);
  }

  /** All lines of the period about the document, latest first. */
  private async whoDid(
    space: string,
    document: string,
    { from, until }: Period,
    { admission, sight, asking }: Looking,
  ): Promise<readonly HistoryLine[]> {
    const filter = { ...EVERY_LINE, from, until, document, lanes: LOOKS };
    return this.tables.ask(space, asking, sight, async (sql) => {
      const lines: HistoryLine[] = [];
      let cursor: string | null = null;
      do {
        const page = await historyPage(sql, space, { first: 100, cursor, filter }, admission, this.secrets);
        lines.push(...page.lines);
        cursor = page.next;
      } while (cursor !== null);
      return lines;
    });
  }

  private async versionsAt(at: Instant): Promise<readonly MatrixInForce[]> {
    const versions = await this.matrices.versions();
    if (!versions.some(({ from }) => from <= at)) throw new Refused(noMatrix);
    return versions;
  }
}

const deposits = ({ event }: Recorded, document: string): boolean =>
  event.type === 'DocumentDeposited' && 'document' in event && event.document === document;
/** True when documents of the space lie under a key that nobody of us may use: which ones, cannot be said. */
const isShut = (met: readonly Met[]): boolean =>
  !met.some((one) => isReadable(one) && categoryOf(one.stream) === 'record') &&
  met.some((one) => isSealed(one) && categoryOf(one.stream) === 'record');
const handleIn = (facts: readonly Recorded[]): string => {
  const declared = facts.find(({ event }) => event.type === 'PersonDeclaredEligible');
  return declared && 'handle' in declared.event ? String(declared.event.handle) : '';
};
