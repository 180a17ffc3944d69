import { cosignaturesBy, type Cosignature } from '../note/cosignature.js';
import { BadNote } from '../note/note-key.js';
import { partsOf } from '../note/signed-note.js';
import type { Witness } from './policy.js';

// The log's side of C2SP tlog-witness.

/** What a witness said to a head. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly cosignature: Cosignature }
  /** It knows the log at another size than the one the proof began with (409). */
  | { readonly kind: 'elsewhere'; readonly size: number }
  /** The head does not continue what it was shown before (422). */
  | { readonly kind: 'contradicted' }
  /** It does not take heads of ours (404: does not know the log; 403: not its key; 400 and others). */
  | { readonly kind: 'refused'; readonly status: number }
  /** No answer, none in time, or one that is not of the form. */
  | { readonly kind: 'away'; readonly reason: string };

export interface Submission {
  /** Size that the witness is thought to know; 0: nothing. */
  readonly old: number;
  /** From there to the checkpoint. */
  readonly proof: readonly Uint8Array[];
  /** Signed note of the checkpoint. */
  readonly note: string;
}

/** Most that is read of an answer, bytes. */
const MOST_BYTES = 16 * 1024;
const SIZE = /^(?:0|[1-9]\d{0,15})\n$/;

const bodyOf = ({ old, proof, note }: Submission): string =>
  [`old ${old}`, ...proof.map((hash) => Buffer.from(hash).toString('base64')), '', note].join('\n');

/** Sends one head to one witness. Never rejects: what went wrong is an answer too. */
export async function addCheckpoint(witness: Witness, submission: Submission, signal: AbortSignal): Promise<WitnessAnswer> {
  try {
    const response = await fetch(`${witness.url ?? ''}/add-checkpoint`, {
      method: 'POST',
      body: bodyOf(submission),
      redirect: 'error',
      signal,
    });
    return answerOf(witness, submission, response, await textOf(response));
  } catch (error) {
    return { kind: 'away', reason: error instanceof Error ? error.name : typeof error };
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new BadNote('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Throws BadNote when a granted request comes back without a cosignature that holds. */
function answerOf({ key }: Witness, { note }: Submission, { status, headers }: Response, text: string): WitnessAnswer {
  if (status === 200) {
    const [cosignature] = cosignaturesBy(key, text, partsOf(note).text);
    return cosignature === undefined ? { kind: 'away', reason: 'no cosignature by its key' } : { kind: 'cosigned', cosignature };
  }
  const size = Number(text);
  const named = SIZE.test(text) && Number.isSafeInteger(size) && headers.get('content-type') === 'text/x.tlog.size';
  if (status === 409 && named) return { kind: 'elsewhere', size };
  return status === 422 ? { kind: 'contradicted' } : { kind: 'refused', status };
}
