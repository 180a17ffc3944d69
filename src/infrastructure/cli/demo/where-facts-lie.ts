import { isReadable, type FactReader, type Met } from '../../../application/shared/fact-reader.js';
import { categoryOf } from '../../../domain/shared/fact.js';

/** Every category that the story writes to. */
export const CATEGORIES = ['space', 'access', 'record', 'veil', 'passage', 'actor', 'notices', 'campaign', 'matrix'] as const;

interface Kind {
  readonly streams: Set<string>;
  events: number;
  /** What came in this step, once opened: type and number. */
  fresh: Map<string, number>;
}
/** One category of streams: what lies there, and what this step added. */
export type CategoryRow = readonly [category: string, streams: number, events: number, fresh: string];

/** Reads the log as it grows, opened, and tells in which category of streams what came since the last time lies. */
export class WhereFactsLie {
  private position = 0n;
  private readonly kinds = new Map<string, Kind>();

  constructor(private readonly facts: FactReader) {}

  async look(): Promise<readonly CategoryRow[]> {
    for (const kind of this.kinds.values()) kind.fresh = new Map();
    for await (const { facts, position } of this.facts.read(this.position, CATEGORIES)) {
      for (const met of facts) this.take(met);
      this.position = position;
    }
    return CATEGORIES.flatMap((category) => {
      const kind = this.kinds.get(category);
      return kind === undefined ? [] : [[`${category}-…`, kind.streams.size, kind.events, freshIn(kind)] as const];
    });
  }

  private take(met: Met): void {
    const category = categoryOf(met.stream);
    const kind = this.kinds.get(category) ?? { streams: new Set(), events: 0, fresh: new Map<string, number>() };
    this.kinds.set(category, kind);
    const type = isReadable(met) ? met.event.type : 'sealed for ever';
    kind.streams.add(met.stream);
    kind.events++;
    kind.fresh.set(type, (kind.fresh.get(type) ?? 0) + 1);
  }
}

const freshIn = ({ fresh }: Kind): string => [...fresh].map(([type, count]) => `+${count} ${type}`).join(', ');
