import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { controllers } from '../../src/infrastructure/api/api.module.js';
import { textOf } from '../support/project-files.js';

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>>;
}
const { paths } = JSON.parse(textOf('openapi.json')) as OpenApi;
const metadata = (key: string, of: object): unknown => Reflect.getMetadata(key, of);

/** Method and path of each route as the document writes them, and the status of what succeeds. */
const routesOf = (controller: Type): readonly (readonly [method: string, path: string, status: number])[] =>
  Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const handler = (controller.prototype as Record<string, object>)[name] ?? {};
    const verb = metadata('method', handler) as RequestMethod | undefined;
    if (verb === undefined) return [];
    const segments = `api/v1/${String(metadata('path', controller))}/${String(metadata('path', handler))}`.split('/').filter(Boolean);
    const path = `/${segments.join('/')}`.replace(/:(\w+)/g, '{$1}').replace('*', '{path}');
    const status = (metadata('__httpCode__', handler) as number | undefined) ?? (verb === RequestMethod.POST ? 201 : 200);
    return [[RequestMethod[verb].toLowerCase(), path, status] as const];
  });

it.each(controllers.flatMap(routesOf).filter(([method, path]) => paths[path]?.[method] !== undefined))(
  'OpenAPI says of %s %s what is answered when all is well: %d',
  (method, path, status) => {
    expect(Object.keys(paths[path]?.[method]?.responses ?? {}).filter((code) => code.startsWith('2'))).toEqual([String(status)]);
  },
);
