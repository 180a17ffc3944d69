import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import prettier from 'prettier';
import { ROOT } from '../support/planted-project.js';
import { textOf } from '../support/project-files.js';

interface Promised {
  readonly promise: string;
  readonly drill: string;
  readonly test: string;
  readonly command?: string;
  readonly figure: string;
  readonly holds: Readonly<Record<string, number | string>>;
  readonly atMost?: Readonly<Record<string, number>>;
  /** Fewer people in the drill prove too little. */
  readonly people?: number;
}
interface Figure {
  readonly counted: Readonly<Record<string, number>>;
  readonly commit: string;
  readonly machine: string;
}
type Figures = Readonly<Record<string, Figure>>;
interface Page {
  readonly commandOf: (promised: Promised) => string;
  readonly trustPage: (promises: object, figures: Figures) => string;
  readonly taken: (promises: object, known: Figures, found: readonly (Figure & { readonly drill: string })[]) => Figures;
}

const MODULE = pathToFileURL(join(ROOT, 'test/support/trust/page.mjs')).href;
const list = JSON.parse(textOf('test/support/trust/promises.json')) as {
  readonly promises: readonly Promised[];
  readonly notPromised: readonly string[];
};
const figures = JSON.parse(textOf('docs/trust-figures.json')) as Figures;
const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
const [first] = list.promises as [Promised];

describe('docs/TRUST.md', () => {
  let page: Page;
  beforeAll(async () => void (page = (await import(MODULE)) as Page));

  it('is what the generator makes of the committed figures', async () => {
    const path = join(ROOT, 'docs/TRUST.md');
    const options = { ...(await prettier.resolveConfig(path)), filepath: path };
    expect(textOf('docs/TRUST.md')).toBe(await prettier.format(page.trustPage(list, figures), options));
  });

  it('makes at least twelve promises, and says what is not promised', () => {
    expect(list.promises.length).toBeGreaterThanOrEqual(12);
    expect(list.notPromised.length).toBeGreaterThan(5);
  });

  it.each(list.promises)('$promise: by a command and a test that exist, which counts what the promise says', (promised) => {
    const [, script = ''] = /(?:^| )npm (?:run )?([\w:-]+)/.exec(page.commandOf(promised)) ?? [];
    expect(Object.keys(scripts)).toContain(script);
    expect(page.commandOf(promised)).toContain(promised.test);
    expect(existsSync(join(ROOT, promised.test))).toBe(true);
    const { counted, commit, machine } = figures[promised.drill] ?? { counted: {}, commit: '', machine: '' };
    expect(commit).toMatch(/^[0-9a-f]{7,}$/);
    expect(machine).toMatch(/cores/);
    for (const name of [...promised.figure.matchAll(/\{(\w+)\}/g)].map(([, found = '']) => found)) expect(counted).toHaveProperty(name);
  });

  it('is not made of a figure beyond the bounds of its promise', () => {
    const alerts = list.promises.filter(({ drill }) => drill === 'alerts');
    const made = (noise: number, ordinary: number) => () => {
      const counted = { scenarios: 14, found: 14, ordinary, false: noise };
      return page.trustPage({ promises: alerts, notPromised: [] }, { alerts: { counted, commit: 'abcdef0', machine: '2 cores' } });
    };
    expect(made(1_000, 100_000)).not.toThrow();
    expect(made(1_001, 100_000)).toThrow('not kept');
    expect(made(0, 99_999)).toThrow('not kept');
  });

  it('takes no figure of a drill with fewer people than its promise asks for, or than the figure that is there', () => {
    const of = (people: number) => ({ counted: { people }, commit: 'abcdef0', machine: '2 cores' });
    const peopleAfter = (known: number, ...runs: readonly number[]) =>
      page.taken(
        list,
        { erasure: of(known) },
        runs.map((people) => ({ drill: 'erasure', ...of(people) })),
      )['erasure']?.counted['people'];
    expect(peopleAfter(200, 60)).toBe(200);
    expect(peopleAfter(200, 4_999)).toBe(200);
    expect(peopleAfter(200, 5_000, 60)).toBe(5_000);
    expect(peopleAfter(8_000, 5_000)).toBe(8_000);
  });

  it('is not made of a promise that was not kept, or that nobody counted', () => {
    const broken = { counted: { deaths: 20, acknowledged: 100, lost: 1, doubled: 0 }, commit: 'abcdef0', machine: '2 cores' };
    const made = (own: Figures) => () => page.trustPage({ promises: [first], notPromised: [] }, own);
    expect(made({ [first.drill]: broken })).toThrow('not kept');
    expect(made({ [first.drill]: { ...broken, counted: { lost: 0, doubled: 0 } } })).toThrow('nobody counted');
    expect(made({})).toThrow('no figure');
  });
});
