import { randomUUID } from 'node:crypto';
import { pause } from '../../../application/shared/pause.js';
import type { PersonaName } from '../../identity/personas.js';
import { Failed } from '../outcome.js';

/** What goes up as `multipart/form-data`: the entry, then the file. */
export interface Upload {
  readonly entry: object;
  readonly file: Uint8Array<ArrayBuffer>;
}
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly as?: PersonaName;
  readonly body?: object;
  readonly upload?: Upload;
  readonly ifMatch?: string;
  /** How a professional comes: `bris_de_glace`, `centre_15`. */
  readonly mode?: string;
}
export interface Answered<T> {
  readonly body: T;
  readonly etag: string | null;
}
/** A refusal as it came, without what differs from request to request. */
export interface RefusedAnswer {
  readonly status: number;
  readonly code: string;
}
interface Problem {
  readonly code?: string;
}

const UNAVAILABLE = 503;
/** How long somebody comes again to a door that has no time for him. */
const PATIENCE_MS = 30_000;
const BEFORE_NEXT_TRY_MS = 250;

function payloadOf({ body, upload }: Asked): { readonly headers: Readonly<Record<string, string>>; readonly body?: string | FormData } {
  if (upload !== undefined) {
    const form = new FormData();
    form.set('metadata', JSON.stringify(upload.entry));
    form.set('file', new Blob([upload.file], { type: 'application/pdf' }), 'document.pdf');
    return { headers: {}, body: form };
  }
  return body === undefined ? { headers: {} } : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The REST door, as any program outside of the system uses it. */
export class Door {
  constructor(
    readonly url: string,
    private readonly token: (persona: PersonaName) => Promise<string>,
  ) {}

  /** Throws Failed with the code of the problem when the door refuses. */
  async ask<T = unknown>(asked: Asked): Promise<Answered<T>> {
    const response = await this.send(asked);
    const answer = (await response.json()) as T & Problem;
    if (!response.ok) throw new Failed(`${nameOf(asked)} was refused: ${response.status} ${answer.code ?? ''}`);
    return { body: answer, etag: response.headers.get('etag') };
  }

  /** What the door answers to somebody who must be refused. Throws Failed when it lets him in. */
  async refused(asked: Asked): Promise<RefusedAnswer> {
    const response = await this.send(asked);
    const { code = '' } = (await response.json()) as Problem;
    if (response.ok) throw new Failed(`${nameOf(asked)} was let in, and should have been refused`);
    return { status: response.status, code };
  }

  /** What the door cannot do for the moment is asked again, as the same request: under its Idempotency-Key it is done once. */
  private async send(asked: Asked): Promise<Response> {
    const { method, path, as, ifMatch, mode } = asked;
    const payload = payloadOf(asked);
    const headers = {
      accept: 'application/json',
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
      ...payload.headers,
      ...(as === undefined ? {} : { authorization: `Bearer ${await this.token(as)}` }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      ...(mode === undefined ? {} : { 'x-access-mode': mode }),
    };
    const request = { method, headers, ...(payload.body === undefined ? {} : { body: payload.body }) };
    for (const until = performance.now() + PATIENCE_MS; ; await pause(BEFORE_NEXT_TRY_MS)) {
      const response = await fetch(`${this.url}/api/v1/${path}`, request);
      if (response.status !== UNAVAILABLE || performance.now() > until) return response;
      await response.body?.cancel();
    }
  }
}

/** Without ids: they belong to somebody. */
const nameOf = ({ method, path }: Asked): string => `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')}`;
