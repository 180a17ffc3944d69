import { CodeTables, type CodeList, type ListName, type Standing } from '../../src/application/record/code-tables.js';

/** Lists that stand still: for rules that only look codes up. Nothing can be brought. */
export class StillTables extends CodeTables {
  constructor(private readonly lists: readonly CodeList[]) {
    super();
  }

  current(name: ListName): CodeList {
    const found = this.lists.find(({ list }) => list === name);
    if (!found) throw new Error(`there is no list ${name}`);
    return found;
  }

  standing(): Promise<Standing> {
    throw new Error('nothing is brought here');
  }

  add(): Promise<void> {
    throw new Error('nothing is brought here');
  }
}
