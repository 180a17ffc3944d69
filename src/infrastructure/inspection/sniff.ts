import type { MediaType } from '../../application/record/inspection.js';
import { isPlainText } from './text.js';
import { unfit } from './verdict.js';

const latin = (signature: string): Buffer => Buffer.from(signature, 'latin1');

/** How each accepted format begins, at offset 0: readers forgive junk before it, and that forgiveness is what polyglots live on. */
const SIGNATURES: readonly (readonly [Buffer, MediaType])[] = [
  [latin('%PDF-'), 'application/pdf'],
  [latin('{\\rtf1'), 'application/rtf'],
  [latin('\xff\xd8\xff'), 'image/jpeg'],
  [latin('\x89PNG\r\n\x1a\n'), 'image/png'],
  [latin('II*\x00'), 'image/tiff'],
  [latin('MM\x00*'), 'image/tiff'],
  [latin('<?xml'), 'text/xml'],
  [latin('\xef\xbb\xbf<?xml'), 'text/xml'],
];
/** A clinical document may come without an XML declaration. */
const BARE_CLINICAL_DOCUMENT = /^(?:\xef\xbb\xbf)?<(?:[\w.-]+:)?ClinicalDocument[\s>/]/;
const PDF_HEADER = latin('%PDF-');
/** Where PDF readers still look for the header of a PDF. */
const PDF_READERS_LOOK = 1024;

/** What the bytes are, by nothing but the bytes. Ends the checks when they are nothing that we take. */
export function sniff(bytes: Buffer): MediaType {
  const signed = SIGNATURES.find(([signature]) => bytes.subarray(0, signature.length).equals(signature));
  if (signed) return signed[1];
  if (BARE_CLINICAL_DOCUMENT.test(bytes.toString('latin1', 0, 256))) return 'text/xml';
  return isPlainText(bytes) ? 'text/plain' : unfit('record/type-not-accepted');
}

/** Refuses a file that a PDF reader would open although it is something else. */
export function refuseHiddenPdf(bytes: Buffer, mediaType: MediaType): void {
  if (mediaType === 'application/pdf') return;
  const looked = mediaType.startsWith('image/') ? bytes : bytes.subarray(0, PDF_READERS_LOOK);
  if (looked.includes(PDF_HEADER)) unfit('record/type-not-accepted');
}
