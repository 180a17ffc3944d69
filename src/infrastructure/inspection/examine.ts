import { fileTypeFromBuffer } from 'file-type';
import type { MediaType } from '../../application/record/inspection.js';
import { refuseArchives } from './archives.js';
import { checkCda } from './cda.js';
import { refuseClaim, refuseContent, type TypeClaim } from './claim.js';
import { checkJpeg } from './jpeg.js';
import { checkPdf } from './pdf.js';
import { checkPng } from './png.js';
import { checkRtf } from './rtf.js';
import { refuseHiddenPdf, sniff } from './sniff.js';
import { checkTiff } from './tiff.js';
import { Unfit, unfit, type Verdict } from './verdict.js';

/** What may lie inside a clinical document in base64. */
const EMBEDDABLE: readonly MediaType[] = ['application/pdf', 'text/plain', 'application/rtf', 'image/jpeg', 'image/png', 'image/tiff'];

const nothingMore = (): void => undefined;

const CHECKS: Readonly<Record<MediaType, (bytes: Buffer) => void | Promise<void>>> = {
  'application/pdf': checkPdf,
  // Its sniffing reads every byte of it already.
  'text/plain': nothingMore,
  'application/rtf': checkRtf,
  'image/jpeg': checkJpeg,
  'image/png': checkPng,
  'image/tiff': checkTiff,
  'text/xml': checkClinicalDocument,
};

/** Text has no signature: two letters at its start would be taken for one. */
const SIGNED: Readonly<Partial<Record<MediaType, readonly string[]>>> = {
  'application/pdf': ['application/pdf'],
  'image/jpeg': ['image/jpeg'],
  'image/png': ['image/png'],
  'image/tiff': ['image/tiff'],
};

/** A second opinion by a library that knows the formats built on ours: raw photographs in TIFF, drawings in PDF, animations in PNG. */
async function refuseRelatives(bytes: Buffer, mediaType: MediaType): Promise<void> {
  const expected = SIGNED[mediaType];
  if (expected === undefined) return;
  const found = await fileTypeFromBuffer(bytes);
  if (found === undefined || !expected.includes(found.mime)) unfit('record/type-not-accepted');
}

async function checkClinicalDocument(bytes: Buffer): Promise<void> {
  for (const embedded of checkCda(bytes)) {
    if (embedded.bytes.length === 0) unfit('record/truncated');
    await check(embedded.bytes, { mediaType: embedded.mediaType, fileName: null, allowed: EMBEDDABLE });
  }
}

async function check(bytes: Buffer, claim: TypeClaim): Promise<MediaType> {
  const unfounded = refuseClaim(claim);
  if (unfounded !== null) unfit(unfounded);
  refuseArchives(bytes);
  const content = sniff(bytes);
  const mismatch = refuseContent(content, claim);
  if (mismatch !== null) unfit(mismatch);
  refuseHiddenPdf(bytes, content);
  await CHECKS[content](bytes);
  await refuseRelatives(bytes, content);
  return content;
}

/**
 * Looks at a whole file, at least one byte long: what it is by its content, whether that agrees with what it claims to be, whether it is complete,
 * and whether it does nothing. Takes up to some seconds of computing for a hostile file.
 */
export async function examine(bytes: Buffer, claim: TypeClaim): Promise<Verdict> {
  try {
    return { mediaType: await check(bytes, claim) };
  } catch (error) {
    if (error instanceof Unfit) return { refused: error.refusal };
    throw error;
  }
}
