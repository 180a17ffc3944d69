import { projectFiles, textOf } from '../support/project-files.js';

/** Words that say nothing about what a thing is. */
const EMPTY_WORDS = new Set(['manager', 'helper', 'helpers', 'util', 'utils', 'base', 'abstract', 'impl', 'data', 'info']);
/** Names that are not ours to choose: TypeORM calls its connection so. */
const BORROWED = new Set(['data-source.ts', 'DataSource']);

const wordsOf = (name: string): string[] =>
  name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).map((word) => word.toLowerCase());
const isEmpty = (name: string): boolean => !BORROWED.has(name) && wordsOf(name).some((word) => EMPTY_WORDS.has(word));

const sources = projectFiles('src').filter((path) => path.endsWith('.ts'));
const code = projectFiles().filter((path) => /\.(ts|mjs|cjs|js)$/.test(path));
const texts = projectFiles().filter((path) => /(^|\/)\.?[^.]+$|\.(ts|mjs|cjs|js|json|md|yml|yaml|graphql|http|txt)$/.test(path));

/** Lines of these files that match, as `path: match`. */
const found = (paths: readonly string[], pattern: RegExp): string[] =>
  paths.flatMap((path) => [...textOf(path).matchAll(pattern)].map(([match]) => `${path}: ${match.trim()}`));

describe('House rules', () => {
  it('finds empty words in names, and only there', () => {
    expect(['space-helper.ts', 'SpaceManager', 'BaseSpace', 'dataOfSpace.ts', 'IInfo'].filter(isEmpty)).toHaveLength(5);
    expect(['database.ts', 'Basement', 'Informed', 'data-source.ts'].filter(isEmpty)).toEqual([]);
  });

  it('no file has an empty word in its name', () => {
    expect(code.filter((path) => path.split('/').some(isEmpty))).toEqual([]);
  });

  it('no class, type or table of src has an empty word in its name', () => {
    const names = sources.flatMap((path) => [...textOf(path).matchAll(/^\s*(?:export )?(?:abstract )?(?:class|interface|type) (\w+)/gm)]);
    expect(names.map(([, name = '']) => name).filter(isEmpty)).toEqual([]);
  });

  it('a file is a concept: none of src is longer than 250 lines', () => {
    expect(sources.filter((path) => textOf(path).split('\n').length > 251)).toEqual([]);
  });

  it('no folder of src hides its files behind an index', () => {
    expect(sources.filter((path) => path.endsWith('/index.ts'))).toEqual([]);
  });

  it('no note says that something is still to be done', () => {
    expect(found(sources, /\b(TODO|FIXME|XXX)\b.*/g)).toEqual([]);
  });

  it('no test is skipped, and none runs alone', () => {
    expect(found(projectFiles('test'), /\b(?:it|test|describe)\.(?:skip|only|todo)\b|\bx(?:it|describe)\(/g)).toEqual([]);
  });

  it('no lock file names a place to download from', () => {
    const locks = projectFiles().filter((path) => path.endsWith('package-lock.json'));
    expect(locks).toContain('package-lock.json');
    expect(found(locks, /"resolved":.*|https?:\/\/[^"]*\.tgz/g)).toEqual([]);
  });

  it('every version in package.json is exact, or a major of type declarations and lint presets', () => {
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    expect(Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('no file mentions a path of one machine or the address of a package registry', () => {
    const places =
      /(?<![\w.])\/(?:work|home|Users|root)\/[\w.-]+|https?:\/\/registry\.|\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b|_auth[T]oken/g;
    expect(found(texts, places)).toEqual([]);
  });
});
