import { readFile } from 'node:fs/promises';
import { codeListOf, FaultyFile } from '../../application/record/code-list-file.js';
import type { CodeList } from '../../application/record/code-tables.js';
import { inProject } from '../project-folder.js';

const shipped = (name: string): string => inProject(`reference/${name}`);

const FILES = [
  'class-codes.json',
  'categories.json',
  'type-codes.json',
  'format-codes.json',
  'facility-types.json',
  'practice-settings.json',
  'confidentiality-codes.json',
  'professions.json',
] as const;

/** The first version of the authorisation matrix. */
export const SHIPPED_MATRIX = shipped('matrice-habilitations-v1.csv');

/** A code list from a file of the form that is shipped. Throws FaultyFile, or what the file system says. */
export async function readCodeList(path: string): Promise<CodeList> {
  return codeListOf(parsed(await readFile(path, 'utf8')));
}

/** Every list that comes with the software, those that others name first. */
export const shippedCodeLists = (): Promise<readonly CodeList[]> => Promise.all(FILES.map((name) => readCodeList(shipped(name))));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new FaultyFile([`the file is not JSON (${error instanceof Error ? error.message : 'unreadable'})`]);
  }
}
