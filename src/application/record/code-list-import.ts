import { Injectable } from '@nestjs/common';
import { FaultyFile, faultsBeside } from './code-list-file.js';
import { CodeTables, VersionTaken, type CodeList, type CodeRow, type ListName, type Standing } from './code-tables.js';

/** What a version does to the list that counts: codes, in the order of the file. */
export interface ListChange {
  readonly list: ListName;
  readonly version: string;
  /** `NEW`: it was added, or would be; `KNOWN`: nothing changes. */
  readonly standing: Exclude<Standing, 'TAKEN'>;
  readonly before: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

const keyOf = ({ system = '', code }: CodeRow): string => `${system}|${code}`;
const textOf = (row: CodeRow): string => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));

function changeBy(list: CodeList, before: CodeList, standing: ListChange['standing']): ListChange {
  const now = new Map(list.rows.map((row) => [keyOf(row), row]));
  const then = new Map(before.rows.map((row) => [keyOf(row), row]));
  const codes = (rows: readonly CodeRow[]): readonly string[] => rows.map(({ code }) => code);
  const isOther = (row: CodeRow): boolean => {
    const old = then.get(keyOf(row));
    return old !== undefined && textOf(old) !== textOf(row);
  };
  const diff =
    standing === 'KNOWN'
      ? { added: [], removed: [], changed: [] }
      : {
          added: codes(list.rows.filter((row) => !then.has(keyOf(row)))),
          removed: codes(before.rows.filter((row) => !now.has(keyOf(row)))),
          changed: codes(list.rows.filter(isOther)),
        };
  return { list: list.list, version: list.version, standing, before: before.version, ...diff };
}

/** Brings versions of code lists. The same file twice is one version; a version that lies there is never changed. */
@Injectable()
export class CodeListImport {
  constructor(private readonly tables: CodeTables) {}

  /** What would change. Throws FaultyFile, VersionTaken. */
  async rehearse(lists: readonly CodeList[]): Promise<readonly ListChange[]> {
    const brought = new Map(lists.map((list) => [list.list, list]));
    const faults = lists.flatMap((list) => faultsBeside(list, (name) => brought.get(name) ?? this.tables.current(name)));
    if (faults.length > 0) throw new FaultyFile(faults);
    const changes: ListChange[] = [];
    for (const list of lists) {
      const standing = await this.tables.standing(list);
      if (standing === 'TAKEN') throw new VersionTaken(list);
      changes.push(changeBy(list, this.tables.current(list.list), standing));
    }
    return changes;
  }

  /** Adds what is new, all or nothing, and says what changed. Throws FaultyFile, VersionTaken. */
  async run(lists: readonly CodeList[]): Promise<readonly ListChange[]> {
    const changes = await this.rehearse(lists);
    await this.tables.add(lists);
    return changes;
  }
}
