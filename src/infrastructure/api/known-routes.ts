import { Injectable } from '@nestjs/common';
import type { RouteOptions } from 'fastify';

interface Known {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

const patternOf = (template: string): RegExp => {
  const segments = template.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replace(/[.+()[\]$^|]/g, '\\$&')));
  return new RegExp(`^${segments.join('/')}/?$`);
};

/** Which methods exist at a path: what tells "no such address" from "not this way". */
@Injectable()
export class KnownRoutes {
  private readonly known: Known[] = [];

  /** Hook for Fastify's `onRoute`. */
  readonly learn = ({ url, method }: RouteOptions): void => {
    if (!url.includes('*')) this.known.push({ pattern: patternOf(url), methods: [method].flat() });
  };

  methodsAt(url: string): readonly string[] {
    const path = url.split('?')[0] ?? '';
    return [...new Set(this.known.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort();
  }
}
