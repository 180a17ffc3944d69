import type { Beneficiary } from '../../domain/enrolment/beneficiary.js';
import type { ImportCode, LineFields } from './beneficiary-line.js';

/** One line behind the header: its fields, or why it could not be cut into fields. `number`: as an editor counts, the header is 1. */
export type FileLine =
  { readonly number: number; readonly fields: LineFields } | { readonly number: number; readonly unreadable: ImportCode };

/** A beneficiaries file, read once from its beginning to its end. */
export interface BeneficiariesFile {
  /** Throws Refused `import/missing-column` when the header lacks one. */
  lines(): AsyncIterable<FileLine>;
  /** SHA-256 of the bytes, hex; known once all lines were read. */
  digest(): string;
}

/** An accepted line on its way. */
export interface StagedLine {
  readonly number: number;
  readonly beneficiary: Beneficiary;
  readonly deferred: boolean;
}
/** Lines with their key of order. */
export interface Ordered {
  readonly order: string;
  readonly line: StagedLine;
}
/** Keeps the lines of one import outside of memory until they are read back in order of their keys, equal keys by number. */
export interface StagingArea {
  add(staged: Ordered): Promise<void>;
  inOrder(): AsyncIterable<Ordered>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}
export abstract class Staging {
  abstract open(): Promise<StagingArea>;
}

/** Where rejected lines are listed: number and code, nothing of what stands in the line. */
export interface RejectionList {
  add(line: number, code: string): Promise<void>;
}

/** What kind of installation this is: whose identities belong here. */
export abstract class Installation {
  abstract readonly production: boolean;
}
