import { Injectable } from '@nestjs/common';
import { CodeLists } from './code-lists.js';
import { CodeTables, type CodeList, type CodeRow, type ListName } from './code-tables.js';

type Index = ReadonlyMap<string, CodeRow>;
const isInForce = ({ status = 'VALID' }: CodeRow): boolean => status === 'VALID';
const isKnown = (row: CodeRow): boolean => isInForce(row) || row.status === 'DEPRECATED';

/** Looks codes up in the versions that count; an index is made once for each version. */
@Injectable()
export class CurrentCodeLists extends CodeLists {
  private readonly indexes = new WeakMap<CodeList, Index>();

  constructor(private readonly tables: CodeTables) {
    super();
  }

  type(code: string): ReturnType<CodeLists['type']> {
    const row = this.indexOf('typeCode').get(code);
    if (!row) return null;
    const { system = '', classCode = null, category = null, label } = row;
    return { system, classCode, category, label, inForce: isInForce(row) };
  }

  has(list: Parameters<CodeLists['has']>[0], code: string): boolean {
    const row = this.indexOf(list).get(code);
    return row !== undefined && isInForce(row);
  }

  private indexOf(name: ListName): Index {
    const list = this.tables.current(name);
    const known = this.indexes.get(list);
    if (known) return known;
    const index: Index = new Map(list.rows.filter(isKnown).map((row) => [row.code, row]));
    this.indexes.set(list, index);
    return index;
  }
}
