import { pause } from '../../../src/application/shared/pause.js';
import type { PersonaName } from '../../../src/infrastructure/identity/personas.js';

/** Something that somebody does at the REST door, once, however often it has to be sent. */
export interface Act {
  readonly kind: 'consent' | 'deposit' | 'activation' | 'mask' | 'look';
  /** Its Idempotency-Key. */
  readonly key: string;
  readonly as: PersonaName;
  readonly method: 'GET' | 'POST';
  /** Below /api/v1. */
  readonly path: string;
  readonly contentType?: string;
  readonly payload?: string | Buffer<ArrayBuffer>;
}
export interface Acknowledged {
  readonly act: Act;
  /** Times it was sent. */
  readonly sent: number;
  readonly body: Readonly<Record<string, unknown>>;
}
/** One answer: `status` 0 when there was none. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Longer than anybody waits for an answer: then it counts as lost. */
const PATIENCE_MS = 20_000;
const BEFORE_NEXT_TRY_MS = 100;
/** Answers that promise nothing and ask to come again. */
const COME_AGAIN: readonly unknown[] = ['request/too-busy', 'request/store-unavailable'];

/** A client as the software of a place of care is one: it repeats under the same key until it has its answer, and keeps a book of what was acknowledged. */
export class Stubborn {
  readonly acknowledged: Acknowledged[] = [];
  /** How often an answer was missing, and how often the door asked to come again. */
  readonly troubles = { lost: 0, refused: 0 };

  constructor(
    private readonly url: string,
    private readonly token: (name: PersonaName) => Promise<string>,
  ) {}

  /** Resolves with what was acknowledged. Throws on an answer that a crash does not excuse. */
  async does(act: Act): Promise<Acknowledged> {
    for (let sent = 1; ; sent++) {
      const { status, body } = await this.once(act);
      if (status === 200 || status === 201) {
        const done = { act, sent, body };
        this.acknowledged.push(done);
        return done;
      }
      if (status === 0) this.troubles.lost += 1;
      else if (COME_AGAIN.includes(body['code'])) this.troubles.refused += 1;
      else throw new Error(`${act.kind} was answered ${status} ${String(body['code'])}`);
      await pause(BEFORE_NEXT_TRY_MS);
    }
  }

  /** Sends it once. */
  async once({ key, as, method, path, contentType, payload }: Act): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${await this.token(as)}`,
      'idempotency-key': key,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
    try {
      const sent = { method, headers, signal: AbortSignal.timeout(PATIENCE_MS), ...(payload === undefined ? {} : { body: payload }) };
      const response = await fetch(`${this.url}/api/v1${path}`, sent);
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    } catch (error) {
      return { status: 0, body: { code: (error as Error).name } };
    }
  }
}
