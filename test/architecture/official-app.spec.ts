import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/planted-project.js';
import { textOf } from '../support/project-files.js';

const PAGE = 'docs/reference/official-app-operations.md';
const rows = [...textOf(PAGE).matchAll(/^\| `(\w+)` \| (.+) \| (.+) \|$/gm)].map(([, operation = '', ours = '', proof = '']) => ({
  operation,
  ours,
  proof,
}));
const isOurs = ({ ours }: { readonly ours: string }): boolean => !/^(later|left out): \S/.test(ours);
const claimed = rows.filter(isOurs);
const inCode = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
/** What stands in parentheses behind a field says of what: arguments and members. */
const named = ({ ours }: { readonly ours: string }): string[] => inCode(ours.replace(/\([^)]*\)/g, ''));

/** Fields of the roots of the schema. */
const fields = new Set(
  [...textOf('schema.graphql').matchAll(/^type (?:Query|Mutation|Subscription) \{\n([^]*?)^\}/gm)].flatMap(([, body = '']) =>
    [...body.matchAll(/^ {2}(\w+)[(:]/gm)].map(([, field = '']) => field),
  ),
);
const { paths } = JSON.parse(textOf('openapi.json')) as { paths: Readonly<Record<string, object>> };
const exists = (name: string): boolean => {
  const [, method, path] = /^(GET|PUT|POST|DELETE) (\S+)$/.exec(name) ?? [];
  if (method === undefined || path === undefined) return fields.has(name);
  return Object.hasOwn(paths[path] ?? {}, method.toLowerCase());
};

describe('The operations of the official application', () => {
  it('are two hundred, each once', () => {
    expect(rows).toHaveLength(200);
    expect(new Set(rows.map(({ operation }) => operation)).size).toBe(200);
  });

  it('that are ours are fields of the schema or routes of the OpenAPI document', () => {
    expect(fields.size).toBeGreaterThan(50);
    expect(claimed.filter((row) => named(row).length === 0).map(({ operation }) => operation)).toEqual([]);
    expect(claimed.flatMap((row) => named(row).flatMap((name) => (exists(name) ? [] : [`${row.operation}: ${name}`])))).toEqual([]);
  });

  it('that are ours name tests that exist; the others name none', () => {
    const unproved = claimed.filter(({ proof }) => {
      const tests = inCode(proof);
      return tests.length === 0 || !tests.every((path) => /^test\/.+\.spec\.ts$/.test(path) && existsSync(join(ROOT, path)));
    });
    expect(unproved.map(({ operation, proof }) => `${operation}: ${proof}`)).toEqual([]);
    expect(rows.filter((row) => !isOurs(row) && row.proof !== '–').map(({ operation }) => operation)).toEqual([]);
  });

  it('are counted as the page says', () => {
    const of = (start: string): number => rows.filter(({ ours }) => ours.startsWith(start)).length;
    expect(textOf(PAGE)).toContain(`Here: ${claimed.length}. Later: ${of('later: ')}. Left out: ${of('left out: ')}.`);
  });
});
