import type { Author, Code, Depositor } from '../../domain/record/document-vocabulary.js';
import type { Words } from './words.js';

/** A document as a list or a page of it shows it: its entry, and what this reader must know of its state. */
export interface DocumentEntry {
  readonly document: string;
  /** All versions of the document share it. */
  readonly set: string;
  readonly version: number;
  /** `CURRENT`, `DEPRECATED` (an older version) or `ARCHIVED`. */
  readonly status: 'CURRENT' | 'DEPRECATED' | 'ARCHIVED';
  readonly title: string;
  readonly comments: string | null;
  readonly typeCode: string;
  readonly classCode: string;
  readonly formatCode: string;
  /** Category shown to the holder. */
  readonly category: string;
  readonly languageCode: string;
  readonly uniqueId: string;
  readonly creationTime: string;
  readonly serviceStart: string;
  readonly serviceStop: string | null;
  readonly depositedAt: string;
  readonly depositor: Depositor;
  readonly depositedBy: string | null;
  readonly authors: readonly Author[];
  readonly legalAuthenticator: Author;
  readonly events: readonly Code[];
  readonly references: readonly string[];
  readonly healthcareFacilityType: string;
  readonly practiceSetting: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-1, hex: what XDS and PDSm call `hash`. */
  readonly hash: string;
  readonly sha256: string;
  /** The confidentiality codes that hold now, of those this reader may know of. */
  readonly confidentiality: readonly string[];
  /** What a reading software must show (DMP requirements 3.1-1080 and 3.2-1025). */
  readonly warnings: readonly Words[];
}
export interface DocumentPage {
  readonly documents: readonly DocumentEntry[];
  /** Give it back to get the next page; null on the last one. */
  readonly next: string | null;
  /** Documents that this reader may see and that meet the filter, on all pages. */
  readonly total: number;
}
/** Which documents; every member narrows. */
export interface DocumentFilter {
  readonly category: string | null;
  readonly typeCode: string | null;
  /** Part of the title, any case. */
  readonly title: string | null;
  /** Deposited from (inclusive) until (exclusive). */
  readonly from: string | null;
  readonly until: string | null;
  /** Older versions and archived ones too. */
  readonly all: boolean;
}
export interface PageRequest {
  readonly first: number;
  readonly cursor: string | null;
}
