import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './planted-project.js';

/** What no checkout contains: made by installing, building, testing and running. */
const MADE = new Set(['node_modules', 'dist', '.cache', '.git', 'coverage', 'state', 'secrets']);

const below = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !MADE.has(name))
    .flatMap((entry) => (entry.isDirectory() ? below(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []));

/** Paths of the files of the project (or of one folder of it), from its root, with forward slashes. */
export const projectFiles = (folder = '.'): readonly string[] =>
  below(join(ROOT, folder))
    .map((path) => relative(ROOT, path).replaceAll('\\', '/'))
    .sort();

/** The text of a file of the project. */
export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
