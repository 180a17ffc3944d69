import type { CopyEvent } from '../../domain/portability/copy-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { creates, deletes, updates, type Row } from './rows.js';

const itself = ({ copy }: { readonly copy: string }): readonly string[] => [copy];

/** Copies of one's own data: asked for, made or not, and gone. */
export const copyRows: { readonly [T in CopyEvent['type']]: Row<Of<CopyEvent, T>> } = {
  CopyRequested: creates('Basic', itself),
  CopyReady: updates('Basic', itself),
  CopyFailed: updates('Basic', itself),
  CopyEnded: deletes('Basic', itself),
};
