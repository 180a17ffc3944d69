import type { Depositor } from './document-vocabulary.js';

/** The media types that some depositor may bring. */
export type AcceptedType = 'application/pdf' | 'text/plain' | 'application/rtf' | 'image/jpeg' | 'image/png' | 'image/tiff' | 'text/xml';

/** What one side may deposit. */
export interface Limits {
  /** Bytes of one document, inclusive. */
  readonly maxSize: number;
  readonly types: readonly AcceptedType[];
}

const HOLDER_SIDE: Limits = {
  maxSize: 5_000_000,
  types: ['application/pdf', 'text/plain', 'application/rtf', 'image/jpeg', 'image/tiff', 'image/png'],
};
/** CDA R2 (`text/xml`), and the non-structured bodies of the DMP set, JDV_J60. */
const SOFTWARE: Limits = {
  maxSize: 10_000_000,
  types: ['text/xml', 'application/pdf', 'text/plain', 'application/rtf', 'image/jpeg', 'image/tiff'],
};

/** Formats and sizes by depositor (domain reference 2.5, U14). */
export const limitsOf: Readonly<Record<Depositor, Limits>> = {
  HOLDER: HOLDER_SIDE,
  REPRESENTATIVE: HOLDER_SIDE,
  PROFESSIONAL: SOFTWARE,
  FACILITY: SOFTWARE,
  INSURER: SOFTWARE,
};

/** What comes together in one submission: documents, and bytes in all. */
export const batchLimits = { documents: 20, bytes: 25_000_000 } as const;

const HORS_PROFIL = 'urn:asipSante:modelesHorsProfils:2011';
const FORMATS: Readonly<Record<Exclude<AcceptedType, 'text/xml'>, string>> = {
  'application/pdf': 'urn:ihe:iti:xds-sd:pdf:2008',
  'text/plain': 'urn:ihe:iti:xds-sd:text:2008',
  'application/rtf': 'urn:ihe:iti-fr:xds-sd:rtf:2010',
  'image/jpeg': 'urn:ihe:iti-fr:xds-sd:jpeg:2010',
  'image/tiff': 'urn:ihe:iti-fr:xds-sd:tiff:2010',
  // No format of the DMP set is for PNG; the holder may bring it all the same.
  'image/png': HORS_PROFIL,
};

/** The format code that a non-structured type determines (NOS ASS_A12); null for structured documents, which say it themselves. */
export const formatOf = (mediaType: string): string | null =>
  Object.hasOwn(FORMATS, mediaType) ? FORMATS[mediaType as keyof typeof FORMATS] : null;
