import type { Profession } from '../shared/actor.js';

/** One cell of the authorisation matrix as the official file has it (domain reference 3.7). Absent means not allowed. */
export interface MatrixCell {
  /** `<OID of the code system>|<code>`. */
  readonly profession: string;
  /** typeCode of a document, or a rubric of the health profile: `VACCINATIONS`, `CARE_HISTORY`, `WISHES`. */
  readonly type: string;
}

/** A version of the matrix (*matrice d'habilitations*, order of 26 October 2023), as it is decided with: pure data. */
export interface HabilitationMatrix {
  readonly version: number;
  /** Professions that take part in care; one without a single right has a row too. */
  readonly professions: ReadonlySet<string>;
  /** `<profession> <type>`. */
  readonly allowed: ReadonlySet<string>;
}

/** The key of a row. */
export const professionKey = ({ system, code }: Profession): string => `${system}|${code}`;
/** True when people of this profession take part in care at all. */
export const hasRow = (matrix: HabilitationMatrix, profession: Profession): boolean => matrix.professions.has(professionKey(profession));
/** True when this profession may read documents of this type, or this rubric. */
export const mayRead = (matrix: HabilitationMatrix, profession: Profession, type: string): boolean =>
  matrix.allowed.has(`${professionKey(profession)} ${type}`);
