import { randomUUID } from 'node:crypto';
import type { PersonaName } from '../../identity/personas.js';
import { Failed } from '../outcome.js';

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly as?: PersonaName;
  readonly body?: object;
  readonly ifMatch?: string;
}
export interface Answered<T> {
  readonly body: T;
  readonly etag: string | null;
}

/** The REST door, as any program outside of the system uses it. */
export class Door {
  constructor(
    readonly url: string,
    private readonly token: (persona: PersonaName) => Promise<string>,
  ) {}

  /** Throws Failed with the code of the problem when the door refuses. */
  async ask<T = unknown>({ method, path, as, body, ifMatch }: Asked): Promise<Answered<T>> {
    const headers = {
      accept: 'application/json',
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(as === undefined ? {} : { authorization: `Bearer ${await this.token(as)}` }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/api/v1/${path}`, { method, headers, ...text });
    const answer = (await response.json()) as T & { code?: string };
    if (!response.ok) throw new Failed(`${method} ${path.split('/')[0] ?? ''} was refused: ${response.status} ${answer.code ?? ''}`);
    return { body: answer, etag: response.headers.get('etag') };
  }
}
