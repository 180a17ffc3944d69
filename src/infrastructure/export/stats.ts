import type { EventLine } from './event-lines.js';

/** A cell as it is published: null when it is too small to be shown. */
type Cells = Readonly<Record<string, number | null>>;
/** `stats.json` (docs/reference/export-format.md): anybody counts the same from the lines. */
export interface Stats {
  readonly events: number;
  readonly byType: Cells;
  readonly byDay: Cells;
  readonly byRole: Cells;
  readonly byCategory: Cells;
  readonly suppressed: readonly string[];
}

/** Cells under this are not shown in a pseudonymised export: so few are too close to one. */
const SMALLEST_CELL = 11;

/** Counts lines as they are written. */
export class Counting {
  private events = 0;
  private readonly cells = {
    byType: new Map<string, number>(),
    byDay: new Map<string, number>(),
    byRole: new Map<string, number>(),
    byCategory: new Map<string, number>(),
  };

  add({ counted }: EventLine): void {
    this.events += 1;
    if (counted === null) return;
    const { type, day, role, category } = counted;
    for (const [name, key] of [
      ['byType', type],
      ['byDay', day],
      ['byRole', role],
      ['byCategory', category],
    ] as const)
      this.cells[name].set(key, (this.cells[name].get(key) ?? 0) + 1);
  }

  /** `suppress`: small cells are null, and named. */
  stats(suppress: boolean): Stats {
    const suppressed: string[] = [];
    const shown = (name: keyof Counting['cells']): Cells =>
      Object.fromEntries(
        [...this.cells[name]].map(([key, count]) => {
          if (!suppress || count >= SMALLEST_CELL) return [key, count];
          suppressed.push(`${name}/${key}`);
          return [key, null];
        }),
      );
    const cells = { byType: shown('byType'), byDay: shown('byDay'), byRole: shown('byRole'), byCategory: shown('byCategory') };
    return { events: this.events, ...cells, suppressed: suppressed.sort() };
  }
}
