import type { Claimed, MediaType } from '../../application/record/inspection.js';
import type { FileRefusal } from './verdict.js';

/** The part of a claim that is compared with the bytes. */
export type TypeClaim = Pick<Claimed, 'mediaType' | 'fileName' | 'allowed'>;

/** The names under which software states each type; the first is the registered one. */
const STATED: Readonly<Record<MediaType, readonly string[]>> = {
  'application/pdf': ['application/pdf'],
  'text/plain': ['text/plain'],
  'application/rtf': ['application/rtf', 'text/rtf'],
  'image/jpeg': ['image/jpeg', 'image/jpg'],
  'image/png': ['image/png'],
  'image/tiff': ['image/tiff'],
  'text/xml': ['text/xml', 'application/xml'],
};
const EXTENSIONS: Readonly<Record<MediaType, readonly string[]>> = {
  'application/pdf': ['pdf'],
  'text/plain': ['txt'],
  'application/rtf': ['rtf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/tiff': ['tif', 'tiff'],
  'text/xml': ['xml'],
};
const ALL = Object.keys(STATED) as MediaType[];

/** The type that is stated, parameters such as a charset aside; null for none that we know. */
export function statedType(mediaType: string): MediaType | null {
  const bare = (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return ALL.find((known) => STATED[known].includes(bare)) ?? null;
}

/** What people do not see in a name, and what turns its direction: `gpj.exe` is shown as `exe.jpg`. */
const UNSEEN = /[\p{Cc}\p{Cf}]/u;

function agrees(fileName: string | null, mediaType: MediaType): boolean {
  if (fileName === null) return true;
  if (UNSEEN.test(fileName)) return false;
  const dot = fileName.lastIndexOf('.');
  return dot === -1 || EXTENSIONS[mediaType].includes(fileName.slice(dot + 1).toLowerCase());
}

/** What is wrong with a claim before a byte is read; null when nothing is. */
export function refuseClaim(claim: TypeClaim): FileRefusal | null {
  const stated = statedType(claim.mediaType);
  if (stated === null || !claim.allowed.includes(stated)) return 'record/type-not-accepted';
  return agrees(claim.fileName, stated) ? null : 'record/type-mismatch';
}

/** What is wrong between the bytes and the claim; null when nothing is. */
export function refuseContent(content: MediaType, claim: TypeClaim): FileRefusal | null {
  if (!claim.allowed.includes(content)) return 'record/type-not-accepted';
  return statedType(claim.mediaType) === content && agrees(claim.fileName, content) ? null : 'record/type-mismatch';
}
