import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

describe('The requests to try by hand', () => {
  it('hold every route of the OpenAPI document, and none that is not there', async () => {
    const { paths } = JSON.parse(await readFile('openapi.json', 'utf8')) as { paths: Record<string, object> };
    const shape = (path: string): string => path.replace(/\{[^}]+\}/g, '{}');
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${shape(path)}`),
    );
    const files = (await readdir('requests')).filter((name) => name.endsWith('.http'));
    const text = (await Promise.all(files.map((name) => readFile(join('requests', name), 'utf8')))).join('\n');
    const tried = [...text.matchAll(/^(GET|PUT|POST|DELETE) \{\{host\}\}(\/api\/v1[^?\s]*)/gm)].map(([, method, path = '']) => {
      const template = path.replace(/\{\{\w+\}\}/g, '{}').replace(/\/campaigns\/[^/]+/, '/campaigns/{}');
      return `${method} ${template}`;
    });
    expect([...new Set(tried)].sort()).toEqual(routes.sort());
  });
});
