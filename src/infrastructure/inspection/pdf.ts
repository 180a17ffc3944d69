import { PdfWalk } from './pdf-walk.js';
import { checkListing } from './qpdf.js';
import { unfit } from './verdict.js';

const END = '%%EOF';
// eslint-disable-next-line no-control-regex -- some writers fill a block with NULs
const NOTHING_MORE = /^[\s\x00]*$/;

/**
 * Refuses a PDF without its end, with anything behind it, encrypted, not to be parsed, inflating without measure, or active.
 * Two readers look at it, from both ends; the first bounds what the second is given.
 */
export async function checkPdf(bytes: Buffer): Promise<void> {
  const end = bytes.lastIndexOf(END);
  if (end === -1) unfit('record/truncated');
  if (!NOTHING_MORE.test(bytes.toString('latin1', end + END.length))) unfit('record/type-not-accepted');
  // Said in clear even where everything else is encrypted, which would look damaged otherwise.
  if (bytes.includes('/Encrypt')) unfit('record/type-not-accepted');
  new PdfWalk(bytes).check();
  await checkListing(bytes);
}
