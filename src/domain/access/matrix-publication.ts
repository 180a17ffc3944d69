import type { Process } from '../shared/process.js';
import type { MatrixCommand, MatrixEvent } from './matrix-version.js';

/** A version that was proposed is published by the software, in a fact that names nobody; a crash in between mends itself. */
export const matrixPublication: Process<MatrixEvent, MatrixCommand> = {
  name: 'matrix-publication',
  listensTo: ['matrix'],
  on: {
    MatrixVersionProposed: ({ event: { version } }, id) => [{ id, wish: { type: 'PublishMatrixVersion', version } }],
  },
};
