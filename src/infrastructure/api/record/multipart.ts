import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Refused } from '../../../application/shared/refused.js';
import { reject } from '../../../domain/shared/rejection.js';
import { DoorRefusal } from '../problem.js';
import { isSound } from '../sound-requests.js';
import { validated } from '../validation.js';

/** One byte more than the largest document that anybody may bring: what is longer was cut, and is refused by its length. */
const LONGEST_FILE = 10_000_001;
/** Characters of the entries of a submission. */
const LONGEST_ENTRIES = 400_000;
const MOST_FILES = 20;
const DEEPEST = 16;

/** Of a part it is a refusal like that of a document: in a submission of many it is the answer to one of them. */
const malformed = (): Refused => new Refused(reject('invalid', 'request/multipart-malformed'));
const ours = {
  limits: { fileSize: LONGEST_FILE, files: MOST_FILES, fields: 1, fieldSize: LONGEST_ENTRIES, fieldNameSize: 40, headerPairs: 20 },
};

/** A file on its way; it is read once, and files are read in their order. */
export interface ComingFile {
  readonly mediaType: string;
  readonly fileName: string | null;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * A submission as `multipart/form-data`: first the part `metadata` (JSON), then the parts `file`. Nothing is kept on the way: the bytes of a file flow as they
 * come. Throws Refused for what is not such a body, DoorRefusal for what is wrong in the entries.
 */
export class Submission<T extends object> {
  private taken = 0;

  private constructor(
    readonly entry: T,
    private readonly parts: ReturnType<FastifyRequest['parts']>,
  ) {}

  static async of<T extends object>(request: FastifyRequest, type: Type<T>): Promise<Submission<T>> {
    if (!request.isMultipart()) throw new DoorRefusal({ kind: 'unsupported-media', code: 'request/unsupported-media-type' });
    const parts = request.parts(ours);
    const first = await next(parts);
    if (first?.type !== 'field' || first.fieldname !== 'metadata' || first.valueTruncated) throw malformed();
    return new Submission(await validated(parsed(first.value), type), parts);
  }

  /** The only file. Throws Refused when there is none, and behind its last byte when something follows: nobody would keep that. */
  async file(): Promise<ComingFile> {
    const part = await this.part();
    return { mediaType: part.mimetype.toLowerCase(), fileName: part.filename === '' ? null : part.filename, bytes: this.lastOf(part) };
  }

  /**
   * The bytes of the file with this number, from 0, when they are asked for; those before it that nobody wanted are passed over. Throws Refused where there
   * is none, and behind the `last` one when something follows.
   */
  async *bytesAt(index: number, last: boolean): AsyncGenerator<Uint8Array> {
    while (this.taken < index) (await this.part()).file.resume();
    const part = await this.part();
    yield* last ? this.lastOf(part) : bytesOf(part);
  }

  /** What was cut off is refused by its length, and nobody waits for the rest of it. */
  private async *lastOf(part: MultipartFile): AsyncGenerator<Uint8Array> {
    yield* bytesOf(part);
    if (!part.file.truncated && (await next(this.parts)) !== null) throw malformed();
  }

  private async part(): Promise<MultipartFile> {
    const part = await next(this.parts);
    if (part?.type !== 'file' || part.fieldname !== 'file') throw malformed();
    this.taken++;
    return part;
  }
}

type Parts = ReturnType<FastifyRequest['parts']>;

async function next(parts: Parts) {
  try {
    const step: IteratorResult<Multipart, undefined> = await parts.next();
    return step.done === true ? null : step.value;
  } catch (error) {
    // Busboy says in words what a client did wrong; what was read until then is not kept.
    throw error instanceof Error ? malformed() : error;
  }
}

/** Whoever stops in the middle leaves the rest to be passed over: a stream that is destroyed is never read to its end, and with it the connection would hang. */
async function* bytesOf({ file }: MultipartFile): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of file.iterator({ destroyOnReturn: false })) yield piece as Uint8Array;
  } catch (error) {
    throw error instanceof Error ? malformed() : error;
  } finally {
    file.resume();
  }
}

function parsed(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  try {
    const read: unknown = typeof value === 'string' ? JSON.parse(value) : null;
    if (typeof read === 'object' && read !== null && isSound(read, DEEPEST)) return read;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw malformed();
}
