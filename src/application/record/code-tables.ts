/** The lists that are kept, each by the name of what it codes. */
export const LIST_NAMES = [
  'classCode',
  'category',
  'typeCode',
  'formatCode',
  'facilityType',
  'practiceSetting',
  'confidentiality',
  'profession',
] as const;
export type ListName = (typeof LIST_NAMES)[number];

/**
 * Whether a code may be used. `VALID`: now; `DEPRECATED`: only read, in what is there already; `ANNOUNCED`: not yet; `OUTSIDE`: it exists in its code
 * system, and the value set of this list leaves it out.
 */
export type CodeStatus = 'VALID' | 'DEPRECATED' | 'ANNOUNCED' | 'OUTSIDE';
/** Who puts a document into a category: the holder at upload, in the list or in a rubric of its own; the service; or nobody, because it is shown elsewhere. */
export type CategoryUpload = 'CHOSEN' | 'CHOSEN_IN_RUBRIC' | 'REPLACED_IN_RUBRIC' | 'GENERATED' | 'ELSEWHERE';

/** One code. Members beyond the first four belong to one list each. */
export interface CodeRow {
  /** OID of the code system; absent where the code says it itself, or where there is none. */
  readonly system?: string;
  readonly code: string;
  /** In French, as it was published. */
  readonly label: string;
  /** Absent: VALID. */
  readonly status?: CodeStatus;
  /** typeCode: null when a document of this type is not part of a record. */
  readonly classCode?: string | null;
  /** typeCode: where the holder finds it. */
  readonly category?: string | null;
  /** classCode: our word for it. */
  readonly identifier?: string;
  /** category: who chooses it. */
  readonly upload?: CategoryUpload;
}

/** One version of one list, as it was published. */
export interface CodeList {
  readonly list: ListName;
  readonly title: string;
  /** Of the value set or code system; null when several code systems share the list. */
  readonly oid: string | null;
  readonly version: string;
  /** When it was published, as exactly as it is known: `2025-02`, `2023-10-26`. */
  readonly date: string;
  readonly source: string;
  /** False when the list holds only a part of what was published. */
  readonly complete: boolean;
  readonly rows: readonly CodeRow[];
}

/** What becomes of a version that is brought: it is new, the same lies there already, or its number was given to other rows. */
export type Standing = 'NEW' | 'KNOWN' | 'TAKEN';

/** Every version of every list. Versions are added, never changed; the one that was added last counts. */
export abstract class CodeTables {
  /** The version that counts, from memory; always the same object until another one counts. */
  abstract current(list: ListName): CodeList;
  /** How this version stands to those that are kept. Throws StoreUnavailable. */
  abstract standing(list: CodeList): Promise<Standing>;
  /** Adds these versions, all or none; one that is known stays where it is. Throws VersionTaken, StoreUnavailable. */
  abstract add(lists: readonly CodeList[]): Promise<void>;
}

/** Another content lies under this number: give it a number of its own. */
export class VersionTaken extends Error {
  constructor({ list, version }: Pick<CodeList, 'list' | 'version'>) {
    super(`version ${version} of ${list} lies there with another content: a version is never changed, give the new one another number`);
  }
}
