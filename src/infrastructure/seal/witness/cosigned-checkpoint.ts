import { openCheckpoint, type Checkpoint } from '../note/checkpoint.js';
import { cosignaturesBy } from '../note/cosignature.js';
import { BadNote } from '../note/note-key.js';
import { partsOf } from '../note/signed-note.js';
import type { Policy } from './policy.js';

/** A head, and who of the policy cosigned it. */
export interface CosignedCheckpoint extends Checkpoint {
  /** Labels of the witnesses. */
  readonly by: readonly string[];
}

/** Checks a note against a policy: signed by one of its logs, cosigned by its quorum. Throws BadNote. */
export function openCosigned(note: string, { logs, witnesses, suffices }: Policy): CosignedCheckpoint {
  const checkpoint = openCheckpoint(note, logs);
  const { text } = partsOf(note);
  const lines = note.slice(text.length + 1);
  const by = witnesses.flatMap(({ label, key }) => (cosignaturesBy(key, lines, text).length === 0 ? [] : [label]));
  if (!suffices(new Set(by))) throw new BadNote('the quorum of the policy did not cosign the checkpoint');
  return { ...checkpoint, by };
}
