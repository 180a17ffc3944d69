import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from '../support/planted-project.js';
import { projectFiles, textOf } from '../support/project-files.js';
import { ROLES } from '../../src/infrastructure/settings/settings.js';

const pages = projectFiles().filter((path) => path.endsWith('.md'));
const decisions = pages.filter((path) => /^docs\/adr\/\d{4}-/.test(path));
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Readonly<Record<string, string>> };

const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
/** `path: thing` for everything on the pages that matches and is not so. */
const wrong = (pattern: RegExp, holds: (found: string, page: string) => boolean): string[] =>
  pages.flatMap((page) =>
    matches(textOf(page), pattern)
      .filter((found) => !holds(found, page))
      .map((found) => `${page}: ${found}`),
  );

const exists = (path: string): boolean => existsSync(join(ROOT, path));
/** As GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  matches(textOf(page), /^#+ (.+)$/gm).map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const leadsSomewhere = (link: string, page: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  return exists(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
};

describe('The documents', () => {
  it('every relative link leads to a file or heading that exists', () => {
    expect(wrong(/\]\((?!\w+:)([^)\s]+)\)/g, leadsSomewhere)).toEqual([]);
  });

  it('every command that is named exists', () => {
    expect(wrong(/npm run (?:--silent )?([\w:-]+)/g, (name) => name in scripts)).toEqual([]);
    expect(wrong(/npm (test|start)\b/g, (name) => name in scripts)).toEqual([]);
  });

  it('every file of ours that is named exists', () => {
    expect(wrong(/`((?:src|test|docs|deploy|\.ci)\/[\w./@-]*)`/g, exists)).toEqual([]);
  });

  it('every example in JSON can be read as JSON', () => {
    const faults = pages.flatMap((page) =>
      matches(textOf(page), /^```json\n([^]*?)^```$/gm).flatMap((example, index) => {
        try {
          JSON.parse(example);
          return [];
        } catch (error) {
          return [`${page}, example ${index + 1}: ${String(error)}`];
        }
      }),
    );
    expect(faults).toEqual([]);
  });

  it('the README names the two commands as they are typed, and stays within 120 lines', () => {
    const readme = textOf('README.md');
    expect(readme).toMatch(/^npm ci && npm run demo$/m);
    expect(readme).toMatch(/^npm ci && npm test$/m);
    expect(readme.split('\n').length).toBeLessThanOrEqual(121);
  });

  it('continuous integration installs and tests with the commands of the README', () => {
    const run = textOf('.ci/run');
    for (const command of ['npm ci', 'npm test', 'npm run check']) expect(run).toMatch(new RegExp(`^${command}\\b`, 'm'));
  });

  it.each(decisions)('%s has its four parts, within 60 lines', (path) => {
    const text = textOf(path);
    expect(matches(text, /^## (.+)$/gm)).toEqual(['Context', 'Decision', 'Consequences', 'Alternatives']);
    expect(text.split('\n').length).toBeLessThanOrEqual(61);
    expect(text).toMatch(new RegExp(`^# ${path.slice('docs/adr/'.length).slice(0, 4)} `));
  });

  it('the processes of which there are several have every role between them', () => {
    const page = textOf('docs/how-to/run-several-workers.md');
    const said = [...page.matchAll(/^mes serve --roles (\S+)/gm)].flatMap(([, roles = '']) => roles.split(','));
    expect(said.toSorted()).toEqual([...ROLES].toSorted());
    for (const role of ROLES) expect(page).toContain(`| \`${role}\``);
  });

  it('decisions are numbered without gaps', () => {
    expect(decisions.map((path) => Number(path.slice('docs/adr/'.length).slice(0, 4)))).toEqual(decisions.map((_, index) => index + 1));
  });

  it('the example of the event format is the golden one', () => {
    const golden = JSON.parse(textOf('test/golden/events/1-real-type.json')) as Record<
      'headerText' | 'plaintext' | 'body' | 'iv' | 'leaf',
      string
    >;
    const page = textOf('docs/reference/event-format.md');
    const examples = matches(page, /```text\n([^`]+)```/g).map((example) => example.replace(/\n/g, ''));
    expect(examples).toEqual([golden.headerText, golden.plaintext]);
    expect(page).toContain(`Body: ${golden.body.length / 2} bytes, beginning with \`01 ${golden.iv} ${golden.body.slice(26, 42)}\``);
    expect(page).toContain(`\`${golden.body.slice(-32)}\``);
    expect(page).toContain(`\`${golden.leaf}\``);
  });

  it('every type of fact is listed in the changelog, with the version that is written', () => {
    const listed = matches(textOf('CHANGELOG.md'), /^(\|.*\|)$/gm).flatMap((row) => {
      const version = /\| (\d+) +\|$/.exec(row)?.[1];
      return version === undefined ? [] : matches(row, /`([A-Z]\w+)`/g).map((type) => `${type}@${version}`);
    });
    const written = projectFiles('src/domain').flatMap((path) =>
      [...textOf(path).matchAll(/Event<\s*'(\w+)',\s*(\d+)/g)].map(([, type = '', version = '']) => `${type}@${version}`),
    );
    expect(listed).toEqual(expect.arrayContaining(written));
    expect(written.length).toBeGreaterThan(20);
  });
});
