import type { MediaType } from '../../application/record/inspection.js';

/** Why a file is refused; the codes of the port, told apart by what its author can do about it. */
export type FileRefusal =
  | 'record/too-large'
  | 'record/empty'
  | 'record/type-not-accepted'
  | 'record/type-mismatch'
  | 'record/truncated'
  | 'record/archive-refused'
  | 'record/active-content'
  | 'record/virus-found';

/** What looking at a whole file came to. */
export type Verdict = { readonly mediaType: MediaType } | { readonly refused: FileRefusal };

/** Thrown inside the checks of one file and turned into a verdict by `examine`; nobody else sees it. */
export class Unfit extends Error {
  constructor(readonly refusal: FileRefusal) {
    super(refusal);
  }
}

/** Ends the checks of this file. */
export const unfit = (refusal: FileRefusal): never => {
  throw new Unfit(refusal);
};

/** Above this an image is refused by its header: 50 million pixels are 150 MB in the memory of whoever opens it. */
const MOST_PIXELS = 50_000_000;

/** Refuses a pixel flood, and an image without pixels. */
export function checkPixels(width: number, height: number): void {
  if (width * height > MOST_PIXELS) unfit('record/too-large');
  if (width === 0 || height === 0) unfit('record/type-not-accepted');
}
