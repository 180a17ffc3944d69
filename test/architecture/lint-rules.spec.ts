import { pathToFileURL } from 'node:url';
import { join, relative } from 'node:path';
import { PATIENCE, plantedProject, ROOT, type Plants, type PlantedProject } from '../support/planted-project.js';

interface Linted {
  readonly filePath: string;
  readonly messages: readonly { readonly message: string }[];
}
/** What the linter says that knows the types. */
interface TypeLinted {
  readonly diagnostics: readonly { readonly filename: string; readonly message: string }[];
}

/** Name of the crime → the text that commits it, and what the linter must say. */
const IN_THE_DOMAIN: Readonly<Record<string, readonly [text: string, complaint: string]>> = {
  'a class': ['export class Space {\n  readonly id = 1;\n}\n', 'The domain is functions and data.'],
  'a throw': ["export const close = (): never => {\n  throw new Error('no');\n};\n", 'A refusal is a value'],
  'an async function': ['export const load = async (): Promise<number> => Promise.resolve(1);\n', 'The domain does no I/O.'],
  'Date.now()': ['export const now = (): number => Date.now();\n', 'Time arrives with the command.'],
  'new Date()': ['export const today = (): Date => new Date();\n', 'Time arrives with the command.'],
  'Math.random()': ['export const dice = (): number => Math.random();\n', 'Randomness arrives with the command.'],
  'a default export': ['const life = 1;\nexport default life;\n', 'Name what you export.'],
  'an enum': ['export enum Status {\n  Open = 1,\n}\n', 'Use a union of string literals.'],
};

const ANYWHERE: Readonly<Record<string, readonly [text: string, complaint: string]>> = {
  'a default export': ['const life = 1;\nexport default life;\n', 'Name what you export.'],
  'an enum': ['export enum Status {\n  Open = 1,\n}\n', 'Use a union of string literals.'],
  'an any': ['export const take = (thing: any): number => (thing ? 1 : 0);\n', 'Unexpected any.'],
  'an assertion that something is there': [
    'export const first = (list: readonly number[]): number => list[0]!;\n',
    'Forbidden non-null assertion.',
  ],
  'a promise that nobody awaits': ['export const go = (work: Promise<void>): void => {\n  work;\n};\n', 'Promises must be awaited'],
  'a switch that forgets a case': [
    "export const say = (s: 'a' | 'b'): number => {\n  switch (s) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n};\n",
    'Switch is not exhaustive.',
  ],
  'a promise taken for its value': [
    'export const ask = (work: Promise<boolean>): number => (work ? 1 : 0);\n',
    'Expected non-Promise value',
  ],
  'an any that creeps in': ['export const read = (text: string): number => JSON.parse(text).size;\n', 'Unsafe'],
  'an empty catch': [
    'export const hide = (work: () => void): void => {\n  try {\n    work();\n  } catch {}\n};\n',
    'Empty block statement.',
  ],
  'a file of more than 250 lines': [`${'export {};\n'.repeat(251)}`, 'Maximum allowed is 250.'],
  'a function of more than 40 lines': [
    `export const long = (n: number): number => {\n${'  n += 1;\n'.repeat(40)}  return n;\n};\n`,
    'Maximum allowed is 40.',
  ],
  'a function of more than ten ways': [
    `export const maze = (n: number): number => {\n${'  if (n > 1) n -= 1;\n'.repeat(10)}  return n;\n};\n`,
    'Maximum allowed is 10.',
  ],
};

const LAWFUL = "export type Status = 'OPEN' | 'CLOSED';\nexport const next = (s: Status): Status => (s === 'OPEN' ? 'CLOSED' : s);\n";

const at = (folder: string, name: string): string => `${folder}/${name.replace(/\W+/g, '-').toLowerCase()}.ts`;
const plantsOf = (folder: string, crimes: typeof ANYWHERE): Plants =>
  Object.fromEntries(Object.entries(crimes).map(([name, [text]]) => [at(folder, name), text]));

describe('Lint rules', () => {
  let project: PlantedProject;
  let complaints: ReadonlyMap<string, string>;

  const complaintAbout = (path: string): string => complaints.get(join(project.folder, path)) ?? `${path} was not looked at`;

  beforeAll(async () => {
    project = await plantedProject();
    await project.plant({
      'eslint.config.mjs': `export { default } from ${JSON.stringify(pathToFileURL(join(ROOT, 'eslint.config.mjs')).href)};\n`,
      ...plantsOf('src/domain/planted', IN_THE_DOMAIN),
      ...plantsOf('src/infrastructure/planted', ANYWHERE),
      'src/domain/planted/lawful.ts': LAWFUL,
    });
    const linted = JSON.parse(await project.run('eslint/bin/eslint.js', 'src', '--format', 'json')) as readonly Linted[];
    const paths = linted.map(({ filePath }) => relative(project.folder, filePath));
    const typed = await project.run('oxlint/bin/oxlint', '--config', join(ROOT, '.oxlintrc.json'), '--format', 'json', ...paths);
    const { diagnostics } = JSON.parse(typed) as TypeLinted;
    const ofTypes = (path: string): string[] =>
      diagnostics.filter(({ filename }) => join(project.folder, filename) === path).map(({ message }) => message);
    complaints = new Map(
      linted.map(({ filePath, messages }) => [filePath, [...messages.map(({ message }) => message), ...ofTypes(filePath)].join('\n')]),
    );
  }, PATIENCE);
  afterAll(() => project.remove());

  it.each(Object.entries(IN_THE_DOMAIN))('the domain may not hold %s', (name, [, complaint]) => {
    expect(complaintAbout(at('src/domain/planted', name))).toContain(complaint);
  });

  it.each(Object.entries(ANYWHERE))('no file of src may hold %s', (name, [, complaint]) => {
    expect(complaintAbout(at('src/infrastructure/planted', name))).toContain(complaint);
  });

  it('plain functions and data pass', () => {
    expect(complaintAbout('src/domain/planted/lawful.ts')).toBe('');
  });
});
